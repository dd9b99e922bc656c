"""Cart, CartLine, CartWords and PersonalFile. A cart belongs to a session (guest) or to a user, never to both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, Money, Quantity, code_of
from catalog.media.private import PrivatePicture
from catalog.money import Money as MoneyValue
from catalog.products.models import Variant
from catalog.products.personal import Answer, answers_of
from marketplace.accounts.models import Session, User

NOTE_MAX = 500
GIFT_MAX = 300
KEPT_MAX = 1200


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose cart it is: the signed-in user's, else the guest's browser session's; nobody's while both are empty."""

    user: User | None = None
    session: Session | None = None

    @property
    def keys(self) -> dict[str, int]:
        """The one column of `carts` that finds this owner's cart; empty for nobody."""
        if self.user is not None:
            return {"user_id": self.user.id}
        return {"session_id": self.session.id} if self.session is not None else {}


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the buyer that is not a refusal: a gettext id and its parameters."""

    message: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class Cart(Model):
    __tablename__ = "carts"
    __table_args__ = (CheckConstraint("(user_id IS NULL) <> (session_id IS NULL)", name="owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), unique=True)
    checkout_key: Mapped[str] = mapped_column(Code, default=code_of(20))
    """The idempotency key of the next purchase from this cart; every tab gets the same, a placed purchase renews it."""
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    held_since: Mapped[datetime | None] = mapped_column(Instant)
    held_until: Mapped[datetime | None] = mapped_column(Instant)
    """From when and until when its pieces are kept for a buyer at the checkout; see `holding`."""

    lines: Mapped[list[CartLine]] = relationship(
        back_populates="cart", order_by="CartLine.id", cascade="all, delete-orphan", passive_deletes=True
    )


class PersonalFile(PrivatePicture, Model):
    """A picture that a maker is to work from. It belongs to whoever has a line with it, in a cart or in an order.

    `files` are two [format, width, height, size, sha256], the small one first; they lie in the private storage.
    """

    __tablename__ = "personal_files"
    FOLDER = "personal/"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(20))
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now, index=True)

    @property
    def sha256(self) -> str:
        return str(self.files[-1][4])


class CartLine(Model):
    """One variant in a cart, made personal in one way. `seen_price` is what a piece cost among those of its cart, with its
    personal extras, when the buyer looked last: see `seen`."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        UniqueConstraint("cart_id", "variant_id", "personal_key"),
        CheckConstraint("quantity BETWEEN 1 AND 999", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    quantity: Mapped[int] = mapped_column(Quantity, default=1)
    seen_price: Mapped[MoneyValue] = mapped_column(Money)
    personal: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    """What the buyer answered to the maker's questions, see `personal.Answer`."""
    personal_key: Mapped[str] = mapped_column(String(32), default="", server_default="")
    """What tells it from another line of the same variant (`personal.key_of`)."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("personal_files.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    saved_at: Mapped[datetime | None] = mapped_column(Instant)
    """Set aside for later: it is neither counted nor bought until it is put back."""
    gone_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the buyer saw that it cannot be had: that is not announced again, and that it is back will be."""

    cart: Mapped[Cart] = relationship(back_populates="lines")
    variant: Mapped[Variant] = relationship()
    file: Mapped[PersonalFile | None] = relationship()

    @property
    def answers(self) -> list[Answer]:
        return answers_of(self.personal)


class CartWords(Model):
    """What the buyer wants to say to one seller: a note to the maker, and a message that goes into the parcel.

    Typed ones are at most `NOTE_MAX` and `GIFT_MAX` long; two that were put together at sign-in may be longer until
    the buyer has shortened them. Numbers of payment cards are hidden before they get here.
    """

    __tablename__ = "cart_words"
    __table_args__ = (UniqueConstraint("cart_id", "seller_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"), index=True)
    note: Mapped[str] = mapped_column(String(KEPT_MAX), default="")
    gift_message: Mapped[str] = mapped_column(String(KEPT_MAX), default="")
