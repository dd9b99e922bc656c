"""From the button to the paid order: the whole house, the real SDK and a double of Stripe behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import db
from marketplace.orders.access import access_token
from marketplace.orders.models import OrderState, Purchase
from marketplace.payments import charges
from marketplace.payments.models import Charge, PaymentMethod, PaymentState, WebhookMessage
from marketplace.payments.providers import use
from marketplace.settings import BadSettings, Settings, complete
from tests.cast import Cast
from tests.fakes.stripe_server import StripeServer, message
from tests.marketplace.checkout.shopping import buy, of, orders_of, payment_of

OLD, NEW = "whsec_old0000", "whsec_new0000"
HOOK = "/hooks/payments/stripe"


@pytest.fixture
def stripe_server() -> Iterator[StripeServer]:
    with StripeServer() as server:
        yield server
    use(PaymentMethod.CARD, None)


@pytest.fixture
def settings(tmp_path: Path, stripe_server: StripeServer, peopled_database: object) -> Settings:
    """`peopled_database` makes a house of its own; ours must be the last that was made."""
    return Settings(
        data_dir=tmp_path / "data", public_url="http://localhost", stripe_key="sk_test_0123456789",
        stripe_webhook_secrets=(NEW, OLD), stripe_url=stripe_server.url,
    )  # fmt: skip


def path_of(app: Flask, purchase: Purchase, rest: str = "") -> str:
    token = access_token(app.extensions["house"].settings.secret_key, purchase.code)
    return f"/purchases/{purchase.code}{rest}?token={token}"


def post(client: FlaskClient, body: bytes, headers: dict[str, str]) -> int:
    return int(client.post(HOOK, data=body, headers=headers, content_type="application/json").status_code)


def test_a_card_pays_once_however_often_the_button_is_pressed_and_the_message_comes(
    app: Flask, cast: Cast, stripe_server: StripeServer, work: Any
) -> None:
    client = app.test_client()
    purchase = buy(of(cast.sari), (cast.shawl, 1), method="card").purchase
    payment = payment_of(purchase)
    code, due, payment_id = purchase.code, payment.due.rupiah, payment.id
    page, pay = path_of(app, purchase), path_of(app, purchase, f"/payments/{payment.code}")
    shown = client.get(page)
    assert "form-action 'self' https://checkout.stripe.com;" in shown.headers["Content-Security-Policy"]
    assert f"/payments/{payment.code}" in shown.text
    assert client.post(pay.split("?")[0]).status_code == 404  # a stranger
    stripe_server.statuses = [503, 503]
    silent = client.post(pay)
    assert silent.status_code == 303
    assert "/purchases/" in silent.headers["Location"]
    first, second = client.post(pay), client.post(pay)
    assert first.headers["Location"] == second.headers["Location"]
    assert first.headers["Location"].startswith("https://checkout.stripe.com/c/pay/cs_test_")
    session = db.session.scalars(db.select(Charge.reference)).one()
    assert len([path for _, path, *_ in stripe_server.asked if path == "/v1/checkout/sessions"]) == 3, "two refused"
    (row,) = stripe_server.of("checkout.session")
    assert (row["id"], row["amount_total"], row["currency"]) == (session, due * 100, "idr")

    # Nobody is believed who only says so.
    assert client.get(f"{page}&status=success&session_id={session}").status_code == 200
    stripe_server.pay(session or "")
    body, headers = message(stripe_server.events[-1], "whsec_forged00")
    for wrong in (headers, {}, {"Stripe-Signature": "t=1,v1=00"}):
        assert post(client, body, wrong) == 400
    assert post(client, b"x" * 300_000, headers) == 400
    assert db.session.scalar(db.select(db.func.count()).select_from(WebhookMessage)) == 0
    assert client.post("/hooks/payments/bank-transfer", data=body).status_code == 404
    assert client.post("/hooks/payments/midtrans", data=body).status_code == 404

    for number, event in enumerate([*reversed(stripe_server.events), *stripe_server.events]):
        body, headers = message(event, (OLD, NEW)[number % 2])
        assert post(client, body, headers) == 204
    assert db.session.scalar(db.select(db.func.count()).select_from(WebhookMessage)) == len(stripe_server.events)
    assert work() >= 1
    db.session.rollback()
    fresh = db.session.scalars(db.select(Purchase).where(Purchase.code == code)).one()
    assert payment_of(fresh).state is PaymentState.PAID
    assert orders_of(fresh)[0].state is OrderState.TO_CONFIRM
    charge = db.session.scalars(db.select(Charge).where(Charge.payment_id == payment_id)).one()
    assert (charge.odd, charge.fee and charge.fee.rupiah) == ("", 5_000)
    assert client.post(pay).headers["Location"].endswith(page.partition("?")[2])  # closed: nothing is begun again
    assert charges.list_parked() == []


def test_who_comes_back_before_word_of_the_payment_is_asked_to_wait_and_not_to_pay(
    app: Flask, cast: Cast, stripe_server: StripeServer, work: Any
) -> None:
    client = app.test_client()
    purchase = buy(of(cast.sari), (cast.shawl, 1), method="card").purchase
    code = payment_of(purchase).code
    page, pay = path_of(app, purchase), path_of(app, purchase, f"/payments/{code}")
    back = f"{page}&awaited={code}"
    waits, again, first = "<awaited-payment", "Kembali ke halaman pembayaran", "Bayar sekarang"
    assert waits not in client.get(back).text, "nobody has been at the partner's page"
    client.post(pay)
    (session,) = stripe_server.of("checkout.session")
    assert session["_return"].endswith(back)
    assert session["_leave"].endswith(page), "who gives up is asked to pay"
    assert waits not in client.get(page).text
    shown = client.get(back).text
    assert shown.index(waits) < shown.index(again)
    assert first not in shown
    assert f'href="{page}&amp;awaited={code}"' in shown, "without a script a link asks again"
    stripe_server.pay(session["id"])
    body, headers = message(stripe_server.events[-1], NEW)
    post(client, body, headers)
    work()
    paid = client.get(back).text
    assert waits not in paid and again not in paid and first not in paid


def test_the_checkout_goes_on_to_the_partners_page_by_the_same_press(app: Flask, cast: Cast) -> None:
    from marketplace.web.storefront import checkout

    assert checkout.can_be_asked(PaymentMethod.CARD.value)
    assert not checkout.can_be_asked(PaymentMethod.BANK_TRANSFER.value)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"stripe_key": "pk_test_0123456789", "stripe_webhook_secrets": ("whsec_x",)}, "STRIPE_KEY"),
        ({"stripe_key": "nonsense", "stripe_webhook_secrets": ("whsec_x",)}, "STRIPE_KEY"),
        ({"stripe_key": "sk_test_0123456789"}, "STRIPE_WEBHOOK_SECRETS"),
    ],
)
def test_a_half_configured_partner_is_refused_at_the_start(tmp_path: Path, wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(BadSettings, match=named):
        complete(Settings(data_dir=tmp_path, **wrong))
