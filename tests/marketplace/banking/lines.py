"""Lines of a statement in one line each."""

from __future__ import annotations

from datetime import date
from itertools import count

from catalog.db import db, transaction
from catalog.money import Money
from marketplace.banking.matching import day_of, match
from marketplace.banking.models import BankLine, BankStatement, StatementState
from marketplace.payments.models import Payment, ReceivingAccount
from tests.cast import Cast

_numbers = count(1)


def account() -> ReceivingAccount:
    return db.session.scalars(db.select(ReceivingAccount).order_by(ReceivingAccount.id)).first()  # type: ignore[return-value]


def line(cast: Cast, total: Money | int, on: date, sen: int = 0, account_id: int | None = None) -> BankLine:
    """A fresh line. Call inside a transaction."""
    number = next(_numbers)
    where = account_id or account().id
    statement = BankStatement(
        account_id=where, user_id=cast.tono.id, layout="generic", row_count=1, rows_read=1, state=StatementState.READ
    )
    db.session.add(statement)
    db.session.flush()
    rupiah = total.rupiah if isinstance(total, Money) else total
    made = BankLine(
        account_id=where, statement_id=statement.id, number=number, booked_on=on, total=Money(rupiah), sen=sen,
        text=f"TRSF {number}", fingerprint=f"{number:064d}",
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def come(cast: Cast, payment: Payment, more: int = 0, on: date | None = None, sen: int = 0) -> BankLine:
    """A line of what `payment` asks for and `more` comes, and is looked at."""
    with transaction():
        made = line(cast, payment.due + Money(more), on or day_of(payment.created_at), sen)
    with transaction() as session:
        return match(session.get_one(BankLine, made.id))
