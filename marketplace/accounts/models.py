"""User, Session, Token and roles.

Sessions live here, on the server, so that signing out, a new password or a lost role ends them at once. Tokens of
links and cookies are kept hashed.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, choice, code_of


class Role(StrEnum):
    """What a person may do beyond buying. A seller's people are Memberships of that seller."""

    CURATOR = "curator"
    OFFICER = "officer"
    OPERATOR = "operator"


class User(Model):
    """A person with an account. `email` is kept folded; everyone is a buyer."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(2), default="id")
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    is_example: Mapped[bool] = mapped_column(default=False)

    grants: Mapped[list[RoleGrant]] = relationship(back_populates="user", cascade="all, delete-orphan")
    regencies: Mapped[list[OfficerRegency]] = relationship(back_populates="user", cascade="all, delete-orphan")

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    def get_id(self) -> str:
        return self.code

    def has_role(self, role: Role) -> bool:
        return any(grant.role is role for grant in self.grants)


class RoleGrant(Model):
    __tablename__ = "role_grants"
    __table_args__ = (UniqueConstraint("user_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    granted_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    user: Mapped[User] = relationship(back_populates="grants")


class OfficerRegency(Model):
    """A field officer is bound to regencies and sees nothing outside them."""

    __tablename__ = "officer_regencies"
    __table_args__ = (UniqueConstraint("user_id", "regency_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    regency_code: Mapped[str] = mapped_column(ForeignKey("regencies.code"))

    user: Mapped[User] = relationship(back_populates="regencies")


class Session(Model):
    """One browser that we remember: a guest with a cart, or a signed-in person.

    `data` keeps small things of this visit only (notices to show once, checkout answers).
    """

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    browser: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)

    user: Mapped[User | None] = relationship()


class TokenPurpose(StrEnum):
    CONFIRM = "confirm"
    RESET = "reset"
    CHANGE_EMAIL = "change-email"


class Token(Model):
    """A link sent by mail, usable once. `email` is the address that it was sent to."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[TokenPurpose] = mapped_column(choice(TokenPurpose, "purpose"))
    email: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)

    user: Mapped[User] = relationship()
