"""From the button to the paid order by virtual account: the whole house over real HTTP, a double of Midtrans behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import db
from marketplace.orders.models import OrderState, Purchase
from marketplace.payments.models import PaymentMethod, PaymentState, WebhookMessage
from marketplace.payments.providers import offered, use
from marketplace.settings import BadSettings, Settings, complete
from tests.cast import Cast
from tests.fakes.midtrans_server import KEY, MidtransServer, message
from tests.marketplace.checkout.shopping import buy, of, orders_of, payment_of
from tests.marketplace.web.hooks.test_payments import path_of

HOOK = "/hooks/payments/midtrans"


@pytest.fixture
def midtrans_server() -> Iterator[MidtransServer]:
    with MidtransServer() as server:
        yield server
    use(PaymentMethod.ONLINE, None)


@pytest.fixture
def settings(tmp_path: Path, midtrans_server: MidtransServer, peopled_database: object) -> Settings:
    return Settings(
        data_dir=tmp_path / "data", public_url="http://localhost", midtrans_server_key=KEY,
        midtrans_url=midtrans_server.url, midtrans_page_url=midtrans_server.url,
    )  # fmt: skip


def post(client: FlaskClient, body: bytes) -> int:
    return int(client.post(HOOK, data=body, content_type="application/json").status_code)


def test_a_virtual_account_pays_once_however_often_the_button_is_pressed_and_the_message_comes(
    app: Flask, cast: Cast, midtrans_server: MidtransServer, work: Any
) -> None:
    client, server = app.test_client(), midtrans_server
    assert offered() == [PaymentMethod.BANK_TRANSFER, PaymentMethod.QRIS, PaymentMethod.ONLINE, PaymentMethod.CASH]
    purchase = buy(of(cast.sari), (cast.shawl, 1), method="online").purchase
    payment = payment_of(purchase)
    code, name, due = purchase.code, payment.code, payment.due.rupiah
    page, pay = path_of(app, purchase), path_of(app, purchase, f"/payments/{payment.code}")
    shown = client.get(page)
    assert f"form-action 'self' {server.url};" in shown.headers["Content-Security-Policy"]
    assert "Midtrans" not in shown.text
    assert client.post(pay.split("?")[0]).status_code == 404  # a stranger
    server.statuses = [503]
    assert "/purchases/" in client.post(pay).headers["Location"]
    first = client.post(pay).headers["Location"]
    assert first.startswith(f"{server.url}/snap/v4/redirection/")
    server.choose(name, "bank_transfer", va_numbers=[{"bank": "bca", "va_number": "123"}])
    assert client.post(pay).headers["Location"] == first  # where the number of the account stands
    assert [one["gross_amount"] for one in server.pages.values()] == [due]
    assert len(server.rows) == 1

    # Nobody is believed who only says so, not even with a good signature.
    told = {**server.rows[name], "transaction_status": "settlement"}
    for wrong in (message(told, "forged"), b"{}", b"[]", b"x" * 300_000):
        assert post(client, wrong) == 400
    assert db.session.scalar(db.select(db.func.count()).select_from(WebhookMessage)) == 0
    assert post(client, message(told)) == 204
    assert client.get(f"{page}&transaction_status=settlement&order_id={name}&status_code=200").status_code == 200
    work()
    assert payment_of(fresh(code)).state is PaymentState.PENDING

    server.pay(name)
    unknown = {**server.rows[name], "order_id": "payment_notif_test_M1_7"}
    for one in [*reversed(server.messages), *server.messages, unknown]:
        assert post(client, message(one)) == 204
    assert work() >= 1
    assert payment_of(fresh(code)).state is PaymentState.PAID
    assert orders_of(fresh(code))[0].state is OrderState.TO_CONFIRM
    known = db.session.scalars(db.select(WebhookMessage.is_known).order_by(WebhookMessage.id)).all()
    assert known == [True, True, True, False]  # "settlement" untrue, then pending, then true, and the dashboard's test
    assert client.post(pay).headers["Location"].endswith(page.partition("?")[2])


def fresh(code: str) -> Purchase:
    db.session.rollback()
    return db.session.scalars(db.select(Purchase).where(Purchase.code == code)).one()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"midtrans_server_key": "Mid-client-0123456789"}, "MIDTRANS_SERVER_KEY"),
        ({"midtrans_server_key": KEY, "midtrans_methods": ()}, "MIDTRANS_METHODS"),
    ],
)
def test_a_half_configured_partner_is_refused_at_the_start(tmp_path: Path, wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(BadSettings, match=named):
        complete(Settings(data_dir=tmp_path, **wrong))
