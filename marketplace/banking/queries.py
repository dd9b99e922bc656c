"""Statements and lines for the operator's desk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from catalog.db import db
from catalog.money import Money
from catalog.text import tidy
from marketplace.banking.matching import lacking, near_by
from marketplace.banking.models import BankLine, BankStatement, LineState
from marketplace.payments.models import Payment, Purpose
from marketplace.payments.queries import named

TO_DO = (LineState.PARKED, LineState.HELD)


def list_statements(limit: int = 20) -> list[BankStatement]:
    """The newest first."""
    query = select(BankStatement).options(joinedload(BankStatement.account), joinedload(BankStatement.user))
    return list(db.session.scalars(query.order_by(BankStatement.id.desc()).limit(limit)))


def find_statement(code: str) -> BankStatement | None:
    query = select(BankStatement).options(joinedload(BankStatement.account), joinedload(BankStatement.user))
    return db.session.scalar(query.where(BankStatement.code == code))


def count_lines(statement: BankStatement) -> dict[LineState, int]:
    """Lines that this statement brought, by their state."""
    rows = db.session.execute(
        select(BankLine.state, func.count()).where(BankLine.statement_id == statement.id).group_by(BankLine.state)
    )
    return dict(rows.tuples().all())


def list_lines(
    states: Collection[LineState], statement: BankStatement | None = None, after: str | None = None, limit: int = 50
) -> list[BankLine]:
    """Lines in these states, the newest first."""
    query = select(BankLine).options(joinedload(BankLine.account)).where(BankLine.state.in_(states))
    if statement is not None:
        query = query.where(BankLine.statement_id == statement.id)
    if after:
        query = query.where(BankLine.id < select(BankLine.id).where(BankLine.code == after).scalar_subquery())
    return list(db.session.scalars(query.order_by(BankLine.id.desc()).limit(limit)))


def find_line(code: str) -> BankLine | None:
    query = select(BankLine).options(
        joinedload(BankLine.account), joinedload(BankLine.by), joinedload(BankLine.statement)
    )
    return db.session.scalar(query.where(BankLine.code == code))


def list_fresh(statement_code: str, limit: int = 500) -> list[int]:
    """Ids of a statement's lines that nobody has looked at, in the order of the file."""
    return list(
        db.session.scalars(
            select(BankLine.id)
            .join(BankStatement, BankStatement.id == BankLine.statement_id)
            .where(BankStatement.code == statement_code, BankLine.state == LineState.FRESH)
            .order_by(BankLine.id)
            .limit(limit)
        )
    )


def count_parked() -> int:
    """How many lines wait for an operator."""
    return db.session.scalar(select(func.count()).where(BankLine.state == LineState.PARKED)) or 0


def list_candidates(line: BankLine, words: str = "", limit: int = 12) -> list[Payment]:
    """Payments that a line may have been for: of exactly its sum or nearly, or what `words` (a code, a reference, a sum)
    names. The newest first."""
    query = select(Payment).options(joinedload(Payment.account)).where(Payment.purpose != Purpose.EXTRA)
    if tidy(words):
        query = query.where(named(words))
    else:
        same = (Payment.account_id == line.account_id) & (Payment.due == line.total)
        nearly = near_by(line).with_only_columns(Payment.id)
        rest = lacking(line).with_only_columns(Payment.id)
        query = query.where(or_(same, Payment.id.in_(nearly), Payment.id.in_(rest)))
    return list(db.session.scalars(query.order_by(Payment.id.desc()).limit(limit)))


_lines: Any = BankLine.__table__.c
_HELD = select(_lines.for_code, _lines.total).where(_lines.for_code.in_(bindparam("codes", expanding=True)))


def held_for(codes: Sequence[str]) -> dict[str, Money]:
    """What has come of payments so far that wait for the rest, by their code."""
    found: dict[str, Money] = {}
    for code, sum_ in db.session.execute(_HELD, {"codes": list(codes)}) if codes else ():
        found[code] = found.get(code, Money(0)) + sum_
    return found
