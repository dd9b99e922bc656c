"""Payment, Refund, Proof, ReceivingAccount and ShopCode."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, Money, Quantity, choice, code_of
from catalog.media.private import PrivatePicture
from catalog.money import Money as MoneyValue
from marketplace.accounts.models import User
from marketplace.payments import by_hand


class ReceivingAccount(Model):
    """Where buyers send money: a bank account of the platform, or its QRIS code (then `number` is the merchant's NMID
    and `qris` the text of the static code)."""

    __tablename__ = "receiving_accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(8))
    bank: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(30))
    holder: Mapped[str] = mapped_column(String(80))
    qris: Mapped[str | None] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(default=True)
    is_example: Mapped[bool] = mapped_column(default=False)


class ShopCode(Model):
    """A shop's own static QRIS, shown where an order is paid at hand. A change is a new row, which waits some
    days. `number` is the merchant's NMID, `holder` the name that the buyer's app will show."""

    __tablename__ = "shop_codes"
    __table_args__ = (
        CheckConstraint("length(number) = 15", name="number"),
        CheckConstraint("usable_from >= created_at", name="usable"),
        Index(
            "uq_shop_codes_open",
            "seller_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    number: Mapped[str] = mapped_column(String(15))
    holder: Mapped[str] = mapped_column(String(80))
    town: Mapped[str] = mapped_column(String(80))
    qris: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    usable_from: Mapped[datetime] = mapped_column(Instant)
    """It is shown to nobody before: time to notice a change that one has not made."""
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def is_cooling(self) -> bool:
        return self.usable_from > clock.now()


class PaymentMethod(StrEnum):
    BANK_TRANSFER = "bank-transfer"
    QRIS = "qris"
    """The platform's own static code, shown with the sum in it."""
    CARD = "card"
    """A card, on the hosted page of an outside provider."""
    ONLINE = "online"
    """A virtual account, QRIS or wallet, on the hosted page of an outside provider."""
    CASH = "cash"
    """Paid at hand: at the seller's own delivery or at pick-up."""
    NOTHING = "nothing"
    """Vouchers pay for all of it. Nobody chooses this: a purchase of Rp0 has it."""


class Purpose(StrEnum):
    """What of a purchase a payment is for."""

    WHOLE = "whole"
    """All of it."""
    DEPOSIT = "deposit"
    """What is due when it is ordered: deposits, and everything that is paid in full at once."""
    BALANCE = "balance"
    """The rest of one order (`order_code`), asked for when its pieces are ready."""
    EXTRA = "extra"
    """Money that nobody was asked for: it came twice, or more came than was due. It is the buyer's and goes back."""


