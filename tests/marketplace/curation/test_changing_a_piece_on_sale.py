"""A change to a piece on sale: what matters waits, the present version stays on sale, and only what was seen is approved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Forbidden, Invalid, NotFound, Several
from catalog.media.services import sweep_orphans
from catalog.media.storage import FolderStorage
from catalog.money import Money
from catalog.products import services as products
from catalog.products.models import Product, ProductState, Variant
from catalog.products.prices import list_spans
from catalog.products.queries import find_live
from catalog.products.services import VariantInput
from catalog.products.services.editing import FIELDS
from catalog.products.staging import AT_ONCE, LOOKED_AT, band, words
from marketplace import signals
from marketplace.accounts.models import User
from marketplace.curation import changes, queries, services
from marketplace.curation.models import Submission
from marketplace.sellers.models import Decision, Membership, SellerState
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.test_races import at_once

REASON = "Judulnya menyebut sutra, bahannya katun. Tulis bahan yang benar."
TITLE = "Selendang cual bunga cina dan kembang setaman"


def row(variant: Variant, **values: Any) -> VariantInput:
    present = VariantInput(
        price=variant.price,
        weight=variant.weight,
        box=(variant.box_length, variant.box_width, variant.box_height),
        values=variant.choices(),
        fulfilment=variant.fulfilment,
        dispatch_days=variant.dispatch_days,
        lead_days=variant.lead_days,
        sku=variant.sku,
        breaks=[(one.quantity, one.price) for one in variant.breaks],
    )
    return replace(present, **values)


def retitle(cast: Cast, title: str = TITLE) -> Submission:
    with transaction():
        assert changes.change_words(cast.shawl, {"title": title}, None, cast.ratna)
    found = changes.on_table(cast.shawl)
    assert found is not None
    return found


def approve(submission: Submission, curator: User) -> None:
    with transaction():
        services.approve(submission, curator, changes.digest(submission))


def test_every_field_is_either_looked_at_or_changes_at_once() -> None:
    assert sorted((*LOOKED_AT, *AT_ONCE)) == sorted(FIELDS)


def test_what_matters_waits_and_the_present_version_stays_on_sale(cast: Cast) -> None:
    heard: list[Any] = []
    before = words(cast.shawl)
    with signals.product_submitted.connected_to(heard.append):
        submission = retitle(cast)
    live = find_live(cast.shawl.code)
    assert live is not None and words(live) == before
    assert submission.changes == {"title": TITLE}
    assert heard == [submission] and queries.list_queue() == [submission]
    assert [(one.field, one.before, one.after) for one in changes.difference(submission)] == [
        ("title", before["title"], TITLE)
    ]


def test_what_does_not_matter_changes_at_once(cast: Cast) -> None:
    with transaction():
        assert not changes.change_words(cast.shawl, {**words_as_typed(cast), "care": "Cuci kering."}, None, cast.ratna)
    assert cast.shawl.care == "Cuci kering."
    assert queries.count_queue() == 0


def words_as_typed(cast: Cast) -> dict[str, Any]:
    return {name: value for name, value in words(cast.shawl).items() if name != "maker"}


def test_one_saving_splits_into_both(cast: Cast) -> None:
    with transaction():
        changes.change_words(cast.shawl, {"title": TITLE, "care": "Cuci kering."}, cast.shawl.version, cast.ratna)
    assert cast.shawl.care == "Cuci kering." and cast.shawl.title != TITLE


def test_what_waited_before_is_not_said_to_wait_because_of_what_holds_at_once(cast: Cast) -> None:
    submission = retitle(cast)
    with transaction():
        typed = {**words_as_typed(cast), "title": TITLE, "care": "Cuci kering."}
        assert not changes.change_words(cast.shawl, typed, None, cast.ratna)
    assert not reprice(cast, Money(price(cast).rupiah * 9 // 10))
    assert cast.shawl.care == "Cuci kering." and changes.on_table(cast.shawl) is submission
    assert submission.changes == {"title": TITLE}


def test_a_draft_changes_at_once(cast: Cast) -> None:
    with transaction():
        draft = factories.product(cast.ratnas, "Taplak cual kembang setaman", live=False)
        assert not changes.change_words(draft, {"title": TITLE}, None, cast.ratna)
    assert draft.title == TITLE and queries.count_queue() == 0


def test_a_second_saving_goes_on_with_the_first_and_typing_it_back_takes_it_away(cast: Cast) -> None:
    original = cast.shawl.title
    first = retitle(cast)
    with transaction():
        changes.change_words(cast.shawl, {"dye": "natural"}, None, cast.ratna)
    assert first.changes == {"title": TITLE, "dye": "natural"}
    with transaction():
        assert changes.change_words(cast.shawl, {"title": original}, None, cast.ratna)
    assert first.changes == {"dye": "natural"}
    with transaction():
        assert not changes.change_words(cast.shawl, {"dye": ""}, None, cast.ratna)
    assert changes.on_table(cast.shawl) is None and queries.count_queue() == 0
    assert first.decision is Decision.RECALLED


def test_two_forms_open_on_the_same_words_do_not_overwrite_each_other(cast: Cast) -> None:
    opened = cast.shawl.version
    retitle(cast)
    with pytest.raises(Conflict) as caught, transaction():
        changes.change_words(cast.shawl, {"title": "Selendang cual merah tua"}, opened, cast.ratna)
    assert caught.value.field == "version"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": "x"}, "title"),
        ({"title": "pendek"}, "title"),
        ({"materials": []}, "materials"),
        ({"materials": ["emas-palsu"]}, "materials"),
        ({"craft": "sulap"}, "craft"),
        ({"title": "Selendang batik cual Bangka"}, "techniques"),
        ({"price": "1"}, "price"),
    ],
)
def test_refuses_what_could_not_go_on_sale(cast: Cast, typed: dict[str, Any], field: str) -> None:
    with pytest.raises((Invalid, Several)) as caught, transaction():
        changes.change_words(cast.shawl, typed, None, cast.ratna)
    errors = caught.value.errors if isinstance(caught.value, Several) else [caught.value]
    assert field in {one.field for one in errors}
    assert queries.count_queue() == 0 and changes.on_table(cast.shawl) is None


def test_approval_makes_it_part_of_the_piece(cast: Cast) -> None:
    submission = retitle(cast)
    published = cast.shawl.published_at
    approve(submission, cast.dewi)
    live = find_live(cast.shawl.code)
    assert live is not None and (live.title, live.published_at) == (TITLE, published)
    assert changes.on_table(live) is None and queries.count_queue() == 0
    assert submission.decision is Decision.APPROVED and submission.put_away_at is not None


def test_only_what_was_seen_is_approved(cast: Cast) -> None:
    submission = retitle(cast)
    seen = changes.digest(submission)
    retitle(cast, "Selendang cual emas murni dari Mentok")
    for token in (seen, "", None):
        with pytest.raises(Conflict) as caught, transaction():
            services.approve(submission, cast.dewi, token)
        assert caught.value.field == "seen"
    assert find_live(cast.shawl.code).title != TITLE  # type: ignore[union-attr]


def test_a_piece_that_moved_meanwhile_is_looked_at_again(cast: Cast) -> None:
    submission = retitle(cast)
    seen = changes.digest(submission)
    with transaction():
        products.edit(cast.shawl, {"title": "Selendang cual yang lain lagi"}, None)
    with pytest.raises(Conflict), transaction():
        services.approve(submission, cast.dewi, seen)
    approve(submission, cast.dewi)
    assert cast.shawl.title == TITLE


def test_a_refusal_leaves_the_piece_on_sale_and_the_words_on_the_table(cast: Cast) -> None:
    submission = retitle(cast)
    with transaction():
        services.refuse(submission, cast.dewi, REASON)
    assert cast.shawl.is_live and cast.shawl.title != TITLE
    assert changes.on_table(cast.shawl) is submission and queries.count_queue() == 0
    with transaction():
        changes.change_words(cast.shawl, {"materials": ["benang-sutra"], "dye": "natural"}, None, cast.ratna)
    again = changes.on_table(cast.shawl)
    assert again is not None and again is not submission
    assert again.changes == {"title": TITLE, "dye": "natural"}
    assert submission.put_away_at is not None and submission.reason == REASON
    assert queries.list_queue() == [again]


def test_what_was_given_back_can_be_asked_again_as_it_lies(cast: Cast) -> None:
    submission = retitle(cast)
    with transaction():
        assert not changes.ask_again(cast.shawl, cast.ratna)
        services.refuse(submission, cast.dewi, REASON)
    with transaction():
        assert changes.ask_again(cast.shawl, cast.ratna)
    again = changes.on_table(cast.shawl)
    assert again is not None and again.changes == {"title": TITLE} and queries.list_queue() == [again]


def test_it_is_let_go(cast: Cast) -> None:
    submission = retitle(cast)
    with transaction():
        changes.let_go(cast.shawl, cast.ratna)
        changes.let_go(cast.shawl, cast.ratna)
    assert submission.decision is Decision.RECALLED and queries.count_queue() == 0
    with pytest.raises(Conflict), transaction():
        services.approve(submission, cast.dewi, changes.digest(submission))


@pytest.mark.parametrize("name", ["sari", "ratna", "budi", "hasan", "tono"])
def test_only_curators_decide(cast: Cast, name: str) -> None:
    submission = retitle(cast)
    with pytest.raises(Forbidden), transaction():
        services.approve(submission, cast.people[name], changes.digest(submission))
    assert cast.shawl.title != TITLE


def test_a_curator_does_not_decide_about_an_own_shops_change(cast: Cast) -> None:
    submission = retitle(cast)
    with transaction() as session:
        session.add(Membership(user_id=cast.dewi.id, seller_id=cast.ratnas.id))
    db.session.expire_all()
    with pytest.raises(Forbidden), transaction():
        services.approve(submission, cast.dewi, changes.digest(submission))
    with pytest.raises(Forbidden), transaction():
        services.refuse(submission, cast.dewi, REASON)


def test_a_closed_shops_change_waits(cast: Cast) -> None:
    submission = retitle(cast)
    with transaction():
        db.session.merge(cast.ratnas).state = SellerState.SUSPENDED
    with pytest.raises(Conflict), transaction():
        services.approve(submission, cast.dewi, changes.digest(submission))


def test_a_withdrawn_piece_takes_its_change_along(cast: Cast) -> None:
    submission = retitle(cast)
    with transaction():
        changes.withdraw(cast.shawl, cast.ratna)
    assert cast.shawl.state is ProductState.WITHDRAWN and cast.shawl.title == TITLE
    assert submission.put_away_at is not None and queries.count_queue() == 0


def price(cast: Cast) -> Money:
    return db.session.scalar(select(Variant.price).where(Variant.product_id == cast.shawl.id).limit(1))  # type: ignore[return-value]


def reprice(cast: Cast, wanted: Money, **values: Any) -> bool:
    with transaction():
        variant = cast.shawl.variants[0]
        return changes.change_variants(cast.shawl, [row(variant, price=wanted, **values)], None, cast.ratna)[1]


def test_a_price_inside_the_band_holds_at_once(cast: Cast) -> None:
    before = price(cast)
    for percent in (130, 100, 91, 110):
        assert not reprice(cast, Money(before.rupiah * percent // 100))
        assert price(cast).rupiah == before.rupiah * percent // 100


@pytest.mark.parametrize("step", [125, 80])
def test_small_steps_in_a_row_pass_no_more_than_one(cast: Cast, step: int) -> None:
    """A band around the present price, or around all of the last days, would let them double it in an afternoon."""
    before = price(cast)
    assert not reprice(cast, Money(before.rupiah * step // 100))
    assert reprice(cast, Money(before.rupiah * step * step // 10_000))
    assert price(cast).rupiah == before.rupiah * step // 100


def test_thirty_days_later_it_may_move_again(cast: Cast) -> None:
    before = price(cast)
    raised = Money(before.rupiah * 125 // 100)
    assert not reprice(cast, raised)
    variant = cast.shawl.variants[0]
    spans = list_spans([variant.id])[variant.id]
    assert band(variant, spans).high == Money(before.rupiah * 130 // 100)
    assert band(variant, spans, now=clock.now() + timedelta(days=31)).high.rupiah == -(-raised.rupiah * 130 // 100)


def test_a_price_that_was_agreed_to_is_the_new_measure(cast: Cast) -> None:
    before = price(cast)
    assert reprice(cast, before + before)
    submission = changes.on_table(cast.shawl)
    assert submission is not None
    approve(submission, cast.dewi)
    assert not reprice(cast, Money(before.rupiah * 19 // 10))
    assert reprice(cast, before)


def test_a_price_outside_the_band_waits_with_what_many_cost(cast: Cast) -> None:
    before = price(cast)
    dear = before + before
    assert reprice(cast, dear, breaks=[(5, before)], weight=555)
    assert price(cast) == before and cast.shawl.variants[0].weight == 555
    assert cast.shawl.variants[0].breaks == []
    submission = changes.on_table(cast.shawl)
    assert submission is not None
    [one] = changes.difference(submission)
    assert (one.field, one.before, one.after) == ("prices", (before, []), (dear, [(5, before)]))
    approve(submission, cast.dewi)
    assert price(cast) == dear
    assert [(one.quantity, one.price) for one in cast.shawl.variants[0].breaks] == [(5, before)]
    assert [one.price for one in list_spans([cast.shawl.variants[0].id])[cast.shawl.variants[0].id]] == [before, dear]


def test_many_pieces_far_below_the_price_wait_too(cast: Cast) -> None:
    before = price(cast)
    assert reprice(cast, before, breaks=[(2, Money(before.rupiah // 3))])
    assert cast.shawl.variants[0].breaks == []


def test_typing_the_price_back_takes_it_from_the_table(cast: Cast) -> None:
    before = price(cast)
    assert reprice(cast, before + before)
    assert not reprice(cast, before)
    assert changes.on_table(cast.shawl) is None


def test_refuses_a_price_that_cannot_be(cast: Cast) -> None:
    with pytest.raises(Several) as caught:
        reprice(cast, Money(1))
    assert caught.value.errors[0].field == "variants-0-price"
    assert changes.on_table(cast.shawl) is None


def test_a_photo_waits_and_is_nowhere_shown(cast: Cast) -> None:
    with transaction():
        image = factories.image(owner=cast.ratnas.code)
        assert changes.add_picture(cast.shawl, image.code, cast.ratnas.code, cast.ratna)
    assert image.id not in {one.image_id for one in cast.shawl.pictures}
    submission = changes.on_table(cast.shawl)
    assert submission is not None and submission.changes == {}
    approve(submission, cast.dewi)
    assert cast.shawl.pictures[-1].image_id == image.id
    assert submission.pictures == []


def test_a_photo_that_goes_stays_until_it_is_approved(cast: Cast) -> None:
    first = cast.shawl.pictures[0].image
    with pytest.raises(Several), transaction():
        changes.remove_picture(cast.shawl, first.code, cast.ratna)  # the only one
    with transaction():
        image = factories.image(owner=cast.ratnas.code)
        changes.add_picture(cast.shawl, image.code, cast.ratnas.code, cast.ratna)
        assert changes.remove_picture(cast.shawl, first.code, cast.ratna)
    assert [one.image_id for one in cast.shawl.pictures] == [first.id]
    with transaction():
        changes.keep_picture(cast.shawl, first.code, cast.ratna)
        with pytest.raises(NotFound):
            changes.keep_picture(cast.shawl, first.code, cast.ratna)
        changes.remove_picture(cast.shawl, first.code, cast.ratna)
    submission = changes.on_table(cast.shawl)
    assert submission is not None
    approve(submission, cast.dewi)
    assert [one.image_id for one in cast.shawl.pictures] == [image.id]


def test_a_photo_without_words_is_not_approved(cast: Cast) -> None:
    with transaction():
        image = factories.image(owner=cast.ratnas.code)
        image.alt = ""
        changes.add_picture(cast.shawl, image.code, cast.ratnas.code, cast.ratna)
    submission = changes.on_table(cast.shawl)
    assert submission is not None
    with pytest.raises(Several) as caught:
        approve(submission, cast.dewi)
    assert caught.value.errors[0].field == "alt"
    assert len(cast.shawl.pictures) == 1


def test_refuses_the_photo_of_another_shop_and_more_than_there_is_room_for(cast: Cast) -> None:
    with transaction():
        budis = factories.image(owner=cast.budis.code)
        own = [factories.image(owner=cast.ratnas.code) for _ in range(12)]
    with pytest.raises(NotFound), transaction():
        changes.add_picture(cast.shawl, budis.code, cast.ratnas.code, cast.ratna)
    with transaction():
        for one in own[:11]:
            changes.add_picture(cast.shawl, one.code, cast.ratnas.code, cast.ratna)
    with pytest.raises(Invalid), transaction():
        changes.add_picture(cast.shawl, own[11].code, cast.ratnas.code, cast.ratna)


def test_a_waiting_photo_is_not_swept_and_one_that_was_let_go_is(cast: Cast, tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    with transaction():
        image = factories.image(owner=cast.ratnas.code)
        image.created_at = clock.now() - timedelta(days=9)
        changes.add_picture(cast.shawl, image.code, cast.ratnas.code, cast.ratna)
    with transaction():
        assert sweep_orphans(storage).images == 0
    with transaction():
        changes.let_go(cast.shawl, cast.ratna)
    with transaction():
        assert sweep_orphans(storage).images == 1


@given(
    title=st.sampled_from([None, TITLE, "Selendang cual Mentok merah hati"]),
    dye=st.sampled_from(["", "natural", "undyed"]),
    animal=st.sampled_from(["silk", "none"]),
    english=st.sampled_from(["", "Cual shawl from Mentok"]),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_approved_change_equals_the_same_edit_of_a_draft(
    cast: Cast, title: str | None, dye: str, animal: str, english: str
) -> None:
    typed = {"dye": dye, "animal_material": animal, "title_en": english, **({"title": title} if title else {})}
    with transaction():
        live = factories.product(cast.ratnas)
        draft = factories.product(cast.ratnas, live=False)
        products.edit(draft, typed, None)
        if changes.change_words(live, typed, None, cast.ratna):
            submission = changes.on_table(live)
            assert submission is not None
            services.approve(submission, cast.dewi, changes.digest(submission))
    assert words(live) == words(draft)


@both_databases
def test_the_database_lets_one_change_of_a_piece_lie_on_the_table(cast: Cast) -> None:
    retitle(cast)
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(Submission(product_id=cast.shawl.id, changes={"dye": "natural"}))


@both_databases
@pytest.mark.race
def test_curators_who_answer_at_once_decide_once(app: Flask, cast: Cast) -> None:
    submission = retitle(cast)
    seen, dewi, code = changes.digest(submission), cast.dewi.id, submission.code

    def press(approved: bool) -> str:
        with transaction() as session:
            one, curator = queries.find_submission(code), session.get_one(User, dewi)
            assert one is not None
            services.approve(one, curator, seen) if approved else services.refuse(one, curator, REASON)
        return "decided"

    came = at_once(app, [lambda number=number: press(number % 2 == 0) for number in range(8)], threads=8)
    assert came["decided"] == 1
    db.session.expire_all()
    found = queries.find_submission(code)
    assert found is not None
    product = db.session.get_one(Product, cast.shawl.id)
    assert (product.title == TITLE) is (found.decision is Decision.APPROVED)
