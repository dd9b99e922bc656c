"""Finding people and their browsers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from catalog import clock
from catalog.db import db
from catalog.errors import Forbidden
from catalog.text import N_, tidy
from marketplace.accounts.models import Role, RoleGrant, Session, User


def find_by_email(email: str) -> User | None:
    """The person with this address, however it is written."""
    return db.session.scalar(select(User).where(User.email == folded(email)))


def find_user(code: str) -> User | None:
    return db.session.scalar(select(User).where(User.code == code))


def list_users(words: str = "", role: Role | None = None, after: str | None = None, limit: int = 50) -> Sequence[User]:
    """People in the order of their codes, `limit` at most; `words` are looked for in names and addresses."""
    query = select(User).order_by(User.code).limit(limit)
    if words:
        query = query.where(
            or_(
                User.email.contains(folded(words), autoescape=True),
                func.lower(User.name).contains(words.lower(), autoescape=True),
            )
        )
    if role is not None:
        query = query.where(User.grants.any(RoleGrant.role == role))
    if after:
        query = query.where(User.code > after)
    return db.session.scalars(query).all()


def list_sessions(user: User) -> Sequence[Session]:
    """The browsers in which this person is signed in now, last seen first."""
    return db.session.scalars(
        select(Session)
        .where(Session.user_id == user.id, Session.expires_at > clock.now())
        .order_by(Session.seen_at.desc(), Session.id.desc())
        .limit(100)
    ).all()


def require_confirmed(user: User) -> None:
    """Forbidden unless the person's address is confirmed; opening a shop asks this."""
    if user.confirmed_at is None:
        raise Forbidden(N_("Please confirm your e-mail address first: the link is in the mail that we sent you."))


def folded(email: str) -> str:
    """How addresses are kept: one line, lower case."""
    return tidy(email).casefold()