class PaymentState(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    LATE = "late"
    """The money came after the payment had expired or was cancelled: it is the buyer's, and an operator sends it back."""
    REFUNDED = "refunded"
    """All of it went back."""


class Payment(Model):
    """One attempt to pay one purchase, or the balance of one of its orders. `due` is what the buyer is asked for: the
    sum plus `surplus`. A purchase has one live payment of its own, and each order at most one live balance.

    Facts of `facts/payments.md` §3.4: (account, due) is unique among pending transfers, so that an amount on a bank
    statement names its payment; the surplus (1–999) stays the buyer's and is shown as such. `holds_amount` keeps the
    amount from being asked again for some days after the payment was closed, because late transfers come.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("surplus BETWEEN 0 AND 999", name="surplus"),
        CheckConstraint("due >= 0", name="due"),
        CheckConstraint("(state IN ('paid', 'late', 'refunded')) = (paid_at IS NOT NULL)", name="paid"),
        CheckConstraint("state <> 'pending' OR account_id IS NULL OR holds_amount", name="holds_amount"),
        CheckConstraint("(purpose = 'balance') = (order_code IS NOT NULL)", name="balance"),
        CheckConstraint("purpose <> 'extra' OR state IN ('late', 'refunded')", name="extra"),
        CheckConstraint("(seen_by_id IS NULL) = (seen_at IS NULL)", name="seen"),
        CheckConstraint(
            "NOT by_two OR (paid_at IS NULL AND confirmed_by_id IS NULL) OR (seen_by_id IS NOT NULL"
            " AND confirmed_by_id IS NOT NULL AND seen_by_id <> confirmed_by_id)",
            name="four_eyes",
        ),
        Index(
            "uq_payments_open_amount",
            "account_id",
            "due",
            unique=True,
            sqlite_where=text("holds_amount AND account_id IS NOT NULL"),
            postgresql_where=text("holds_amount AND account_id IS NOT NULL"),
        ),
        Index("ix_payments_state", "state", "id"),
        Index("ix_payments_sum", "account_id", "due"),
        Index(
            "uq_payments_live",
            "purchase_code",
            unique=True,
            sqlite_where=text("state IN ('pending', 'paid') AND order_code IS NULL"),
            postgresql_where=text("state IN ('pending', 'paid') AND order_code IS NULL"),
        ),
        Index(
            "uq_payments_live_balance",
            "order_code",
            unique=True,
            sqlite_where=text("state IN ('pending', 'paid') AND order_code IS NOT NULL"),
            postgresql_where=text("state IN ('pending', 'paid') AND order_code IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    purchase_code: Mapped[str] = mapped_column(ForeignKey("purchases.code"), index=True)
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose, "purpose"), default=Purpose.WHOLE)
    order_code: Mapped[str | None] = mapped_column(Code)
    """Of a balance: the order that it is for."""
    provider: Mapped[str] = mapped_column(String(40))
    """The way of paying; who outside carries it out stands on its charge."""
    state: Mapped[PaymentState] = mapped_column(choice(PaymentState, "state"), default=PaymentState.PENDING)
    due: Mapped[MoneyValue] = mapped_column(Money)
    surplus: Mapped[int] = mapped_column(Quantity, default=0)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("receiving_accounts.id"))
    reference: Mapped[str | None] = mapped_column(String(80), unique=True)
    """The bank's own reference of the line that paid it: a statement line can pay only one payment."""
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by_two: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether two operators must have seen the money before it counts: the sum was above the limit of the house when it was
    asked for. The database refuses less. Whoever brings in a statement is one of the two."""
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """The first of the two; then `seen_reference` is what they copied."""
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_reference: Mapped[str] = mapped_column(String(80), default="", server_default="")
    holds_amount: Mapped[bool] = mapped_column(default=True)
    expires_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    paid_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the money was seen, in time or late."""
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    account: Mapped[ReceivingAccount | None] = relationship()
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id])
    seen_by: Mapped[User | None] = relationship(foreign_keys=[seen_by_id])
    refunds: Mapped[list[Refund]] = relationship(back_populates="payment", order_by="Refund.id")


class RefundState(StrEnum):
    OWED = "owed"
    SENT = "sent"


def _is_large(context: Any) -> bool:
    return by_hand.needs_two(context.get_current_parameters()["total"])


