"""A shop's own account at a provider of payouts: wished for here, opened on the provider's pages, followed by asking.

Only an owner may wish for it or end it, with the password; and it waits as long as a new bank account before anything
is brought there. The row is there before the provider is asked, so that asking twice opens one account.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, Forbidden, Unavailable
from catalog.text import N_
from marketplace.accounts.models import User
from marketplace.accounts.services import Pause, prove_again
from marketplace.payouts.models import Recipient
from marketplace.payouts.providers import Account, AccountState, Applicant, OpensAccounts, PayoutProvider, offered
from marketplace.payouts.terms import terms
from marketplace.sellers.models import Seller
from marketplace.sellers.queries import is_owner
from marketplace.signals import recipient_changed

NOT_YOURS = N_("Only an owner of the shop may say where it is paid.")


def opener() -> PayoutProvider | None:
    """The provider at which shops may open accounts, if there is one."""
    return next((one for one in offered() if isinstance(one, OpensAccounts)), None)


def wish(seller: Seller, password: str, user: User, pause: Pause | None = None) -> Recipient:
    """The shop wants to be paid through its own account; wished again after it was closed, the same one.

    Forbidden for people who do not own the shop; Invalid names `present_password`; Unavailable where nobody offers it.
    """
    if not is_owner(seller, user):
        raise Forbidden(NOT_YOURS)
    payer = opener()
    if payer is None:
        raise Unavailable(N_("Nobody carries out payouts of this kind at the moment."))
    user = prove_again(user, password, *([pause] if pause else []))
    db.session.execute(lock(select(Seller.id).where(Seller.id == seller.id))).all()
    now = clock.now()
    found = db.session.scalar(
        select(Recipient).where(Recipient.seller_id == seller.id, Recipient.provider == payer.code)
    )
    if found is not None and found.closed_at is None:
        return found
    if found is None:
        found = Recipient(
            seller_id=seller.id, provider=payer.code, email=user.email, name=seller.name[:90], made_by_id=user.id,
            usable_from=now + terms().cooling,
        )  # fmt: skip
        db.session.add(found)
    found.closed_at, found.usable_from = None, now + terms().cooling
    db.session.flush()
    recipient_changed.send(found, event="opened")
    return found


def close(seller: Seller, password: str, user: User, pause: Pause | None = None) -> Recipient:
    """Nothing is brought there any more; what is on its way arrives. Conflict when there is none."""
    if not is_owner(seller, user):
        raise Forbidden(NOT_YOURS)
    prove_again(user, password, *([pause] if pause else []))
    found = find_recipient(seller, holds=True)
    if found is None:
        raise Conflict(N_("Somebody has just changed it. Please look at it again."))
    found.closed_at = clock.now()
    db.session.flush()
    recipient_changed.send(found, event="closed")
    return found


def applicant_of(recipient: Recipient) -> Applicant:
    """Whom the provider is told of: the same whenever it is asked."""
    return Applicant(recipient.code, recipient.email, recipient.name)


def note(recipient: Recipient, account: Account | None) -> Recipient:
    """What the provider says of the account now; None: it knows none any more."""
    recipient = db.session.scalars(
        lock(select(Recipient).where(Recipient.id == recipient.id)).execution_options(populate_existing=True)
    ).one()
    before = recipient.state
    recipient.asked_at = clock.now()
    if account is None:
        recipient.state, recipient.why = AccountState.REFUSED, ""
    else:
        recipient.reference = recipient.reference or account.reference
        recipient.state, recipient.why = account.state, " ".join(account.why)[:300]
    db.session.flush()
    if recipient.state is not before and recipient.closed_at is None:
        recipient_changed.send(recipient, event=recipient.state.value)
    return recipient


def find_recipient(seller: Seller, holds: bool = False) -> Recipient | None:
    """The account that the shop has open, however far it is."""
    query = select(Recipient).where(Recipient.seller_id == seller.id, Recipient.closed_at.is_(None))
    return db.session.scalar(lock(query) if holds else query)


def find_by_reference(provider: str, reference: str) -> Recipient | None:
    return db.session.scalar(select(Recipient).where(Recipient.provider == provider, Recipient.reference == reference))


def list_to_ask(now: datetime, limit: int = 40) -> list[int]:
    """Ids of accounts that nobody has spoken of for a while: messages get lost."""
    waits = and_(Recipient.state != AccountState.ACTIVE, Recipient.asked_at < now - timedelta(hours=1))
    query = select(Recipient.id).where(
        Recipient.closed_at.is_(None),
        Recipient.reference.is_not(None),
        or_(Recipient.asked_at.is_(None), waits, Recipient.asked_at < now - timedelta(days=1)),
    )
    return list(db.session.scalars(query.order_by(Recipient.asked_at, Recipient.id).limit(limit)))
