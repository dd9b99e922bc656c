"""Vouchers in cart and checkout, without JavaScript: tried, told, taken out, and seen again on the order's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from marketplace.orders.models import Purchase
from marketplace.payments.models import PaymentMethod
from marketplace.promotions.models import Voucher, VoucherKind
from marketplace.promotions.services import redeem, stop
from marketplace.settings import Settings
from tests import factories
from tests.cast import Cast

ENGLISH = "/en"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    from dataclasses import replace

    return replace(settings, voucher_limit="3 per hour")


@pytest.fixture
def sari(cast: Cast, sign_in: Any) -> FlaskClient:
    client = sign_in(cast.sari)
    post(client, "/cart", variant=cast.shawl.variants[0].code, quantity="1")
    return client  # type: ignore[no-any-return]


def post(client: Any, path: str, **form: str) -> Any:
    return client.post(ENGLISH + path, data={"form_token": getattr(client, "form_token", ""), **form})


def page(client: Any, path: str = "/cart") -> str:
    return str(client.get(ENGLISH + path).text)


def voucher(code: str = "CUAL25", **values: Any) -> Voucher:
    with transaction():
        return factories.voucher(code, **values)


def try_code(client: Any, code: str = "cual 25") -> str:
    assert post(client, "/cart/vouchers", voucher=code).status_code == 303
    return page(client)


def checkout(client: Any, cast: Cast, **more: str) -> dict[str, str]:
    """The whole form as the page shows it after everything was chosen."""
    typed = {
        "email": "sari@contoh.example", "recipient": "Sari", "phone": "0812 3456 7890", "address": "Jalan Contoh 2",
        "place_code": "19.05.01.1003", "place_q": "Sungai Baru", "postal_code": "33311", "payment_method": "bank-transfer",
        f"deliveries-{cast.ratnas.code}": "pickup", **more,
    }  # fmt: skip
    post(client, "/checkout/draft", **typed)
    shown = page(client, "/checkout")

    def hidden(name: str) -> str:
        import html

        return html.unescape(shown.split(f'name="{name}" value="', 1)[1].split('"', 1)[0])

    return typed | {name: hidden(name) for name in ("key", "digest", "shown", "vouchers")}


def test_a_code_takes_something_off_the_cart(sari: FlaskClient) -> None:
    voucher()
    shown = try_code(sari)
    assert "25% off" in shown
    assert "−Rp462,500" in shown
    assert "Rp1,387,500" in shown


def test_it_is_taken_out_again(sari: FlaskClient) -> None:
    voucher()
    try_code(sari)
    assert post(sari, "/cart/vouchers/removal", removed="CUAL25").status_code == 303
    assert "CUAL25" not in page(sari)
    assert post(sari, "/cart/vouchers/removal", removed="CUAL25").status_code == 303, "twice is once"


@pytest.mark.parametrize(
    ("values", "said", "is_kept"),
    [
        ({"minimum": Money(2_000_000)}, "begins at Rp2.000.000: Rp150.000 more, please", True),
        ({"ends_at": timedelta(seconds=1)}, "has run out", False),
        ({"starts_at": timedelta(days=2)}, "is not valid yet", False),
        ({"seller": True}, "is for pieces of Timah Contoh Budi only", False),
    ],
)
def test_a_refusal_says_why(sari: FlaskClient, cast: Cast, values: dict[str, Any], said: str, is_kept: bool) -> None:
    values = {name: clock.now() + one if isinstance(one, timedelta) else one for name, one in values.items()}
    if "seller" in values:
        values["seller"] = cast.budis
    voucher(**values)
    with clock.frozen(clock.now() + timedelta(seconds=5)):
        shown = try_code(sari).replace("Rp2,000,000", "Rp2.000.000").replace("Rp150,000", "Rp150.000")
        assert said in shown
        assert ("Take out voucher CUAL25" in page(sari)) is is_kept


def test_unknown_codes_are_all_answered_alike_and_only_so_often(sari: FlaskClient) -> None:
    voucher()
    for _ in range(3):
        assert "We do not know this code" in try_code(sari, "GUESS")
    assert post(sari, "/cart/vouchers", voucher="GUESS").status_code == 429
    assert post(sari, "/cart/vouchers/removal", removed="x").status_code == 303


def test_right_codes_are_not_counted(sari: FlaskClient) -> None:
    voucher()
    for _ in range(5):
        assert "25% off" in try_code(sari)


def test_a_guest_may_use_one_too(client: FlaskClient, cast: Cast) -> None:
    voucher()
    post(client, "/cart", variant=cast.shawl.variants[0].code, quantity="1")
    assert "−Rp462,500" in try_code(client)


def test_a_second_of_the_same_kind_takes_the_place_of_the_first(sari: FlaskClient) -> None:
    voucher()
    voucher("CUAL30", percent=30)
    voucher("ONGKIR", kind=VoucherKind.SHIPPING)
    for code in ("CUAL25", "CUAL30", "ONGKIR"):
        shown = try_code(sari, code)
    assert "Take out voucher CUAL25" not in shown
    assert "Take out voucher CUAL30" in shown
    assert "Take out voucher ONGKIR" in shown


def test_checkout_shows_it_places_it_and_the_order_tells(sari: FlaskClient, cast: Cast) -> None:
    voucher()
    form = checkout(sari, cast)
    answer = sari.post(
        f"{ENGLISH}/cart/vouchers?to=checkout",
        data={**form, "form_token": sari.form_token, "voucher": "cual25"},  # type: ignore[attr-defined]
    )
    assert answer.location.endswith("/checkout#vouchers")
    form = checkout(sari, cast)
    assert form["vouchers"] == "CUAL25"
    assert "−Rp462,500" in page(sari, "/checkout")
    answer = post(sari, "/checkout", **form)
    assert answer.status_code == 303
    purchase = db.session.scalars(db.select(Purchase)).one()
    assert purchase.total == Money(1_387_500)
    assert "Voucher CUAL25" in sari.get(answer.location).text
    again = post(sari, "/checkout", **form)
    assert again.location == answer.location, "the same press gives the same purchase"
    assert "CUAL25" not in page(sari)


def test_one_that_has_ended_meanwhile_is_told_before_anything_is_bought(sari: FlaskClient, cast: Cast) -> None:
    made = voucher()
    try_code(sari)
    form = checkout(sari, cast)
    with transaction() as session:
        stop(session.get_one(Voucher, made.id))
    answer = post(sari, "/checkout", **form)
    assert answer.status_code == 409
    assert "Voucher CUAL25 has run out" in answer.text
    assert db.session.scalar(db.select(db.func.count()).select_from(Purchase)) == 0


def test_once_per_person_is_noticed_at_the_page(sari: FlaskClient, cast: Cast) -> None:
    voucher()
    try_code(sari)
    form = checkout(sari, cast)
    post(sari, "/checkout", **form)
    post(sari, "/cart", variant=cast.shawl.variants[0].code, quantity="1")
    assert "you have used it" in try_code(sari)
    assert redeem("x", {}, []) is None


def test_a_purchase_of_nothing_asks_for_no_payment(sari: FlaskClient, cast: Cast) -> None:
    voucher("GRATIS", percent=100)
    try_code(sari, "GRATIS")
    form = checkout(sari, cast, payment_method="")
    assert "nothing is left to pay" in page(sari, "/checkout")
    answer = post(sari, "/checkout", **form)
    assert answer.status_code == 303
    assert db.session.scalars(db.select(Purchase.payment_method)).one() is PaymentMethod.NOTHING
    assert "Transfer exactly" not in sari.get(answer.location).text
