"""Return, ReturnLine, ReturnPhoto, ReturnEvent and RefundLine.

A return is one row whatever the buyer asks for. How many pieces of a line lie in returns is counted on the line itself
(`OrderLine.returned`), what went back of its price too (`OrderLine.refunded`, `Order.refunded`), so that the database
refuses what would be too much.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, Money, Quantity, choice, code_of
from catalog.media.private import PrivatePicture
from catalog.money import ZERO
from catalog.money import Money as MoneyValue
from catalog.products.personal import Answer
from marketplace.accounts.models import User
from marketplace.orders.models import Actor, Order, OrderLine
from marketplace.payments.models import Refund


class ReturnKind(StrEnum):
    """What the buyer asks for."""

    RETURN = "return"
    """Send the pieces back and have the money."""
    EXCHANGE = "exchange"
    """Send them back and have others like them."""
    CLAIM = "claim"
    """Keep them, or never had them, and have money back."""
    REMAKE = "remake"
    """Have a piece that was made to order made again."""


class Reason(StrEnum):
    DAMAGED = "damaged"
    WRONG = "wrong-piece"
    NOT_AS_DESCRIBED = "not-as-described"
    MISSING = "missing"
    LATE = "late"
    HIDDEN = "hidden-defect"
    """A fault that showed only in use."""
    MIND = "changed-mind"


class Remedy(StrEnum):
    """What is agreed or decided."""

    REFUND = "refund"
    REPLACEMENT = "replacement"
    REMAKE = "remake"
    NOTHING = "nothing"


class ReturnState(StrEnum):
    ASKED = "asked"
    OFFERED = "offered"
    REFUSED = "refused"
    ESCALATED = "escalated"
    DECIDED = "decided"
    """An operator has decided; either side may appeal once."""
    APPEALED = "appealed"
    AGREED = "agreed"
    """Passed through within one step: nobody waits in it, and no row keeps it."""
    TO_SEND_BACK = "to-send-back"
    SENT_BACK = "sent-back"
    REPLACING = "replacing"
    REPLACED = "replaced"
    SETTLED = "settled"
    CLOSED = "closed"


class Return(Model):
    """What one buyer asks for pieces of one order. `remedy` and the next four say what was offered, agreed or decided."""

    __tablename__ = "returns"
    __table_args__ = (
        CheckConstraint("state <> 'agreed'", name="passing"),
        CheckConstraint("(state IN ('settled', 'closed')) = (due_at IS NULL)", name="timer"),
        CheckConstraint(
            "(promised_on IS NOT NULL) = (remedy IS NOT NULL AND remedy IN ('replacement', 'remake'))", name="promised"
        ),
        CheckConstraint("(decided_by_id IS NULL) = (decided_at IS NULL)", name="decided"),
        Index("ix_returns_due", "due_at", "id"),
        Index("ix_returns_desk", "seller_id", "state", "due_at", "id"),
        Index("ix_returns_state", "state", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    kind: Mapped[ReturnKind] = mapped_column(choice(ReturnKind, "kind"))
    state: Mapped[ReturnState] = mapped_column(choice(ReturnState, "state"), default=ReturnState.ASKED)
    words: Mapped[str] = mapped_column(String(1000), default="")
    remedy: Mapped[Remedy | None] = mapped_column(choice(Remedy, "remedy"))
    sends_back: Mapped[bool] = mapped_column(default=False)
    promised_on: Mapped[date | None]
    """The day on which what is sent or made anew is handed over."""
    answer: Mapped[str] = mapped_column(String(1000), default="")
    """The seller's last words about it."""
    decision: Mapped[str] = mapped_column(String(1000), default="")
    """The operator's."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    appealed_by: Mapped[Actor | None] = mapped_column(choice(Actor, "appealed_by"))
    """There is one appeal, whoever makes it."""
    concluded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    back_courier: Mapped[str] = mapped_column(String(40), default="")
    back_number: Mapped[str] = mapped_column(String(40), default="")
    back_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the buyer gave the pieces on their way back."""
    arrived_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the courier said that they had come."""
    received_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the seller, or the clock in the seller's place, took them in."""
    anew_courier: Mapped[str] = mapped_column(String(40), default="")
    anew_number: Mapped[str] = mapped_column(String(40), default="")
    anew_at: Mapped[datetime | None] = mapped_column(Instant)
    """When what was promised instead left."""
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the sweeper must act on the present state; empty only when it is over."""
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    order: Mapped[Order] = relationship()
    lines: Mapped[list[ReturnLine]] = relationship(back_populates="return_", order_by="ReturnLine.id")
    photos: Mapped[list[ReturnPhoto]] = relationship(back_populates="return_", order_by="ReturnPhoto.id")
    events: Mapped[list[ReturnEvent]] = relationship(back_populates="return_", order_by="ReturnEvent.id")

    @property
    def is_over(self) -> bool:
        return self.due_at is None

    @property
    def granted(self) -> MoneyValue:
        return sum((line.granted for line in self.lines), ZERO)

    @property
    def worth(self) -> MoneyValue:
        return sum((line.worth for line in self.lines), ZERO)


class ReturnLine(Model):
    """Pieces of one order line: why, what they are worth (`worth.py`), and how much of it goes back."""

    __tablename__ = "return_lines"
    __table_args__ = (
        UniqueConstraint("return_id", "line_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("worth_items >= 0 AND worth_shipping >= 0", name="worth"),
        CheckConstraint("granted BETWEEN 0 AND worth_items + worth_shipping", name="granted"),
        CheckConstraint("restocked BETWEEN 0 AND quantity", name="restocked"),
        CheckConstraint("(held_id IS NULL) = (held_choices = '')", name="held"),
        CheckConstraint("(wanted_id IS NULL) = (wanted_choices = '')", name="wanted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("returns.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), index=True)
    quantity: Mapped[int] = mapped_column(Quantity)
    reason: Mapped[Reason] = mapped_column(choice(Reason, "reason"))
    worth_items: Mapped[MoneyValue] = mapped_column(Money)
    worth_shipping: Mapped[MoneyValue] = mapped_column(Money)
    granted: Mapped[MoneyValue] = mapped_column(Money, default=ZERO)
    restocked: Mapped[int] = mapped_column(Quantity, default=0)
    """How many the seller has put back on the shelf."""
    held_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id"), index=True)
    """Of what variant the pieces are, where they are not as ordered: an exchange came before."""
    held_choices: Mapped[str] = mapped_column(String(200), default="", server_default="")
    held_choices_en: Mapped[str] = mapped_column(String(200), default="", server_default="")
    wanted_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id"), index=True)
    """What the buyer would like instead, where it is not another one of the same."""
    wanted_choices: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """What was chosen, in words, as an order line keeps them."""
    wanted_choices_en: Mapped[str] = mapped_column(String(200), default="", server_default="")

    return_: Mapped[Return] = relationship(back_populates="lines")
    line: Mapped[OrderLine] = relationship()

    @property
    def worth(self) -> MoneyValue:
        return self.worth_items + self.worth_shipping

    @property
    def choices(self) -> str:
        """What was chosen, of the pieces that the buyer has."""
        return self.held_choices or self.line.choices

    @property
    def choices_en(self) -> str:
        return self.held_choices_en if self.held_id else self.line.choices_en

    @property
    def answers(self) -> list[Answer]:
        return self.line.answers

    @property
    def variant_id(self) -> int:
        """Of what variant the pieces are that come back."""
        return self.held_id or self.line.variant_id

    @property
    def anew_id(self) -> int:
        """Of what variant those are that are sent instead."""
        return self.wanted_id or self.variant_id


class RefundLine(Model):
    """What goes back for pieces of one line: a part of their price and of the shipping. A return line is paid once."""

    __tablename__ = "refund_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("items_total >= 0 AND shipping_total >= 0", name="parts"),
        CheckConstraint("total = items_total + shipping_total AND total > 0", name="total"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(ForeignKey("refunds.id"), index=True)
    return_line_id: Mapped[int] = mapped_column(ForeignKey("return_lines.id"), unique=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), index=True)
    quantity: Mapped[int] = mapped_column(Quantity)
    items_total: Mapped[MoneyValue] = mapped_column(Money)
    shipping_total: Mapped[MoneyValue] = mapped_column(Money)
    total: Mapped[MoneyValue] = mapped_column(Money)

    refund: Mapped[Refund] = relationship()


class ReturnPhoto(PrivatePicture, Model):
    """A private picture. Without a return it waits with its purchase while a form is open (guests have no account).

    `files` are two [format, width, height, size, sha256], the small one first; they lie in the private storage.
    """

    __tablename__ = "return_photos"
    FOLDER = "returns/"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(20))
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchases.id"), index=True)
    return_id: Mapped[int | None] = mapped_column(ForeignKey("returns.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now, index=True)

    return_: Mapped[Return | None] = relationship(back_populates="photos")


class ReturnEvent(Model):
    """One step, for the timeline that buyer, seller and operator share."""

    __tablename__ = "return_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("returns.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    actor: Mapped[Actor] = mapped_column(choice(Actor, "actor"))
    actor_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(1000), default="")
    at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    return_: Mapped[Return] = relationship(back_populates="events")
    actor_user: Mapped[User | None] = relationship()
