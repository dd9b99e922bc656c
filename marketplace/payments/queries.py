"""Payments for the buyer's page and for the operator's desk."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from catalog.db import db
from catalog.money import Money
from catalog.text import tidy
from marketplace.payments.models import Charge, Payment, PaymentState, Purpose, ReceivingAccount, Refund, RefundState


def find_payment(purchase_code: str) -> Payment | None:
    """The newest payment of a purchase itself, with its account; see `list_balances` for the rest of its orders."""
    found: Payment | None = db.session.scalar(_newest(), {"purchase": purchase_code})
    return found


def list_balances(purchase_code: str) -> dict[str, Payment]:
    """The newest balance payment of each order of a purchase that was asked for one, by the order's code."""
    query = _payments().where(Payment.purchase_code == purchase_code, Payment.order_code.is_not(None))
    return {str(one.order_code): one for one in db.session.scalars(query.order_by(Payment.id))}


@cache
def _newest() -> Any:
    """Composed once: every purchase asks it twice."""
    own = (Payment.order_code.is_(None), Payment.purpose != Purpose.EXTRA)
    return _payments().where(Payment.purchase_code == bindparam("purchase"), *own).order_by(Payment.id.desc()).limit(1)


def find_by_code(code: str) -> Payment | None:
    return db.session.scalar(_payments().where(Payment.code == code))


def list_payments(
    states: Collection[PaymentState] | None = None, words: str = "", after: str | None = None, limit: int = 50
) -> list[Payment]:
    """Newest first. `words` is a purchase's code, a bank reference or an amount in digits."""
    query = _payments().order_by(Payment.id.desc()).limit(limit)
    if states:
        query = query.where(Payment.state.in_(states))
    if tidy(words):
        query = query.where(named(words))
    if after:
        query = query.where(Payment.id < select(Payment.id).where(Payment.code == after).scalar_subquery())
    return list(db.session.scalars(query))


def named(words: str) -> ColumnElement[bool]:
    """What a person types to find a payment: the code of its purchase, its order or its own, the bank's reference, or the
    sum in digits."""
    words = tidy(words).casefold()
    found = [column == words for column in (Payment.purchase_code, Payment.code, Payment.order_code)]
    found.append(func.lower(Payment.reference) == words)
    digits = words.removeprefix("rp").strip().replace(".", "").replace(",", "").replace(" ", "")
    if digits.isascii() and digits.isdigit() and len(digits) < 16:
        found.append(Payment.due == Money(int(digits)))
    return or_(*found)


def list_waiting(limit: int = 200) -> list[Payment]:
    """Transfers that buyers have been asked for, the next to expire first."""
    return list(
        db.session.scalars(
            _payments()
            .where(Payment.state == PaymentState.PENDING, Payment.account_id.is_not(None))
            .order_by(Payment.expires_at, Payment.id)
            .limit(limit)
        )
    )


def list_seen(limit: int = 50) -> list[Payment]:
    """Large sums that one operator has seen and that wait for a second, the oldest first."""
    query = _payments().options(joinedload(Payment.seen_by))
    waits = Payment.seen_at.is_not(None) & Payment.paid_at.is_(None)
    return list(db.session.scalars(query.where(waits).order_by(Payment.seen_at, Payment.id).limit(limit)))


def list_late(limit: int = 200) -> list[Payment]:
    """Money that came too late and has not gone back yet."""
    return list(
        db.session.scalars(
            _payments().where(Payment.state == PaymentState.LATE).order_by(Payment.paid_at, Payment.id).limit(limit)
        )
    )


def list_refunds(open_only: bool = True, limit: int = 200) -> list[Refund]:
    """Refunds, oldest first, with their payment."""
    query = select(Refund).options(
        joinedload(Refund.payment).joinedload(Payment.account), joinedload(Refund.approved_by)
    )
    if open_only:
        query = query.where(Refund.state == RefundState.OWED)
    return list(db.session.scalars(query.order_by(Refund.id).limit(limit)))


def list_refunds_of(order_codes: Collection[str]) -> list[Refund]:
    """What goes, or went, back for these orders that were called off."""
    return list(db.session.scalars(select(Refund).where(Refund.order_code.in_(order_codes)).order_by(Refund.id)))


def find_refund(code: str) -> Refund | None:
    return db.session.scalar(select(Refund).options(joinedload(Refund.payment)).where(Refund.code == code))


def count_open() -> dict[str, int]:
    """How much waits on the operator's desk: `waiting` transfers, `late` payments, `refunds` owed."""
    by_state = dict(
        db.session.execute(
            select(Payment.state, func.count())
            .where(
                or_(
                    Payment.state == PaymentState.LATE,
                    (Payment.state == PaymentState.PENDING) & Payment.account_id.is_not(None),
                )
            )
            .group_by(Payment.state)
        ).all()  # type: ignore[arg-type]
    )
    refunds = db.session.scalar(select(func.count()).where(Refund.state == RefundState.OWED)) or 0
    return {
        "waiting": by_state.get(PaymentState.PENDING, 0),
        "late": by_state.get(PaymentState.LATE, 0),
        "refunds": refunds,
        "odd": db.session.scalar(select(func.count()).where(Charge.parked_at.is_not(None), Charge.looked_at.is_(None)))
        or 0,
    }


def list_accounts(active_only: bool = False) -> list[ReceivingAccount]:
    """Bank accounts and QRIS codes that buyers pay to, the oldest first."""
    query = select(ReceivingAccount).order_by(ReceivingAccount.id)
    return list(db.session.scalars(query.where(ReceivingAccount.is_active) if active_only else query))


_ACCOUNTS: Any = ReceivingAccount.__table__.c
_KINDS = select(_ACCOUNTS.qris.is_(None)).where(_ACCOUNTS.is_active).distinct()


def kinds_of_accounts() -> set[bool]:
    """True where buyers can pay to a bank account now, False where to a QRIS of the house; both, either or none."""
    return set(db.session.scalars(_KINDS))


def find_account(code: str) -> ReceivingAccount | None:
    return db.session.scalar(select(ReceivingAccount).where(ReceivingAccount.code == code))


def _payments() -> Select[Payment]:
    return select(Payment).options(joinedload(Payment.account))
