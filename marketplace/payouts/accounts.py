"""Where a shop is paid, how often, and from which sum on."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, Forbidden, Invalid
from catalog.money import Money
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.accounts.services import Pause, prove_again
from marketplace.payouts.models import PayoutAccount, PayoutPlan, Rhythm
from marketplace.payouts.providers import BANK, Destination
from marketplace.payouts.terms import terms
from marketplace.sellers.models import Seller
from marketplace.sellers.queries import is_owner
from marketplace.signals import payout_account_named

LEAST, MOST = Money(10_000), Money(100_000_000)


def name_account(
    seller: Seller, bank: str, number: str, holder: str, password: str, user: User, pause: Pause | None = None
) -> PayoutAccount:
    """From now on the shop is to be paid there, once some days have passed. Only an owner may say so, with the password.

    The first account of a shop waits as long: nobody must be able to open one in another's name and empty it at once.
    Several or Invalid name `bank`, `number`, `holder`, `present_password`; Forbidden for people who do not own the shop.
    """
    if not is_owner(seller, user):
        raise Forbidden(N_("Only an owner of the shop may say where it is paid."))
    digits = "".join(one for one in number if one.isascii() and one.isdigit())
    holder = tidy(holder)
    BANK.validate(Destination(bank, digits, holder))
    user = prove_again(user, password, *([pause] if pause else []))
    now = clock.now()
    db.session.execute(lock(select(Seller.id).where(Seller.id == seller.id))).all()
    known = find_account(seller)
    if known is not None:
        if (known.bank, known.number, known.holder) == (bank, digits, holder):
            return known
        known.closed_at = now
        db.session.flush()
    account = PayoutAccount(
        seller_id=seller.id, bank=bank, number=digits, holder=holder, made_by_id=user.id, created_at=now,
        usable_from=now + terms().cooling,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(account)
    except IntegrityError:
        raise Conflict(N_("Somebody has just changed it. Please look at it again.")) from None
    payout_account_named.send(account)
    return account


def plan(seller: Seller, rhythm: str, minimum: Money) -> PayoutPlan:
    """How often and from which sum on the shop is paid. Several or Invalid name `rhythm`, `minimum`."""
    if rhythm not in list(Rhythm):
        raise Invalid(N_("Choose how often you want to be paid."), field="rhythm")
    if not LEAST <= minimum <= MOST:
        message = N_("Write a sum from %(least)s to %(most)s.")
        raise Invalid(message, field="minimum", least=LEAST, most=MOST)
    found = db.session.get(PayoutPlan, seller.id)
    if found is None:
        found = PayoutPlan(seller_id=seller.id)
        db.session.add(found)
    found.rhythm, found.minimum = Rhythm(rhythm), minimum
    db.session.flush()
    return found


def find_account(seller: Seller) -> PayoutAccount | None:
    """The account that is in force, also while it waits."""
    query = select(PayoutAccount).where(PayoutAccount.seller_id == seller.id, PayoutAccount.closed_at.is_(None))
    return db.session.scalar(query)


def find_plan(seller: Seller) -> PayoutPlan:
    """The shop's own, or what holds for everybody."""
    found = db.session.get(PayoutPlan, seller.id)
    return found or PayoutPlan(seller_id=seller.id, rhythm=Rhythm.WEEKLY, minimum=terms().minimum)
