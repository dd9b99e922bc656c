"""Files of banks on the operator's desk: any table can be named by a person, and the page tells what was not read."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.errors import Forbidden
from catalog.money import Money
from marketplace.accounts.models import Role
from marketplace.banking.models import BankLine, BankStatement, StatementState
from marketplace.banking.statements import name_columns
from marketplace.payments.queries import list_accounts
from marketplace.payments.services import add_account
from tests import factories
from tests.marketplace.notifications.post_office import PostOffice, work
from tests.marketplace.web.operator.conftest import post

TABLE = (
    "Laporan koperasi\nWaktu;Rincian;Masuk kas;Keluar kas;Sisa kas;Teller\n"
    "11/14/2026;Titip <b>kain</b>;1.250,00;;6.250,00;7\n11/16/2026;Biaya;;250;6.000,00;7\n11/17/2026;Titip;100;;7.000;7\n"
)
RIGHT = {"day": "0", "text": "1", "credit": "2", "debit": "3", "balance": "4", "decimal": ",", "order": "mdy"}


def account() -> str:
    return list_accounts()[0].code if list_accounts() else add_account("Bank Contoh", "123-456-789", "Kriyaloka").code


def bring(client: FlaskClient, text: str, **fields: str) -> Any:
    db.session.rollback()
    return post(client, "/operator/statements", account=account(), file=(BytesIO(text.encode()), "kas.csv"), **fields)


def statement() -> BankStatement:
    db.session.rollback()
    return db.session.scalars(db.select(BankStatement).order_by(BankStatement.id.desc()).limit(1)).one()


def test_a_table_that_nobody_knows_is_named_by_a_person_and_nothing_is_lost(app: Flask, tono: FlaskClient) -> None:
    came = bring(tono, TABLE)
    assert came.status_code == 303
    page = tono.get(came.location).text
    for words in ("Titip &lt;b&gt;kain&lt;/b&gt;", "1.250,00", "Keluar kas", "11/16/2026"):
        assert words in page
    where = f"{came.location}/columns"
    for wrong, field in (
        ({"day": ""}, "day"),
        ({"day": "99"}, "day"),
        ({"credit": "", "debit": ""}, "sum"),
        ({"credit": ""}, "sum"),
        ({"sum": "4"}, "sum"),
        ({"text": "0"}, "text"),
        ({"order": ""}, "day"),
        ({"decimal": "."}, "credit"),
        ({"credit": "1"}, "credit"),
    ):
        answer = post(tono, where, **{**RIGHT, **wrong})
        assert answer.status_code == 422, wrong
        assert f'id="{field}-error"' in answer.text, wrong
        assert 'value="mdy" selected' in answer.text or wrong == {"order": ""}
    assert (statement().state, db.session.scalar(db.select(db.func.count(BankLine.id)))) == (StatementState.NAMING, 0)
    with pytest.raises(Forbidden), transaction():  # who may be the second look has no hand in the first
        name_columns(statement(), RIGHT, factories.user(roles=(Role.OPERATOR,)))
    assert post(tono, where, **RIGHT).status_code == 303
    assert post(tono, where, **RIGHT).status_code == 409
    work(app, PostOffice())
    read = statement()
    assert (read.state, read.taken, read.failed, read.unread) == (StatementState.READ, 3, 0, ["Teller"])
    assert read.difference == Money(900)  # Rp100 came, and the balance rose by Rp1,000
    lines = db.session.scalars(db.select(BankLine).order_by(BankLine.id)).all()
    assert [(str(one.booked_on), one.total.rupiah) for one in lines] == [
        ("2026-11-14", 1_250),
        ("2026-11-16", -250),
        ("2026-11-17", 100),
    ]
    page = tono.get(came.location).text
    assert "Kolom yang tidak dibaca" in page and "Teller" in page and "Rp900" in page
    assert "Tidak cocok" in tono.get("/operator/statements").text


def test_what_is_no_table_is_refused_and_what_came_by_mistake_goes(
    tono: FlaskClient, others: list[FlaskClient]
) -> None:
    for text in ("hello", "a\nb\nc\n", "\0\0\0\0"):
        assert bring(tono, text).status_code == 422
    came = bring(tono, "Tanggal,Keterangan,Kredit,Debet\n02/11/2026,x,1000,\n", layout="by-hand")
    assert 'value="2" selected' in tono.get(came.location).text, "what is named as banks name it is chosen already"
    for client in others:
        assert post(client, f"{came.location}/columns", deed="discard").status_code == 404
    assert post(tono, f"{came.location}/columns", deed="discard").status_code == 303
    assert tono.get(came.location).status_code == 404


def test_the_desk_says_where_one_is_and_what_waits(tono: FlaskClient) -> None:
    page = tono.get("/operator/statements").text
    current = page.partition('href="/operator/payments" aria-current="page"')
    assert current[1], "statements are reached from the payments"
    assert page.count('class="field__select"') == 2
