"""Bringing a statement in and reading it, a batch of rows per transaction, so that it can be stopped, can die, and goes
on where it stood. A line that is there already is only counted: the database holds each once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from catalog.db import db, lock
from catalog.errors import Conflict, Invalid
from catalog.money import Money
from catalog.text import N_, squeeze, tidy
from marketplace.accounts.models import User
from marketplace.banking.layouts import read
from marketplace.banking.layouts.paper import Line, Paper, plain
from marketplace.banking.models import BankLine, BankStatement, LineState, StatementState
from marketplace.outbox.services import put
from marketplace.payments.models import ReceivingAccount
from marketplace.shipping.tables import decode

TOPIC = "bank-statement"
BATCH = 200
"""Rows per transaction."""
FAILURES_KEPT = 500
S = StatementState


def bring_in(
    data: bytes,
    account: ReceivingAccount,
    user: User,
    layout: str = "",
    columns: Mapping[str, str] | None = None,
    file_name: str = "",
) -> BankStatement:
    """Take a file in; the worker reads it. Invalid (field `file`) when it is no statement, or of another account."""
    text = decode(data)
    named = {what: tidy(name)[:80] for what, name in (columns or {}).items() if tidy(name)}
    paper = read(text, layout, named)
    if account.qris is None and not is_of(paper.account, account.number):
        message = N_("This is the statement of account %(other)s, not of %(number)s.")
        raise Invalid(message, field="file", other=paper.account, number=account.number)
    statement = BankStatement(
        account_id=account.id, user_id=user.id, layout=paper.layout, columns=named, file_name=tidy(file_name)[:120],
        body=text, row_count=len(paper.rows), first_on=paper.first_on, last_on=paper.last_on,
        opening=_money(paper.opening), closing=_money(paper.closing),
    )  # fmt: skip
    db.session.add(statement)
    db.session.flush()
    put(TOPIC, {"statement": statement.code})
    return statement


def is_of(told: str, number: str) -> bool:
    """Whether the number that a file tells is this account's; one that tells none, or hides digits, may be any."""
    told, number = told.lstrip("0"), number.lstrip("0")
    return not told or told == number or (len(told) < 6 and number.endswith(told))


def stop(statement: BankStatement) -> None:
    """Let it lie where it stands. Conflict when it has been read."""
    statement = hold(statement)
    if statement.state is not S.READING:
        raise Conflict(N_("This statement is not being read."))
    statement.state = S.STOPPED
    db.session.flush()


def resume(statement: BankStatement) -> None:
    """Read on where it stood. Conflict when nobody has stopped it."""
    statement = hold(statement)
    if statement.state is not S.STOPPED:
        raise Conflict(N_("This statement has not been stopped."))
    statement.state = S.READING
    put(TOPIC, {"statement": statement.code})
    db.session.flush()


def hold(statement: BankStatement) -> BankStatement:
    query = lock(select(BankStatement).where(BankStatement.id == statement.id))
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


@dataclass(frozen=True, slots=True)
class Found:
    """One row of a file as it would be kept: its line with fingerprint and occurrence, or what is wrong with it."""

    number: int
    line: Line | None
    fingerprint: str = ""
    occurrence: int = 0
    failure: dict[str, Any] | None = None


def found_in(code: str) -> list[Found] | None:
    """Every row of a statement that is to be read, in the order of its file; None when there is nothing to do. Done once,
    outside of every transaction."""
    query = select(BankStatement).options(undefer(BankStatement.body)).where(BankStatement.code == code)
    statement = db.session.scalar(query)
    if statement is None or statement.state is not S.READING:
        return None
    return list(_found(read(statement.body, statement.layout, statement.columns)))


def _found(paper: Paper) -> Iterator[Found]:
    seen: Counter[str] = Counter()  # the n-th time that a line stands in a file is its n-th time in every file
    for row in paper.rows:
        line, wrong = paper.line(row)
        if line is None:
            failure = {"row": row.number, "cells": paper.cells(row), "errors": [plain(one) for one in wrong]}
            yield Found(row.number, None, failure=failure)
        else:
            key = fingerprint(line)
            seen[key] += 1
            yield Found(row.number, line, key, seen[key])


def read_batch(code: str, found: Sequence[Found], limit: int = BATCH) -> bool:
    """Take the next rows of a statement; whether more are left to be taken now.

    Two workers at once stand in line, and each goes on where the other has ended; two files of one account as well.
    """
    query = lock(select(BankStatement).where(BankStatement.code == code))
    statement = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if statement.state is not S.READING:
        return False
    account = select(ReceivingAccount.id).where(ReceivingAccount.id == statement.account_id)
    db.session.execute(account.with_for_update(key_share=True)).all()
    rows = found[statement.rows_read : statement.rows_read + limit]
    known = _known(statement.account_id, [one.fingerprint for one in rows if one.line])
    fresh = [(one, one.line) for one in rows if one.line and (one.fingerprint, one.occurrence) not in known]
    failures = [one.failure for one in rows if one.failure]
    db.session.add_all(_line(statement, one, line) for one, line in fresh)
    statement.taken += len(fresh)
    statement.failed += len(failures)
    statement.known += len(rows) - len(failures) - len(fresh)
    statement.failures = [*statement.failures, *failures][:FAILURES_KEPT]
    statement.rows_read += len(rows)
    _widen(statement, [one.line.booked_on for one in rows if one.line])
    if statement.rows_read == statement.row_count:
        statement.state, statement.body = S.READ, ""
    db.session.flush()
    return statement.state is S.READING


def fingerprint(line: Line) -> str:
    """What a line is known by, whichever file it stands in. Its balance is no part: not every file tells it."""
    parts = (line.booked_on.isoformat(), line.rupiah, line.sen, squeeze(line.text), squeeze(line.reference))
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def _line(statement: BankStatement, found: Found, line: Line) -> BankLine:
    came = line.rupiah > 0 or line.sen > 0
    return BankLine(
        account_id=statement.account_id, statement_id=statement.id, number=found.number, booked_on=line.booked_on,
        total=Money(line.rupiah), sen=line.sen, text=line.text, reference=line.reference, balance=_money(line.balance),
        fingerprint=found.fingerprint, occurrence=found.occurrence, state=LineState.FRESH if came else LineState.OPEN,
    )  # fmt: skip


def _known(account_id: int, prints: Sequence[str]) -> set[tuple[str, int]]:
    rows = db.session.execute(
        select(BankLine.fingerprint, BankLine.occurrence).where(
            BankLine.account_id == account_id, BankLine.fingerprint.in_(set(prints))
        )
    )
    return set(rows.tuples())


def _widen(statement: BankStatement, days: Sequence[date]) -> None:
    if days:
        statement.first_on = min(days) if statement.first_on is None else min(statement.first_on, *days)
        statement.last_on = max(days) if statement.last_on is None else max(statement.last_on, *days)


def _money(rupiah: int | None) -> Money | None:
    return None if rupiah is None else Money(rupiah)
