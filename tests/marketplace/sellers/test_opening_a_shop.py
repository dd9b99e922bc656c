"""An application, its answer, and what the answer opens or closes."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.errors import Conflict, Forbidden, Invalid, NotFound, Several
from catalog.makers.queries import find_maker
from catalog.money import Money
from catalog.products.models import ProductState
from catalog.products.queries import find_live
from marketplace import signals
from marketplace.sellers import queries, services
from marketplace.sellers.models import Application, Decision, DeliveryKind, MemberRole, SellerState
from tests import factories
from tests.cast import Cast

GOOD: dict[str, Any] = {
    "name": "Anyaman Contoh Sari",
    "district_code": "19.05.04",
    "village_code": "19.05.04.2005",
    "address": "Jalan Contoh 7, depan balai desa",
    "phone": "0812 3456 7890",
    "crafts": ["tenun-cual"],
}
REASON = "Alamat bengkel belum lengkap, tolong tambahkan nama jalan."


def applied(cast: Cast, **values: Any) -> Application:
    with transaction():
        return services.apply(cast.sari, **{**GOOD, **values})


def test_an_application_makes_a_closed_shop_with_its_owner_and_a_hidden_maker(cast: Cast) -> None:
    application = applied(cast)
    shop = application.seller
    assert (shop.state, shop.phone, shop.slug) == (SellerState.APPLIED, "+6281234567890", "anyaman-contoh-sari")
    assert queries.find_seller(shop.code) is None
    assert queries.find_seller_for(cast.sari, shop.code) is shop
    assert [member.role for member in shop.memberships] == [MemberRole.OWNER]
    assert find_maker(shop.makers[0].code) is None
    assert {offer.kind for offer in shop.deliveries} == {DeliveryKind.PICKUP, DeliveryKind.COURIER}
    assert queries.list_applications() == [application]
    assert queries.count_applications() == 1


WRONG = {
    "name": ["", "ab", "x" * 91, " \u202e\u200b "],
    "district_code": ["", "19.05", "77.77.77", None],
    "village_code": ["19.05.01.1003"],
    "address": ["", "x", "x" * 201],
    "phone": ["", "12", "telepon", "+1", "0812 3456 7890 1234 5678"],
    "crafts": [[], ["no-such-craft"]],
    "kind": ["factory"],
    "people": ["0", "-3"],
    "founded": ["3000"],
    "story": ["x" * 6_001],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in WRONG.items() for value in values])
def test_refuses_what_cannot_be_right_and_keeps_nothing(cast: Cast, field: str, value: Any) -> None:
    with pytest.raises(Several) as caught, transaction():
        services.apply(cast.sari, **{**GOOD, field: value})
    assert field in {error.field for error in caught.value.errors}
    assert len(caught.value.errors) <= 2
    assert queries.list_sellers_of(cast.sari) == []


def test_names_every_wrong_field_once(cast: Cast) -> None:
    with pytest.raises(Several) as caught, transaction():
        services.apply(cast.sari, **{**GOOD, "name": "", "phone": "x", "crafts": [], "people": "0"})
    assert sorted(str(error.field) for error in caught.value.errors) == ["crafts", "name", "people", "phone"]


def test_refuses_a_second_application_while_one_waits(cast: Cast) -> None:
    applied(cast)
    with pytest.raises(Conflict):
        applied(cast)


def test_refuses_more_shops_than_a_person_can_run(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "SHOPS_MAX", 1)
    with pytest.raises(Conflict), transaction():
        services.apply(cast.ratna, **GOOD)


def test_approval_opens_the_shop_and_shows_the_maker(cast: Cast) -> None:
    application, heard = applied(cast), []
    with signals.seller_decided.connected_to(heard.append), transaction():
        services.approve(application, cast.tono)
    assert heard == [application]
    assert queries.find_seller(application.seller.code) is application.seller
    assert find_maker(application.seller.makers[0].code)
    assert (application.decision, application.decided_by_id) == (Decision.APPROVED, cast.tono.id)
    assert queries.list_applications() == []
    assert queries.list_applications(pending=False) == [application]


@pytest.mark.parametrize("reason", ["", "tidak", "  x  \n\n ", "x" * 14, "x" * 1_001])
def test_refuses_a_refusal_without_a_reason_that_helps(cast: Cast, reason: str) -> None:
    application = applied(cast)
    with pytest.raises(Invalid) as caught, transaction():
        services.refuse(application, cast.tono, reason)
    assert caught.value.field == "reason"
    assert application.decision is None
    assert application.seller.state is SellerState.APPLIED


@pytest.mark.parametrize("name", ["sari", "ratna", "budi", "dewi", "hasan"])
def test_only_operators_decide(cast: Cast, name: str) -> None:
    application, person = applied(cast), cast.people[name]
    for decide in (lambda: services.approve(application, person), lambda: services.refuse(application, person, REASON)):
        with pytest.raises(Forbidden), transaction():
            decide()
    assert application.seller.state is SellerState.APPLIED


def test_an_operator_does_not_open_an_own_shop(cast: Cast) -> None:
    with transaction():
        application = services.apply(cast.tono, **GOOD)
    with pytest.raises(Forbidden), transaction():
        services.approve(application, cast.tono)


def test_nobody_decides_twice(cast: Cast) -> None:
    application = applied(cast)
    with transaction():
        services.refuse(application, cast.tono, REASON)
    for again in (
        lambda: services.approve(application, cast.tono),
        lambda: services.refuse(application, cast.tono, REASON),
    ):
        with pytest.raises(Conflict), transaction():
            again()
    assert (application.decision, application.seller.state) == (Decision.REFUSED, SellerState.REFUSED)


def test_a_refused_shop_corrects_itself_and_asks_again(cast: Cast) -> None:
    application = applied(cast)
    with transaction():
        services.refuse(application, cast.tono, REASON)
    assert application.reason == REASON
    with transaction():
        second = services.apply_again(
            cast.sari,
            application.seller,
            "Sudah diperbaiki.",
            address="Jalan Kelapa 9",
            name="Anyaman Dendang",
            story="Sejak 1998.",
        )
    shop = second.seller
    assert (shop.state, shop.address, shop.name) == (SellerState.APPLIED, "Jalan Kelapa 9", "Anyaman Dendang")
    assert (shop.makers[0].name, shop.makers[0].story) == ("Anyaman Dendang", "Sejak 1998.")
    assert queries.latest_application(shop) is second
    with transaction():
        services.approve(second, cast.tono)
    with pytest.raises(Conflict), transaction():
        services.apply_again(cast.sari, shop)


def test_nobody_else_asks_again_and_no_other_field_is_taken(cast: Cast) -> None:
    application = applied(cast)
    with transaction():
        services.refuse(application, cast.tono, REASON)
    with pytest.raises(NotFound), transaction():
        services.apply_again(cast.budi, application.seller)
    for field in ("state", "code", "is_example", "id", "is_shown"):
        with pytest.raises(Invalid), transaction():
            services.apply_again(cast.sari, application.seller, **{field: "open"})
    db.session.expire_all()
    assert application.seller.state is SellerState.REFUSED


def test_what_is_not_yours_is_not_there(cast: Cast) -> None:
    assert queries.find_seller_for(cast.ratna, cast.ratnas.code) is cast.ratnas
    for person in (cast.budi, cast.sari, cast.dewi, cast.tono, cast.hasan):
        assert queries.find_seller_for(person, cast.ratnas.code) is None
        assert queries.find_membership(person, cast.ratnas.code) is None
    assert queries.find_seller_for(cast.ratna, "unknown") is None
    assert queries.list_sellers_of(cast.ratna) == [cast.ratnas]
    assert [user.name for user in queries.list_members(cast.ratnas)] == ["Ratna"]


@pytest.mark.parametrize("state", [SellerState.APPLIED, SellerState.REFUSED, SellerState.SUSPENDED])
def test_the_public_sees_open_shops_only(cast: Cast, state: SellerState) -> None:
    with transaction():
        cast.ratnas.state = state
    assert queries.find_seller(cast.ratnas.code) is None
    assert queries.find_seller_of_product(cast.shawl) is None
    assert queries.list_sellers_of_maker(cast.shawl.maker_id) == []


def test_a_suspended_shop_sells_nothing_and_comes_back_as_it_was(cast: Cast) -> None:
    with transaction():
        draft = factories.product(cast.ratnas, "Belum selesai", live=False)
        services.suspend(cast.ratnas, cast.tono, REASON)
    assert cast.shawl.state is ProductState.HELD
    assert find_live(cast.shawl.code) is None
    assert find_live(cast.plaque.code) is not None
    with transaction():
        services.reopen(cast.ratnas, cast.tono)
    assert find_live(cast.shawl.code) is not None
    assert draft.state is ProductState.DRAFT


def test_only_operators_suspend_and_only_open_shops(cast: Cast) -> None:
    with pytest.raises(Forbidden), transaction():
        services.suspend(cast.ratnas, cast.dewi, REASON)
    with pytest.raises(Invalid), transaction():
        services.suspend(cast.ratnas, cast.tono, "")
    with pytest.raises(Conflict), transaction():
        services.reopen(cast.ratnas, cast.tono)
    with pytest.raises(Conflict), transaction():
        cast.ratnas.state = SellerState.APPLIED
        services.suspend(cast.ratnas, cast.tono, REASON)


DELIVERIES: list[tuple[str, dict[str, Any]]] = [
    ("kind", {"kind": "drone"}),
    ("price", {"kind": "own", "price": Money(-1), "places": ["19.05"]}),
    ("price", {"kind": "own", "price": Money(5_000_001), "places": ["19.05"]}),
    ("places", {"kind": "own", "price": Money(10_000), "places": []}),
    ("places", {"kind": "own", "price": Money(10_000), "places": ["19.05", "77"]}),
    ("places", {"kind": "own", "price": Money(10_000), "places": ["19.05.01.1003.1"]}),
    ("note", {"kind": "pickup", "note": "x" * 201}),
]


@pytest.mark.parametrize(("field", "offer"), DELIVERIES)
def test_refuses_ways_of_delivery_that_cannot_be_right(cast: Cast, field: str, offer: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught, transaction():
        services.set_delivery(cast.ratnas, **offer)
    assert caught.value.field == field


def test_deliveries_are_set_changed_and_removed_but_one_stays(cast: Cast) -> None:
    with transaction():
        own = services.set_delivery(cast.ratnas, "own", Money(20_000), ["19.05.01", "19.05.01", "19.71"], " Sore saja ")
    assert (own.price, own.places, own.note) == (Money(20_000), ["19.05.01", "19.71"], "Sore saja")
    with transaction():
        services.set_delivery(cast.ratnas, DeliveryKind.PICKUP, Money(9_000), ["19"])
        services.remove_delivery(cast.ratnas, "own")
        services.remove_delivery(cast.ratnas, DeliveryKind.COURIER)
    db.session.expire_all()
    (pickup,) = cast.ratnas.deliveries
    assert (pickup.kind, pickup.price, pickup.places) == (DeliveryKind.PICKUP, Money(0), [])
    with pytest.raises(NotFound), transaction():
        services.remove_delivery(cast.ratnas, "own")
    with pytest.raises(Conflict), transaction():
        services.remove_delivery(cast.ratnas, "pickup")


@pytest.mark.parametrize("field", ["state", "code", "id", "is_example", "slug"])
def test_a_shop_changes_only_its_own_fields(cast: Cast, field: str) -> None:
    with pytest.raises(Several) as caught, transaction():
        services.edit_seller(cast.ratnas, {field: "open"})
    assert caught.value.field == field


def test_applications_are_paged_by_code(cast: Cast) -> None:
    waiting = [applied(cast)]
    with transaction():
        waiting.append(services.apply(cast.dewi, **GOOD))
        waiting.append(services.apply(cast.hasan, **GOOD))
    first = queries.list_applications(limit=2)
    assert [*first, *queries.list_applications(after=first[-1].code)] == waiting
    assert queries.find_application(waiting[0].code) is waiting[0]
    assert queries.find_application("unknown") is None
