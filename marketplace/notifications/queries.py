"""What somebody was told, and what became of each way to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from catalog import clock
from catalog.db import db
from catalog.places.models import District
from catalog.text import tidy
from marketplace.accounts.models import Role, User
from marketplace.notifications.kinds import KINDS, Audience, Channel, Kind
from marketplace.notifications.models import Dispatch, DispatchState, Notification, Preference
from marketplace.sellers.models import Membership, Seller

HELPS_FOR = timedelta(days=14)


def unread_of(user_id: int) -> ScalarSelect[int]:
    """How many notifications a person has not read, as a part of a larger query."""
    return select(func.count(Notification.id)).where(_is_unread(user_id)).scalar_subquery()


def _is_unread(user_id: int) -> ColumnElement[bool]:
    return and_(Notification.user_id == user_id, Notification.read_at.is_(None), Notification.in_app)


def list_notifications(user: User, after: str | None = None, limit: int = 20) -> list[Notification]:
    """What a person was told, the newest first, with what became of the mails."""
    query = (
        select(Notification)
        .where(Notification.user_id == user.id, Notification.in_app)
        .order_by(Notification.id.desc())
        .limit(limit)
        .options(selectinload(Notification.dispatches), joinedload(Notification.seller))
    )
    if after:
        query = query.where(
            Notification.id < select(Notification.id).where(Notification.code == after).scalar_subquery()
        )
    return list(db.session.scalars(query))


def list_unread_at(user: User, seller_id: int, limit: int = 5) -> list[Notification]:
    """What a person has not read yet as a member of a shop, the newest first."""
    return list(
        db.session.scalars(
            select(Notification)
            .where(_is_unread(user.id), Notification.seller_id == seller_id)
            .order_by(Notification.id.desc())
            .limit(limit)
        )
    )


def find_notification_of(user: User, code: str) -> Notification | None:
    """A notification through its reader: what is not yours is None."""
    return db.session.scalar(
        select(Notification).where(Notification.code == code, Notification.user_id == user.id, Notification.in_app)
    )


def audiences_of(user: User) -> list[Audience]:
    """In which capacities a person may be told something."""
    works = db.session.scalar(select(Membership.id).where(Membership.user_id == user.id).limit(1))
    roles = {Role.CURATOR: Audience.CURATOR, Role.OFFICER: Audience.OFFICER, Role.OPERATOR: Audience.OPERATOR}
    found = [Audience.BUYER, *([Audience.SELLER] if works else [])]
    return [*found, *(audience for role, audience in roles.items() if user.has_role(role)), Audience.ACCOUNT]


def list_preferences(user: User) -> list[tuple[Audience, list[tuple[Kind, bool]]]]:
    """Per capacity the kinds with a mail, and whether the person gets it."""
    rows = db.session.execute(select(Preference.kind, Preference.wants_mail).where(Preference.user_id == user.id))
    kept = {row.kind: row.wants_mail for row in rows}
    found = []
    for audience in audiences_of(user):
        kinds = [one for one in KINDS.values() if one.audience is audience and Channel.MAIL in one.channels]
        if kinds:
            found.append((audience, [(one, not one.is_optional or kept.get(one.name, True)) for one in kinds]))
    return found


def wants_mail(user_id: int, kind: str) -> bool:
    return db.session.scalar(
        select(Preference.wants_mail).where(Preference.user_id == user_id, Preference.kind == kind)
    ) is not False  # fmt: skip


def find_dispatch(code: str) -> Dispatch | None:
    """A line of the delivery log with what was told to whom."""
    return db.session.scalar(_log().where(Dispatch.code == code))


def list_dispatches(
    state: DispatchState | None = None,
    channel: Channel | None = None,
    words: str = "",
    after: str | None = None,
    limit: int = 50,
) -> list[Dispatch]:
    """The delivery log, the newest first, for operators. `words`: an address or its beginning, or a subject's code."""
    query = _log().order_by(Dispatch.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Dispatch.state == state)
    if channel is not None:
        query = query.where(Dispatch.channel == channel)
    words = tidy(words).casefold()
    if words:
        query = query.where(
            Dispatch.address.startswith(words, autoescape=True)
            | Dispatch.notification.has(Notification.subject == words)
        )
    if after:
        query = query.where(Dispatch.id < select(Dispatch.id).where(Dispatch.code == after).scalar_subquery())
    return list(db.session.scalars(query))


def list_prepared(regencies: Collection[str], after: str | None = None, limit: int = 50) -> list[Dispatch]:
    """Messages for WhatsApp that nobody has sent yet to shops of these regencies, and whose notification is unread;
    the newest first. What is older than two weeks no longer helps anybody."""
    query = (
        _log()
        .join(Dispatch.notification)
        .join(Seller, Seller.id == Notification.seller_id)
        .join(District, District.code == Seller.district_code)
        .where(
            Dispatch.channel == Channel.WHATSAPP,
            Dispatch.state == DispatchState.QUEUED,
            Dispatch.created_at > clock.now() - HELPS_FOR,
            Notification.read_at.is_(None),
            District.regency_code.in_(regencies),
        )
        .order_by(Dispatch.id.desc())
        .limit(limit)
    )
    if after:
        query = query.where(Dispatch.id < select(Dispatch.id).where(Dispatch.code == after).scalar_subquery())
    return list(db.session.scalars(query))


def count_dispatches(states: Collection[DispatchState] = (DispatchState.FAILED,)) -> int:
    return db.session.scalar(select(func.count(Dispatch.id)).where(Dispatch.state.in_(states))) or 0


def _log() -> Select[Dispatch]:
    return select(Dispatch).options(
        joinedload(Dispatch.notification, innerjoin=True).options(
            joinedload(Notification.user), joinedload(Notification.seller)
        )
    )
