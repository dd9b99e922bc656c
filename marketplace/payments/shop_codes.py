"""A shop's own QRIS, for what is paid at hand: beside cash, at pick-up and when the seller brings it.

The money goes to the shop, never through the house: it is cash in every rule and in every book (the shop holds it, the
commission is netted), and the shop says by hand that it has come. So a code is shown only at the handing over, by the
shop, for exactly the order's sum; nobody is asked to pay a stranger's code before the piece is there. A changed code
waits some days and everybody in the shop is told, so that nobody quietly leads a shop's money elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, Forbidden
from catalog.text import N_
from marketplace.accounts.models import User
from marketplace.accounts.services import Pause, prove_again
from marketplace.notifications import notify
from marketplace.payments import qris
from marketplace.payments.models import ReceivingAccount, ShopCode
from marketplace.sellers.models import MemberRole, Membership, Seller

COOLING = timedelta(hours=72)


def name_code(
    seller: Seller, text: str, password: str, user: User, pause: Pause | None = None, cooling: timedelta = COOLING
) -> ShopCode:
    """From now on buyers may pay the shop by this static code, once `cooling` has passed. Naming the same again changes
    nothing. Invalid names `qris` or `present_password`; Forbidden for people who do not own the shop."""
    _only_owners(seller, user)
    merchant = qris.read(text)
    user = prove_again(user, password, *([pause] if pause else []))
    now = clock.now()
    db.session.execute(lock(select(Seller.id).where(Seller.id == seller.id))).all()
    ours = select(ReceivingAccount.id).where(
        ReceivingAccount.number == merchant.number, ReceivingAccount.qris.is_not(None)
    )
    if db.session.scalar(ours.limit(1)) is not None:
        raise Conflict(N_("This is the marketplace's own QRIS. Use the one of your shop."), field="qris")
    known = find_code(seller)
    if known is not None:
        if known.qris == merchant.text:
            return known
        known.closed_at = now
        db.session.flush()
    code = ShopCode(
        seller_id=seller.id, number=merchant.number, holder=merchant.name, town=merchant.town, qris=merchant.text,
        made_by_id=user.id, created_at=now, usable_from=now + cooling,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(code)
    except IntegrityError:
        raise Conflict(N_("Somebody has just changed it. Please look at it again.")) from None
    notify(
        seller, "shop-code-changed", code.code, {"holder": code.holder, "number": code.number, "day": code.usable_from}
    )
    return code


def drop_code(seller: Seller, user: User) -> None:
    """Buyers pay the shop in cash alone from now on. Only an owner may say so; done again, it changes nothing."""
    _only_owners(seller, user)
    known = find_code(seller)
    if known is not None:
        known.closed_at = clock.now()
        db.session.flush()


def find_code(seller: Seller) -> ShopCode | None:
    """The code that is in force, also while it waits."""
    return db.session.scalar(select(ShopCode).where(ShopCode.seller_id == seller.id, ShopCode.closed_at.is_(None)))


_USABLE = select(ShopCode).where(
    ShopCode.seller_id.in_(bindparam("sellers", expanding=True)),
    ShopCode.closed_at.is_(None),
    ShopCode.usable_from <= bindparam("now"),
)


def list_usable(seller_ids: Collection[int]) -> dict[int, ShopCode]:
    """The codes that may be shown now, by the shop's id."""
    asked = {"sellers": list(set(seller_ids)), "now": clock.now()}
    return {one.seller_id: one for one in db.session.scalars(_USABLE, asked)} if seller_ids else {}


_codes: Any = ShopCode.__table__.c
_PAYABLE = select(_codes.seller_id).where(
    _codes.seller_id.in_(bindparam("sellers", expanding=True)),
    _codes.closed_at.is_(None),
    _codes.usable_from <= bindparam("now"),
)


def all_have_codes(seller_ids: Collection[int]) -> bool:
    """Whether each of these shops has a code that may be shown now."""
    wanted = set(seller_ids)
    return set(db.session.scalars(_PAYABLE, {"sellers": list(wanted), "now": clock.now()})) == wanted


def _only_owners(seller: Seller, user: User) -> None:
    query = select(Membership.id).where(
        Membership.seller_id == seller.id, Membership.user_id == user.id, Membership.role == MemberRole.OWNER
    )
    if db.session.scalar(query) is None:
        raise Forbidden(N_("Only an owner of the shop may say where it is paid."))
