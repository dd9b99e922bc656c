"""Bringing a statement in: what is read is kept once, whatever is brought again, stopped, or read by two."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid
from catalog.money import Money
from marketplace.banking import statements
from marketplace.banking.models import BankLine, BankStatement, LineState, StatementState
from marketplace.outbox.models import Message
from marketplace.outbox.services import Taken
from marketplace.payments.models import ReceivingAccount
from marketplace.subscribers.banking import read_statement
from tests.cast import Cast
from tests.conftest import both_databases

HEAD = "Tanggal,Keterangan,Kredit,Debet,Saldo\n"
TWINS = '02/11/2026,TRSF SARI,"50,000.00",,\n'
FILE = HEAD + TWINS + TWINS + '02/11/2026,BIAYA ADM,,"10,000.50",\nbanana,x,1,,\n03/11/2026,BUNGA,"1,250.25",,\n'


def account() -> ReceivingAccount:
    return db.session.scalars(db.select(ReceivingAccount)).one()


def bring(cast: Cast, text: str = FILE, layout: str = "") -> BankStatement:
    with transaction():
        return statements.bring_in(text.encode(), account(), cast.tono, layout, file_name="mutasi.csv")


def read_all(statement: BankStatement, limit: int = 2) -> BankStatement:
    found = statements.found_in(statement.code)
    assert found is not None
    for _ in range(20):
        with transaction():
            if not statements.read_batch(statement.code, found, limit):
                break
    return db.session.scalars(
        db.select(BankStatement).where(BankStatement.code == statement.code).execution_options(populate_existing=True)
    ).one()


def kept() -> list[tuple[date, int, int, str, int, str]]:
    lines = db.session.scalars(db.select(BankLine).order_by(BankLine.id)).all()
    return [(one.booked_on, one.total.rupiah, one.sen, one.text, one.occurrence, one.state.value) for one in lines]


@both_databases
def test_a_statement_is_read_in_batches_and_each_line_is_kept_once(cast: Cast) -> None:
    first = read_all(bring(cast))
    assert (first.state, first.rows_read, first.taken, first.known, first.failed) == (StatementState.READ, 5, 4, 0, 1)
    assert (first.first_on, first.last_on, first.body) == (date(2026, 11, 2), date(2026, 11, 3), "")
    assert first.failures[0]["row"] == 5
    assert [one["field"] for one in first.failures[0]["errors"]] == ["day"]
    day = date(2026, 11, 2)
    once = [
        (day, 50_000, 0, "TRSF SARI", 1, "fresh"),
        (day, 50_000, 0, "TRSF SARI", 2, "fresh"),
        (day, -10_000, -50, "BIAYA ADM", 1, "open"),
        (date(2026, 11, 3), 1_250, 25, "BUNGA", 1, "fresh"),
    ]
    assert kept() == once
    again = read_all(bring(cast))
    assert (again.taken, again.known, again.failed) == (0, 4, 1)
    # Another day's export overlaps, in another order and with one more line of the same words.
    rows = FILE.splitlines(keepends=True)
    overlapping = read_all(bring(cast, HEAD + "".join(reversed(rows[1:4])) + TWINS))
    assert (overlapping.taken, overlapping.known) == (1, 3)
    assert kept() == [*once, (day, 50_000, 0, "TRSF SARI", 3, "fresh")]
    with pytest.raises(IntegrityError), transaction() as session:
        line = session.scalars(db.select(BankLine).order_by(BankLine.id)).first()
        values = {name: getattr(line, name) for name in ("account_id", "statement_id", "number", "booked_on", "total")}
        session.add(BankLine(**values, fingerprint=line.fingerprint, occurrence=1))
        session.flush()


def work() -> None:
    messages = db.session.scalars(db.select(Message).where(Message.topic == statements.TOPIC)).all()
    for one in messages:
        read_statement(Taken(one.id, one.code, one.topic, one.payload, 1, one.due_at))


def test_it_can_be_stopped_and_goes_on_where_it_stood(cast: Cast) -> None:
    statement = bring(cast)
    found = statements.found_in(statement.code) or []
    with transaction():
        assert statements.read_batch(statement.code, found, 2)
    with transaction():
        statements.stop(statement)
    with transaction():
        assert not statements.read_batch(statement.code, found, 2)
        assert statements.found_in(statement.code) is None
    with pytest.raises(Conflict), transaction():
        statements.stop(statement)
    work()
    assert len(kept()) == 2
    with transaction():
        statements.resume(statement)
    with pytest.raises(Conflict), transaction():
        statements.resume(statement)
    work()
    assert len(kept()) == 4
    assert db.session.get_one(BankStatement, statement.id).state is StatementState.READ


def test_two_workers_share_one_file(cast: Cast) -> None:
    statement = bring(cast)
    one, other = statements.found_in(statement.code) or [], statements.found_in(statement.code) or []
    for found in (one, other, one):
        with transaction():
            statements.read_batch(statement.code, found, 2)
    assert [line[4] for line in kept()] == [1, 2, 1, 1]


def test_the_statement_of_another_account_is_refused(cast: Cast) -> None:
    number = account().number
    bca = "No. rekening : {}\nTanggal Transaksi,Keterangan,Cabang,Jumlah,,Saldo\n01/11/2026,x,0000,1000.00,CR,0\n"
    with pytest.raises(Invalid) as error:
        bring(cast, bca.format("9" + number))
    assert error.value.field == "file"
    with pytest.raises(Invalid):
        bring(cast, FILE, "mandiri")
    assert bring(cast, bca.format("0" + number)).layout == "bca"
    assert db.session.scalar(db.select(db.func.count()).select_from(BankStatement)) == 1
    assert statements.is_of("", "1")
    assert not statements.is_of("23456789", "123456789")


def test_the_database_refuses_what_would_be_wrong(cast: Cast) -> None:
    statement = read_all(bring(cast))
    for values in (
        {"total": Money(0)},
        {"sen": 100},
        {"state": LineState.PARKED},
        {"state": LineState.MATCHED},
        {"state": LineState.IGNORED, "note": "x"},
        {"state": LineState.HELD},
        {"matched_code": "x"},
        {"occurrence": 0},
    ):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(db.update(BankLine).where(BankLine.number == 2).values(**values))
    for values in ({"rows_read": 9}, {"rows_read": 1}):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(db.update(BankStatement).where(BankStatement.id == statement.id).values(**values))
