"""Telling people, and what they say to it: read, not wanted, done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from catalog import clock
from catalog.codes import hashed
from catalog.db import change, db
from catalog.errors import Invalid
from catalog.rows import write
from catalog.text import N_
from marketplace.accounts.models import Role, RoleGrant, User
from marketplace.notifications.kinds import KINDS, Channel, Kind
from marketplace.notifications.mail import mail
from marketplace.notifications.models import Dispatch, DispatchState, Notification, Preference
from marketplace.notifications.params import plain
from marketplace.outbox import services as outbox
from marketplace.sellers.models import Membership, Seller

REFUSED = N_("Switched off by the reader.")
READ_BEFORE = N_("Read before it was sent.")
KEPT_FOR = timedelta(days=365)


@dataclass(frozen=True)
class Reader:
    """Somebody who reads: a person with an account, or (a guest) an address alone."""

    email: str
    locale: str
    name: str
    user: User | None = None

    @classmethod
    def of(cls, user: User, email: str | None = None) -> Reader:
        """A person, at their own address unless told otherwise."""
        return cls(email or user.email, user.locale, user.name, user)

    @property
    def mark(self) -> str:
        """What tells this reader from all others in a key."""
        return self.user.code if self.user else hashed(self.email)[:20]


Readers = User | Seller | Role | Reader


def notify(
    to: Readers,
    kind: str,
    subject: str,
    params: Mapping[str, Any] | None = None,
    letter: Mapping[str, Any] | None = None,
) -> list[Notification]:
    """Tell one person, everybody of a shop, or everybody with a role; see the package's own words.

    LookupError for a kind that is not in the table. Who has been told already is left out of the answer.
    """
    what = KINDS[kind]
    kept, once = plain(params or {}), plain(letter or {})
    readers = _readers(to)
    seller = to if isinstance(to, Seller) else None
    muted = _muted(what, [one.user.id for one in readers if one.user])
    told = []
    for place, reader in enumerate(readers):
        values = {**kept, "name": reader.name, **({"seller_code": seller.code} if seller else {})}
        if what.gathers and _renew(what, subject, reader, values):
            continue
        notification = Notification(
            user_id=reader.user.id if reader.user else None,
            seller_id=seller.id if seller else None,
            kind=kind,
            subject=subject,
            key=None if what.gathers else _key(what, subject, reader),
            params=values,
            in_app=Channel.APP in what.channels and reader.user is not None,
        )
        if not write(notification, unless_known=True):
            continue  # told before, or by another transaction in this very moment
        if Channel.MAIL in what.channels:
            _send_mail(notification, what, reader, once, reader.user is not None and reader.user.id in muted)
        if Channel.WHATSAPP in what.channels and seller is not None and seller.phone and not place:
            write(Dispatch(notification_id=notification.id, channel=Channel.WHATSAPP, address=seller.phone))
        told.append(notification)
    return told


def _readers(to: Readers) -> list[Reader]:
    match to:
        case Reader():
            return [to]
        case User():
            return [Reader.of(to)] if to.is_active else []
        case Seller():
            query = select(User).join(Membership).where(Membership.seller_id == to.id).order_by(Membership.id)
        case _:
            query = select(User).join(RoleGrant).where(RoleGrant.role == to).order_by(User.id)
    return [Reader.of(one) for one in db.session.scalars(query.where(User.disabled_at.is_(None)))]


def _key(what: Kind, subject: str, reader: Reader) -> str:
    return f"{what.name}:{subject}:{reader.mark}"


def _muted(what: Kind, user_ids: Collection[int]) -> set[int]:
    if not what.is_optional or not user_ids:
        return set()
    return set(
        db.session.scalars(
            select(Preference.user_id).where(
                Preference.kind == what.name, Preference.user_id.in_(user_ids), Preference.wants_mail.is_(False)
            )
        )
    )


def _renew(what: Kind, subject: str, reader: Reader, values: dict[str, Any]) -> bool:
    """Bring the unread one about the same thing up to date; False when there is none."""
    if reader.user is None:
        return False
    standing = db.session.scalar(
        select(Notification)
        .where(
            Notification.user_id == reader.user.id,
            Notification.read_at.is_(None),
            Notification.kind == what.name,
            Notification.subject == subject,
        )
        .limit(1)
    )
    if standing is not None:
        standing.params = values
    return standing is not None


def _send_mail(notification: Notification, what: Kind, reader: Reader, once: dict[str, Any], is_muted: bool) -> None:
    dispatch = Dispatch(
        notification_id=notification.id,
        channel=Channel.MAIL,
        address=reader.email,
        state=DispatchState.SKIPPED if is_muted else DispatchState.QUEUED,
        reason=REFUSED if is_muted else "",
    )
    write(dispatch)
    if is_muted:
        return
    leaver = reader.user.code if reader.user and what.is_optional else ""
    mail(reader.email, what.name, reader.locale, code=dispatch.code, after=what.waits, leaver=leaver, params=once)


def read(user: User, codes: Collection[str] | None = None) -> int:
    """The person has seen these notifications, or all of theirs; how many were unread."""
    query = update(Notification).where(Notification.user_id == user.id, Notification.read_at.is_(None))
    if codes is not None:
        query = query.where(Notification.code.in_(codes))
    return change(query.values(read_at=clock.now()))


def read_about(user_ids: Iterable[int], kind: str, subject: str) -> int:
    """These people have seen what one notification led to; its mail, if it still waits, is not sent."""
    return change(
        update(Notification)
        .where(
            Notification.user_id.in_(list(user_ids)),
            Notification.read_at.is_(None),
            Notification.kind == kind,
            Notification.subject == subject,
        )
        .values(read_at=clock.now())
    )


def prefer(user: User, kind: str, wants_mail: bool) -> None:
    """Switch the mails of a kind on or off for a person; Invalid for a kind whose mails cannot be switched off."""
    what = KINDS.get(kind)
    if what is None or not what.is_optional:
        raise Invalid(N_("These mails cannot be switched off."), field=kind)
    kept = db.session.get(Preference, (user.id, kind))
    if kept is None:
        db.session.add(Preference(user_id=user.id, kind=kind, wants_mail=wants_mail))
    elif kept.wants_mail is not wants_mail:
        kept.wants_mail, kept.changed_at = wants_mail, clock.now()
    db.session.flush()


def note(code: str, state: DispatchState, attempts: int | None = None, reason: str = "") -> bool:
    """Write into the delivery log what became of a dispatch; False when there is none of that code."""
    values: dict[str, Any] = {"state": state, "reason": " ".join(reason.split())[:300]}
    if attempts is not None:
        values["attempts"] = attempts
    if state is DispatchState.SENT:
        values["sent_at"] = clock.now()
    return bool(change(update(Dispatch).where(Dispatch.code == code).values(**values)))


def send_again(dispatch: Dispatch) -> bool:
    """Let a mail that failed be tried again now; False when nothing can be tried."""
    if dispatch.channel is not Channel.MAIL or dispatch.state is not DispatchState.FAILED:
        return False
    return outbox.retry(dispatch.code) and note(dispatch.code, DispatchState.QUEUED)


def mark_passed_on(dispatch: Dispatch) -> bool:
    """A person has sent the prepared WhatsApp message; False when it was sent before."""
    if dispatch.channel is not Channel.WHATSAPP or dispatch.state is DispatchState.SENT:
        return False
    return note(dispatch.code, DispatchState.SENT, attempts=dispatch.attempts + 1)


def forget_old(limit: int = 5_000) -> int:
    """Delete notifications of more than a year ago with their part of the delivery log; how many went."""
    before: datetime = clock.now() - KEPT_FOR
    ids = list(db.session.scalars(select(Notification.id).where(Notification.created_at < before).limit(limit)))
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        change(delete(Dispatch).where(Dispatch.notification_id.in_(some)))
        change(delete(Notification).where(Notification.id.in_(some)))
    return len(ids)
