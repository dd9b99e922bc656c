"""Bringing a statement in and reading it, a batch of rows per transaction, so that it can be stopped, can die, and goes
on where it stood. A line that is there already is only counted: the database holds each once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from catalog.db import db, lock
from catalog.errors import Conflict, Forbidden, Invalid
from catalog.money import Money
from catalog.text import N_, squeeze, tidy
from marketplace.accounts.models import User
from marketplace.banking.layouts import generic, read
from marketplace.banking.layouts.generic import MEANINGS
from marketplace.banking.layouts.given import beginning
from marketplace.banking.layouts.paper import Line, Paper, Unnamed
from marketplace.banking.models import BankLine, BankStatement, LineState, StatementState
from marketplace.outbox.services import put
from marketplace.payments.models import ReceivingAccount
from marketplace.shipping.tables import decode

TOPIC = "bank-statement"
BY_HAND = "by-hand"
"""No form of a bank: a person names the columns."""
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
    """Take a file in; the worker reads it, or (a table whose columns nobody knows, or `layout` `BY_HAND`) it waits until
    its columns have been named. Invalid (field `file`) when it is no table, or of another account."""
    text = decode(data)
    named = {what: tidy(name)[:80] for what, name in (columns or {}).items() if tidy(name)}
    statement = BankStatement(
        account_id=account.id, account=account, user_id=user.id, layout=generic.LAYOUT.code, columns=named,
        file_name=tidy(file_name)[:120], body=text, state=S.NAMING, row_count=0,
    )  # fmt: skip
    try:
        if layout != BY_HAND:
            _begin(statement, read(text, layout, named))
    except Unnamed:
        if layout not in ("", generic.LAYOUT.code):  # a bank was chosen whose form this is not
            raise
    if statement.state is S.NAMING:
        beginning(text)
    db.session.add(statement)
    db.session.flush()
    if statement.state is S.READING:
        put(TOPIC, {"statement": statement.code})
    return statement


def name_columns(statement: BankStatement, chosen: Mapping[str, str], user: User) -> None:
    """Say what the columns of a table mean: their places by `MEANINGS`, the `decimal` mark and the `order` of days. It is
    read then. Invalid (field) for what is missing, or when no row can be read so; Conflict when it has been named."""
    statement = hold(statement)
    if statement.user_id != user.id:  # a second look is nobody's who had a hand in the first
        raise Forbidden(N_("Whoever brought the file in says what its columns mean."))
    if statement.state is not S.NAMING:
        raise Conflict(N_("The columns of this statement have been named already."))
    start = beginning(statement.body)
    wanted = {what: chosen.get(what, "") for what in MEANINGS}
    places = {what: place for what, place in wanted.items() if place in map(str, range(len(start.names)))}
    decimal, order = chosen.get("decimal", ""), chosen.get("order", "")
    statement.columns = {
        **places, "delimiter": start.delimiter, "head": str(start.head),
        "decimal": decimal if decimal in (",", ".") else "", "order": order if order == "mdy" else "",
    }  # fmt: skip
    _begin(statement, read(statement.body, "", statement.columns))
    put(TOPIC, {"statement": statement.code})
    db.session.flush()


def discard(statement: BankStatement) -> None:
    """Throw a table away of which nothing has been taken. Conflict for every other."""
    statement = hold(statement)
    if statement.state is not S.NAMING:
        raise Conflict(N_("The columns of this statement have been named already."))
    db.session.delete(statement)
    db.session.flush()


def _begin(statement: BankStatement, paper: Paper) -> None:
    account = statement.account
    if account.qris is None and not is_of(paper.account, account.number):
        message = N_("This is the statement of account %(other)s, not of %(number)s.")
        raise Invalid(message, field="file", other=paper.account, number=account.number)
    statement.state, statement.layout, statement.row_count = S.READING, paper.layout, len(paper.rows)
    statement.first_on, statement.last_on = paper.first_on, paper.last_on
    statement.opening, statement.closing = _money(paper.opening), _money(paper.closing)
    statement.unread = paper.unread


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
            failure = {"row": row.number, "cells": paper.cells(row), "errors": [one.plain() for one in wrong]}
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
        statement.difference = difference(statement.opening, statement.closing, [one.line for one in found if one.line])
    db.session.flush()
    return statement.state is S.READING


def difference(opening: Money | None, closing: Money | None, lines: Sequence[Line]) -> Money | None:
    """By how much what the file says of the account is more than its lines come to. It says so beside the lines, or (the
    newest first or last) behind each of them; None where it does not. Less than Rp2 is what sen leave."""
    if not lines:
        return None
    if opening is None or closing is None:
        known = [(one.rupiah, one.balance) for one in lines if one.balance is not None]
        if len(known) < len(lines):
            return None
        found = min((_breaks(known), _breaks(known[::-1])), key=lambda one: one[0])[1]
    else:
        sen = sum(one.rupiah * 100 + one.sen for one in lines)
        found = (closing - opening).rupiah - int(sen / 100)
    return Money(found if abs(found) > 1 else 0)


def _breaks(known: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """How often a balance is not the one before and the line, and what is missing in between."""
    gaps = [after - before - came for (_, before), (came, after) in pairwise(known)]
    gaps = [one for one in gaps if abs(one) > 1]
    return len(gaps), sum(gaps)


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
