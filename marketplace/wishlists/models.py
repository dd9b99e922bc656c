"""Wishlist and Wish: what a person keeps an eye on. Restock and Watch: who is told when a piece is back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, code_of
from catalog.products.models import Variant
from marketplace.accounts.models import User

NAME_MAX = 60
LISTS_MAX = 20
WISHES_MAX = 200


class Wishlist(Model):
    """A list of one person. `share_code` is set while it is shared: the link is made of it, so a new one ends the old.

    Who reads a shared list learns nothing about its owner but `shown_name`, which may be empty.
    """

    __tablename__ = "wishlists"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    shown_name: Mapped[str] = mapped_column(String(NAME_MAX), default="")
    share_code: Mapped[str | None] = mapped_column(Code, unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    @property
    def is_shared(self) -> bool:
        return self.share_code is not None


class Wish(Model):
    """One variant on a list, once."""

    __tablename__ = "wishes"
    __table_args__ = (UniqueConstraint("wishlist_id", "variant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    wishlist_id: Mapped[int] = mapped_column(ForeignKey("wishlists.id", ondelete="CASCADE"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    wishlist: Mapped[Wishlist] = relationship()
    variant: Mapped[Variant] = relationship()


class Watch(Model):
    """Somebody wants one mail each time that a sold-out variant is back, until `expires_at`.

    Of a guest nothing is kept but the address. Nobody is told before the address is confirmed (`confirmed_at`): by the
    link of a mail, or with the account. Leaving deletes the row.
    """

    __tablename__ = "watches"
    __table_args__ = (
        UniqueConstraint("email", "variant_id"),
        CheckConstraint("email <> ''", name="email"),
        Index("ix_watches_variant", "variant_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(16))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(2), default="id")
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)

    variant: Mapped[Variant] = relationship()
    user: Mapped[User | None] = relationship()


class Restock(Model):
    """A stock event: the level of a variant went from nothing to something. Kept only where somebody waits for it."""

    __tablename__ = "restocks"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant, default=clock.now)


class Telling(Model):
    """That a watch has been told of an event: at most once for each pair, whoever tries."""

    __tablename__ = "tellings"

    watch_id: Mapped[int] = mapped_column(ForeignKey("watches.id", ondelete="CASCADE"), primary_key=True)
    restock_id: Mapped[int] = mapped_column(ForeignKey("restocks.id", ondelete="CASCADE"), primary_key=True, index=True)
