"""Where money goes back to that people send: asked once, named on the purchase's page, told of, read by operators alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from catalog.db import db, transaction
from catalog.errors import Conflict, Forbidden
from marketplace.accounts.models import Role
from marketplace.notifications.models import Notification
from marketplace.orders.access import access_token
from marketplace.orders.models import Actor, Order
from marketplace.orders.services import cancel
from marketplace.payments.models import Refund, RefundAccount
from marketplace.payments.paybacks import name_account, owed_by_hand, sent_by_hand
from marketplace.payments.services import approve_refund, send_refund
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, guest, of, orders_of, pay

SignIn = Callable[[Any], Any]
ACCOUNT = {"bank": "Bank Contoh", "number": "0123-4567-89", "holder": "Sari Utami"}


def gone(cast: Cast, owner: Any = None) -> Order:
    """An order that was paid by transfer and called off."""
    purchase = buy(owner or of(cast.sari), (cast.shawl, 1)).purchase
    pay(purchase, cast.tono)
    (order,) = orders_of(purchase)
    with transaction():
        cancel(order, Actor.OPERATOR, "Habis", cast.tono)
    return order


def told(kind: str) -> list[dict[str, Any]]:
    rows = db.session.scalars(db.select(Notification).where(Notification.kind == kind)).all()
    return [dict(one.params) for one in rows]


def test_the_buyer_is_asked_names_an_account_and_the_operator_reads_it(cast: Cast, sign_in: SignIn) -> None:
    order = gone(cast)
    code = order.purchase.code
    assert len(told("refund-account")) == 1
    sari, tono = sign_in(cast.sari), sign_in(cast.tono)
    page, form = f"/purchases/{code}", f"/purchases/{code}/payback"
    assert form in sari.get(page).text and "Sebutkan rekening" in sari.get(page).text
    assert "belum menyebutkan rekening" in tono.get("/operator/payments").text
    for wrong, field in (({"bank": "B"}, "bank"), ({"number": "12"}, "number"), ({"holder": ""}, "holder")):
        answer = sari.post(form, data={"form_token": sari.form_token, **ACCOUNT, **wrong})
        assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
        assert all(value in answer.text for name, value in ACCOUNT.items() if name not in wrong)
    assert sari.post(form, data={"form_token": sari.form_token, **ACCOUNT}).status_code == 303
    shown = sari.get(page).text
    assert "•••• 6789" in shown and "0123456789" not in shown
    assert "0123456789" in tono.get("/operator/payments").text and "Sari Utami" in tono.get("/operator/payments").text
    assert "0123456789" not in str(told("refund-account-named"))
    assert len(told("refund-account-named")) == 1
    refund = db.session.scalars(db.select(Refund)).one().code
    send = f"/operator/payments/refunds/{refund}"
    old = tono.post(send, data={"form_token": tono.form_token, "reference": "TRX 9", "seen": "2026-01-01"})
    assert old.status_code == 409 and "Pembeli baru saja menyebutkan rekening lain" in old.text
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', tono.get("/operator/payments").text)
    sent = {"form_token": tono.form_token, "reference": "TRX 9", "seen": seen.replace("&#43;", "+")}
    assert tono.post(send, data=sent).status_code == 303
    db.session.rollback()
    assert db.session.scalars(db.select(Refund)).one().sent_to == "Bank Contoh 0123456789 Sari Utami"
    assert sari.get(form).status_code == 404 and form not in sari.get(page).text
    assert len(told("refund-sent")) == 1


def test_nobody_else_names_an_account(app: Flask, cast: Cast, client: Any, sign_in: SignIn) -> None:
    with transaction():
        owner = guest()
    order = gone(cast, owner)
    code = order.purchase.code
    form = f"/purchases/{code}/payback"
    budi = sign_in(cast.budi)
    for token in ("", "?token=falsch", f"?token={access_token(app.extensions['house'].settings.secret_key, 'x' * 12)}"):
        assert budi.get(form + token).status_code == 404
    answer = budi.post(form, data={"form_token": budi.form_token, **ACCOUNT})
    assert answer.status_code == 404
    assert db.session.scalars(db.select(RefundAccount)).all() == []
    right = access_token(app.extensions["house"].settings.secret_key, code)
    assert budi.get(f"{form}?token={right}").status_code == 200  # whoever has the link stands for the buyer


def test_the_desk_asks_as_little_for_many_refunds_as_for_one_and_the_second_pair_of_eyes_sees_the_account(
    cast: Cast, sign_in: SignIn, count_queries: Any
) -> None:
    tono = sign_in(cast.tono)
    code = gone(cast).purchase.code
    with transaction() as session:
        session.execute(db.update(Refund).values(by_two=True))
        name_account(code, **ACCOUNT)
    page = tono.get("/operator/payments").text
    refund = db.session.scalars(db.select(Refund.code)).one()
    approve = f"/operator/payments/refunds/{refund}/approval"
    old = tono.post(approve, data={"form_token": tono.form_token, "seen": "2026-01-01"})
    assert old.status_code == 409 and "Pembeli baru saja menyebutkan rekening lain" in old.text
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', page)
    given = {"form_token": tono.form_token, "seen": seen.replace("&#43;", "+")}
    assert tono.post(approve, data=given).status_code == 303
    assert "belum menyebutkan rekening" not in tono.get("/operator/payments").text
    with count_queries(at_most=40) as asked:
        tono.get("/operator/payments")
    for _ in range(2):
        gone(cast)
    with count_queries(at_most=len(asked)):
        assert tono.get("/operator/payments").text.count("belum menyebutkan rekening") == 2


@both_databases
def test_only_what_people_send_back_asks_for_an_account(cast: Cast) -> None:
    order = gone(cast)
    code = order.purchase.code
    refund = db.session.scalars(db.select(Refund)).one()
    assert (owed_by_hand(code), sent_by_hand([refund])) == (refund.total, {refund.code})
    with transaction():
        first = name_account(code, **ACCOUNT)
        assert name_account(code, "Bank Lain", "98765", "Sari").id == first.id, "the newest word counts"
    with transaction() as session:
        named = session.scalars(db.select(RefundAccount)).one()
        send_refund(session.get_one(Refund, refund.id), "TRX 9", cast.tono, named.version)
        with pytest.raises(Conflict):
            name_account(code, **ACCOUNT)
    other = buy(of(cast.sari), (cast.shawl, 1)).purchase
    with pytest.raises(Conflict), transaction():
        name_account(other.code, **ACCOUNT)


@both_databases
def test_whoever_approved_a_large_sum_has_seen_where_it_goes(cast: Cast) -> None:
    code = gone(cast).purchase.code
    with transaction() as session:
        joni, rini = (factories.user(name, roles=(Role.OPERATOR,)) for name in ("Joni", "Rini"))
        session.execute(db.update(Refund).values(by_two=True))
        first = name_account(code, **ACCOUNT).version
        approve_refund(session.scalars(db.select(Refund)).one(), joni, first)
    with transaction() as session:
        second = name_account(code, "Bank Lain", "98765", "Penipu").version
        refund = session.scalars(db.select(Refund)).one()
        with pytest.raises(Conflict):  # whose page still shows the first account
            approve_refund(refund, joni, first)
        session.refresh(refund)
        assert refund.approved_by_id is None
    for seen, error in ((first, Forbidden), (second, Forbidden)):
        with pytest.raises(error), transaction() as session:
            send_refund(session.scalars(db.select(Refund)).one(), "TRX 9", rini, seen)
    with transaction() as session:
        approve_refund(session.scalars(db.select(Refund)).one(), joni, second)
    with pytest.raises(Conflict), transaction() as session:
        send_refund(session.scalars(db.select(Refund)).one(), "TRX 9", rini, first)
    with transaction() as session:
        assert send_refund(session.scalars(db.select(Refund)).one(), "TRX 9", rini, second).sent_to.startswith(
            "Bank Lain"
        )
