"""Where money goes back to that people send: the buyer names an account, and an operator reads it beside the refund."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, type_coerce, update
from sqlalchemy import Integer as Whole

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, DomainError, Invalid, Several
from catalog.money import Money
from catalog.text import N_, tidy
from marketplace.payments.models import Charge, Payment, Refund, RefundAccount, RefundState
from marketplace.payments.providers import codes
from marketplace.signals import refund_account_named

_READY: Any = bindparam("ready", callable_=lambda: list(codes()), expanding=True)
"""Who stands ready outside when it is asked, not when the question was composed."""


def by_hand() -> ColumnElement[bool]:
    """Whether people send a refund: nobody who stands ready outside holds its payment, or whoever does has said no."""
    is_held = (Charge.second_reference != "", Charge.provider.in_(_READY))
    held = select(Charge.id).where(Charge.payment_id == Refund.payment_id, *is_held)
    return or_(Refund.refusal != "", ~held.exists())


def sent_by_hand(refunds: Collection[Refund]) -> set[str]:
    """The codes of those among these refunds that people send."""
    query = select(Refund.code).where(Refund.id.in_([one.id for one in refunds]), by_hand())
    return set(db.session.scalars(query)) if refunds else set()


def owed_by_hand(purchase_code: str) -> Money:
    """What people still have to send back of a purchase."""
    return Money(int(db.session.scalar(_owed(), {"purchase": purchase_code}) or 0))


@cache
def _owed() -> Select[int]:
    """Composed once: every purchase's page asks it."""
    return (
        select(func.sum(type_coerce(Refund.total, Whole)))
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.purchase_code == bindparam("purchase"), Refund.state == RefundState.OWED, by_hand())
    )


def find_account(purchase_code: str) -> RefundAccount | None:
    return db.session.scalar(select(RefundAccount).where(RefundAccount.purchase_code == purchase_code))


def list_accounts_for(purchase_codes: Collection[str]) -> dict[str, RefundAccount]:
    """The accounts that were named, by the codes of their purchases."""
    query = select(RefundAccount).where(RefundAccount.purchase_code.in_(set(purchase_codes)))
    return {one.purchase_code: one for one in db.session.scalars(query)} if purchase_codes else {}


def read_again(purchase_code: str, seen: str) -> str:
    """The account in words, for whoever approves or sends money to it now; Conflict when it is not the one that they have
    `seen`."""
    account = find_account(purchase_code)
    if account is None:
        return ""
    if account.version != seen:
        raise Conflict(N_("The buyer has just named another account. Please look at it before you send the money."))
    return f"{account.bank} {account.number} {account.holder}"[:150]


def name_account(purchase_code: str, bank: str, number: str, holder: str) -> RefundAccount:
    """From now on money of this purchase goes back there. Several or Invalid name `bank`, `number`, `holder`; Conflict when
    people have nothing to send back."""
    bank, holder = tidy(bank), tidy(holder)
    digits = "".join(one for one in number if one.isascii() and one.isdigit())
    errors: list[DomainError] = []
    if not 2 <= len(bank) <= 40:
        errors.append(Invalid(N_("Write the name of the bank or wallet (2 to 40 characters)."), field="bank"))
    if not 5 <= len(digits) <= 20:
        errors.append(Invalid(N_("An account number has 5 to 20 digits."), field="number"))
    if not 3 <= len(holder) <= 80:
        message = N_("Write the holder's name as the bank knows it (3 to 80 characters).")
        errors.append(Invalid(message, field="holder"))
    if errors:
        raise Several(errors)
    # Payments first, as everywhere: whoever sends the refund at this moment is waited for.
    own = select(Payment.id).where(Payment.purchase_code == purchase_code)
    db.session.execute(lock(own.order_by(Payment.id))).all()
    if not owed_by_hand(purchase_code):
        raise Conflict(N_("Nothing waits to be sent back to you here."))
    account = find_account(purchase_code) or RefundAccount(purchase_code=purchase_code)
    account.bank, account.number, account.holder, account.told_at = bank, digits, holder, clock.now()
    db.session.add(account)
    # Whoever has approved a large sum has seen another account.
    anew = update(Refund).where(Refund.state == RefundState.OWED, Refund.payment_id.in_(own))
    db.session.execute(anew.values(approved_by_id=None, approved_at=None))
    db.session.flush()
    refund_account_named.send(account)
    return account