class Refund(Model):
    """Money that goes back to a buyer: for one cancelled order, for pieces of a return (`return_code`; its lines say
    which), or all of a late payment (neither). It belongs to one payment: an order that was paid in two parts has two."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("total > 0", name="total"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL AND reference IS NOT NULL)", name="sent"),
        CheckConstraint("order_code IS NULL OR return_code IS NULL", name="cause"),
        CheckConstraint("(approved_by_id IS NULL) = (approved_at IS NULL)", name="approved"),
        CheckConstraint(
            "NOT by_two OR sent_by_id IS NULL OR (approved_by_id IS NOT NULL AND approved_by_id <> sent_by_id)",
            name="four_eyes",
        ),
        Index("ix_refunds_desk", "state", "id"),
        Index("uq_refunds_order", "order_code", "payment_id", unique=True),
        Index("uq_refunds_return", "return_code", "payment_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    order_code: Mapped[str | None] = mapped_column(Code)
    return_code: Mapped[str | None] = mapped_column(Code)
    total: Mapped[MoneyValue] = mapped_column(Money)
    state: Mapped[RefundState] = mapped_column(choice(RefundState, "state"), default=RefundState.OWED)
    reason: Mapped[str] = mapped_column(String(300), default="")
    reference: Mapped[str | None] = mapped_column(String(80), unique=True)
    """The bank's reference of the transfer back."""
    sent_to: Mapped[str] = mapped_column(String(150), default="", server_default="")
    """Bank, number and holder of the account that the buyer had named, as it stood then."""
    by_two: Mapped[bool] = mapped_column(default=_is_large, server_default=false())
    """Whether one operator approves it and another sends it; the database refuses less."""
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    tried_at: Mapped[datetime | None] = mapped_column(Instant)
    """When a provider was last asked to send it."""
    refusal: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Why the provider does not send it: then people do."""
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    payment: Mapped[Payment] = relationship(back_populates="refunds")
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])


class RefundAccount(Model):
    """Where a buyer wants money of a purchase sent back to that no provider sends: the bank (or wallet), the number, and
    whose it is. The newest word counts."""

    __tablename__ = "refund_accounts"
    __table_args__ = (CheckConstraint("length(number) BETWEEN 5 AND 20", name="number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purchase_code: Mapped[str] = mapped_column(Code, unique=True)
    bank: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(20))
    holder: Mapped[str] = mapped_column(String(80))
    told_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    @property
    def version(self) -> str:
        """Another one each time that somebody names an account."""
        return self.told_at.isoformat()

    @property
    def masked(self) -> str:
        """The number as it is shown: its last four digits."""
        return "•••• " + self.number[-4:]


class Proof(PrivatePicture, Model):
    """A picture by which a buyer shows that the money was sent. It settles nothing: it stands beside the payment where
    an operator looks. The newest counts; `digest` tells the same picture shown for another payment.

    `files` are two [format, width, height, size, sha256], the small one first; they lie in the private storage.
    """

    __tablename__ = "payment_proofs"
    FOLDER = "proofs/"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(20))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    payment: Mapped[Payment] = relationship()


class Charge(Model):
    """What an outside provider holds of one payment: its page, and what it last said. Written after `fetch` only.

    `odd` and `parked_at` are set when what came is not what was asked for (another sum or currency, or money sent back
    behind our back): nothing follows from it until a person has looked. `closed_at`: no news is awaited any more.
    """

    __tablename__ = "charges"
    __table_args__ = (
        CheckConstraint("attempt > 0", name="attempt"),
        CheckConstraint("refunded >= 0", name="refunded"),
        CheckConstraint("parked_at IS NULL OR odd <> ''", name="parked"),
        CheckConstraint("looked_at IS NULL OR parked_at IS NOT NULL", name="looked"),
        Index("uq_charges_reference", "provider", "reference", unique=True),
        Index("ix_charges_open", "closed_at", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), unique=True)
    provider: Mapped[str] = mapped_column(String(40))
    attempt: Mapped[int] = mapped_column(Quantity, default=1)
    reference: Mapped[str | None] = mapped_column(String(120))
    second_reference: Mapped[str] = mapped_column(String(120), default="", index=True)
    url: Mapped[str] = mapped_column(Text, default="")
    refunded: Mapped[MoneyValue] = mapped_column(Money, default=MoneyValue(0))
    fee: Mapped[MoneyValue | None] = mapped_column(Money)
    dispute: Mapped[str] = mapped_column(String(20), default="")
    odd: Mapped[str] = mapped_column(String(200), default="")
    parked_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    looked_at: Mapped[datetime | None] = mapped_column(Instant)
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    payment: Mapped[Payment] = relationship()


class WebhookMessage(Model):
    """The inbox of hints: a message that a provider sent and signed, each once. What it said is not kept."""

    __tablename__ = "webhook_messages"
    __table_args__ = (Index("uq_webhook_messages_event", "provider", "event", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(120))
    reference: Mapped[str] = mapped_column(String(120))
    payment_code: Mapped[str] = mapped_column(String(40), default="")
    received_at: Mapped[datetime] = mapped_column(Instant, default=clock.now, index=True)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    is_known: Mapped[bool | None]
    """Whether it was about a payment of ours; None until it was followed."""
