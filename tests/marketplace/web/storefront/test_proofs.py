"""A picture of a transfer: it settles nothing, operators see it beside the payment, and nobody else does."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from catalog import clock
from catalog.db import db, transaction
from marketplace.orders.access import access_token
from marketplace.orders.models import Purchase
from marketplace.payments import proofs
from marketplace.payments.models import PaymentState, Proof
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, guest, of, pay, payment_of
from tests.marketplace.web.seller.test_progress import jpeg


@pytest.fixture
def purchase(cast: Cast) -> Purchase:
    """A guest is to transfer the price of a cloth."""
    with transaction():
        visitor = guest()
    return buy(visitor, (cast.shawl, 1)).purchase


@pytest.fixture
def link(app: Flask, purchase: Purchase) -> dict[str, str]:
    return {"token": access_token(app.extensions["house"].settings.secret_key, purchase.code)}


def address(purchase: Purchase) -> str:
    return f"/purchases/{purchase.code}/payments/{payment_of(purchase).code}/proof"


@both_databases
def test_a_picture_is_seen_by_its_buyer_and_by_operators_and_pays_nothing(
    app: Flask, cast: Cast, purchase: Purchase, link: dict[str, str], sign_in: Any
) -> None:
    guest_, where, page = app.test_client(), address(purchase), f"/purchases/{purchase.code}"
    assert "Kirim bukti transfer" in guest_.get(page, query_string=link).text
    sent = guest_.post(where, data={**link, "photo": jpeg()})
    assert sent.status_code == 303
    assert "Terima kasih" in guest_.get(sent.location).text
    assert "Bukti transfer Anda sudah di sini" in guest_.get(page, query_string=link).text
    assert payment_of(purchase).state is PaymentState.PENDING
    shown = guest_.get(where, query_string=link)
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert (shown.headers["Cache-Control"], shown.headers["X-Robots-Tag"]) == ("private, no-store", "noindex")
    tono = sign_in(cast.tono)
    proof = db.session.scalars(db.select(Proof)).one().code
    assert f"/operator/payments/proofs/{proof}" in tono.get("/operator/payments").text
    assert tono.get(f"/operator/payments/proofs/{proof}").status_code == 200
    assert sign_in(cast.ratna).get(f"/operator/payments/proofs/{proof}").status_code == 404


@both_databases
def test_others_neither_send_nor_see_one(
    app: Flask, cast: Cast, purchase: Purchase, link: dict[str, str], sign_in: Any
) -> None:
    where = address(purchase)
    app.test_client().post(where, data={**link, "photo": jpeg()})
    other = buy(of(cast.sari), (cast.shawl, 1)).purchase
    crossed = f"/purchases/{other.code}/payments/{payment_of(purchase).code}/proof"
    sari = sign_in(cast.sari)
    for client, path in ((app.test_client(), where), (sari, where), (sari, crossed)):
        assert client.get(path).status_code == 404
        form = {"photo": jpeg(), "form_token": getattr(client, "form_token", "")}
        assert client.post(path, data=form).status_code == 404
    assert db.session.scalar(db.select(db.func.count()).select_from(Proof)) == 1


def test_what_is_no_picture_too_much_or_too_late_is_refused(
    app: Flask, cast: Cast, purchase: Purchase, link: dict[str, str]
) -> None:
    client, where = app.test_client(), address(purchase)

    def told(**form: Any) -> str:
        answer = client.post(where, data={**link, **form})
        assert answer.status_code == 303
        return client.get(answer.location).text

    assert "Pilih gambar bukti transfer" in told()
    assert "gambar" in told(photo=(BytesIO(b"<svg/>"), "bukti.jpg"))
    assert db.session.scalars(db.select(Proof)).all() == []
    for colour in (10, 10, 40, 70, 100, 130):
        assert "Terima kasih" in told(photo=jpeg(colour))
    assert "Paling banyak 5" in told(photo=jpeg(200))
    assert len(db.session.scalars(db.select(Proof)).all()) == proofs.MOST
    pay(purchase, cast.tono)
    assert "sudah tidak ditunggu" in told(photo=jpeg(220))
    assert "Kirim bukti transfer" not in client.get(f"/purchases/{purchase.code}", query_string=link).text


def test_one_picture_for_two_payments_is_pointed_out_and_files_without_a_proof_go(
    app: Flask, cast: Cast, purchase: Purchase, link: dict[str, str], sign_in: Any
) -> None:
    other = buy(of(cast.sari), (cast.shawl, 1)).purchase
    sari = sign_in(cast.sari)
    app.test_client().post(address(purchase), data={**link, "photo": jpeg()})
    sari.post(address(other), data={"photo": jpeg(), "form_token": sari.form_token})
    page = sign_in(cast.tono).get("/operator/payments").text
    assert page.count("Dipakai juga untuk yang lain") == 2
    private = app.extensions["house"].ports.private
    with clock.frozen(clock.now() + timedelta(days=3)):
        assert proofs.sweep(private) == 0
        with transaction():
            db.session.execute(db.delete(Proof))
        assert proofs.sweep(private) > 0


def test_a_page_says_by_when_if_paid_today_what_goes_back_and_carries_no_token_for_its_buyer(
    app: Flask, cast: Cast, sign_in: Any
) -> None:
    """Whoever owns the purchase is known by the session; a link that is passed on opens nothing for others."""
    bought = buy(of(cast.sari), (cast.shawl, 1)).purchase
    page, sari = f"/purchases/{bought.code}", sign_in(cast.sari)
    seen = sari.get(page).text
    assert "bila dibayar hari ini" in seen and "photo-input" in seen and "Siap diambil" in seen
    assert "token=" not in seen and 'name="token"' not in seen
    pay(bought, cast.tono)
    order = bought.orders[0].code
    gone = sari.post(f"{page}/orders/{order}/cancellation", data={"form_token": sari.form_token})
    assert gone.status_code == 303 and gone.location.endswith(page)
    seen = sari.get(page).text
    assert "kembali kepada Anda" in seen and "bila dibayar hari ini" not in seen
    assert "token=" not in sari.get(f"{page}/documents/invoice").text
