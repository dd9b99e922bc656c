"""Purchase, Order, OrderLine, Discount, Shipment and OrderEvent. Lines are snapshots: nothing that happens later changes what
was sold; `shipped` counts how much of it has left."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, Money, Quantity, choice, code_of
from catalog.media.models import Image
from catalog.media.private import PrivatePicture
from catalog.money import ZERO, total
from catalog.money import Money as MoneyValue
from catalog.products.models import Fulfilment
from catalog.products.personal import Answer, answers_of
from marketplace.accounts.models import User
from marketplace.carts.models import PersonalFile
from marketplace.payments.models import PaymentMethod
from marketplace.promotions.models import Payer
from marketplace.sellers.models import COLLECTED, DeliveryKind, PickupPoint, Seller
from marketplace.shipping.models import CourierService


class Actor(StrEnum):
    """Who moves an order. The system is the clock and the payment desk."""

    BUYER = "buyer"
    SELLER = "seller"
    OPERATOR = "operator"
    SYSTEM = "system"


class Purchase(Model):
    """What one buyer ordered at one time. The address is a snapshot; `total` is the sum of its orders."""

    __tablename__ = "purchases"
    __table_args__ = (
        CheckConstraint("total >= 0", name="total"),
        CheckConstraint("(hotel = '') = (stay_until IS NULL)", name="hotel"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(2), default="id")
    recipient: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(200), default="")
    place_code: Mapped[str | None] = mapped_column(String(13))
    """Village or district code; empty where everything is picked up."""
    place_name: Mapped[str] = mapped_column(String(200), default="")
    postal_code: Mapped[str] = mapped_column(String(5), default="")
    hotel: Mapped[str] = mapped_column(String(90), default="")
    """Where a guest stays; filled where a seller brings it to a hotel, as are the next two."""
    hotel_guest: Mapped[str] = mapped_column(String(80), default="")
    """The room, or the name under which it is booked."""
    stay_until: Mapped[date | None]
    payment_method: Mapped[PaymentMethod] = mapped_column(choice(PaymentMethod, "payment_method"))
    total: Mapped[MoneyValue] = mapped_column(Money)
    placed_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    is_example: Mapped[bool] = mapped_column(default=False)

    user: Mapped[User | None] = relationship()
    orders: Mapped[list[Order]] = relationship(back_populates="purchase", order_by="Order.id")


class OrderState(StrEnum):
    AWAITING_PAYMENT = "awaiting-payment"
    TO_CONFIRM = "to-confirm"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Order(Model):
    """One seller's part of a purchase. Law L2: total = items_total + shipping_total − discount_total.

    `items_total` is the sum of its lines before vouchers, `discount_total` the sum of its discounts.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("purchase_id", "seller_id"),
        CheckConstraint("items_total >= 0 AND shipping_total >= 0", name="parts"),
        CheckConstraint("total = items_total + shipping_total - discount_total", name="total"),
        CheckConstraint("discount_total >= 0 AND total >= 0", name="discount"),
        CheckConstraint("(state IN ('completed', 'cancelled')) = (due_at IS NULL)", name="timer"),
        CheckConstraint("(delivery = 'gallery') = (point_id IS NOT NULL)", name="point"),
        CheckConstraint("cod_service_id IS NULL OR delivery = 'courier'", name="cod"),
        CheckConstraint("refunded BETWEEN 0 AND total", name="refunded"),
        CheckConstraint("open_returns >= 0", name="open_returns"),
        CheckConstraint("cancel_answered_at IS NULL OR cancel_asked_at IS NOT NULL", name="cancel_answered"),
        CheckConstraint("balance BETWEEN 0 AND total", name="balance"),
        CheckConstraint("balance_paid_at IS NULL OR (ready_at IS NOT NULL AND balance > 0)", name="balance_paid_at"),
        CheckConstraint(
            "balance = 0 OR balance_paid_at IS NOT NULL OR state NOT IN ('shipped', 'delivered', 'completed')",
            name="balance_first",
        ),
        CheckConstraint("kept = 0 OR (state = 'cancelled' AND kept BETWEEN 0 AND total - balance)", name="kept"),
        CheckConstraint("keeps_begun BETWEEN 0 AND 100", name="keeps_begun"),
        CheckConstraint("keeps_ready BETWEEN 0 AND 100", name="keeps_ready"),
        Index("ix_orders_due", "due_at", "id"),
        Index("ix_orders_remind", "remind_at", "id"),
        Index("ix_orders_state", "state", "id"),
        Index("ix_orders_desk", "seller_id", "state", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchases.id"), index=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    state: Mapped[OrderState] = mapped_column(choice(OrderState, "state"))
    delivery: Mapped[DeliveryKind] = mapped_column(choice(DeliveryKind, "delivery"))
    delivery_name: Mapped[str] = mapped_column(String(90), default="")
    point_id: Mapped[int | None] = mapped_column(ForeignKey("pickup_points.id"), index=True)
    cod_service_id: Mapped[int | None] = mapped_column(ForeignKey("courier_services.id"), index=True)
    """Whose couriers take the money of a cash order at the door."""
    days_max: Mapped[int] = mapped_column(default=0)
    items_total: Mapped[MoneyValue] = mapped_column(Money)
    shipping_total: Mapped[MoneyValue] = mapped_column(Money)
    discount_total: Mapped[MoneyValue] = mapped_column(Money, default=ZERO)
    total: Mapped[MoneyValue] = mapped_column(Money)
    balance: Mapped[MoneyValue] = mapped_column(Money, default=ZERO)
    """What of the total is paid when the pieces are ready: the sum of its lines' balances."""
    ready_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the seller said that what was made is ready, and the balance was asked for."""
    balance_paid_at: Mapped[datetime | None] = mapped_column(Instant)
    """The database lets nothing be on its way before."""
    keeps_begun: Mapped[int] = mapped_column(default=0)
    keeps_ready: Mapped[int] = mapped_column(default=0)
    """How much of the deposit stays with the shop when the buyer leaves while it is made, and when it is ready: percent,
    as agreed when it was ordered."""
    kept: Mapped[MoneyValue] = mapped_column(Money, default=ZERO)
    """What of the deposit stayed with the shop when it was called off."""
    refunded: Mapped[MoneyValue] = mapped_column(Money, default=ZERO)
    """What went back for pieces of it after they had come: the sum of its refund lines."""
    open_returns: Mapped[int] = mapped_column(default=0)
    """How many returns of it are not over; it is not completed before."""
    note: Mapped[str] = mapped_column(String(500), default="")
    """What the buyer says to the maker."""
    gift_message: Mapped[str] = mapped_column(String(300), default="")
    """What is written on the card that goes into the parcel."""
    ship_by: Mapped[date | None]
    """The promised day of handing over to the courier, counted in working days from payment."""
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the sweeper must act on the present state; empty only in terminal states."""
    remind_at: Mapped[datetime | None] = mapped_column(Instant)
    """When somebody is reminded once of the present state; the deadline itself is `due_at`."""
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")
    cancel_wish: Mapped[str] = mapped_column(String(300), default="")
    """Why the buyer asked to cancel what the seller was preparing already."""
    cancel_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    cancel_answered_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    purchase: Mapped[Purchase] = relationship(back_populates="orders")
    seller: Mapped[Seller] = relationship()
    point: Mapped[PickupPoint | None] = relationship()
    cod_service: Mapped[CourierService | None] = relationship()
    lines: Mapped[list[OrderLine]] = relationship(back_populates="order", order_by="OrderLine.id")
    discounts: Mapped[list[Discount]] = relationship(back_populates="order", order_by="Discount.id")
    events: Mapped[list[OrderEvent]] = relationship(back_populates="order", order_by="OrderEvent.id")
    shipments: Mapped[list[Shipment]] = relationship(back_populates="order", order_by="Shipment.id")
    proposals: Mapped[list[DayProposal]] = relationship(back_populates="order", order_by="DayProposal.id")
    progress: Mapped[list[ProgressPhoto]] = relationship(back_populates="order", order_by="ProgressPhoto.id")

    @property
    def due_first(self) -> MoneyValue:
        """What was to be paid when it was ordered."""
        return self.total - self.balance

    @property
    def deposit(self) -> MoneyValue:
        """What of the made-to-order pieces was paid before they were made, where a balance follows."""
        return total(line.paid - line.balance for line in self.lines if line.balance)

    @property
    def waits_for_balance(self) -> bool:
        """Whether it is ready and the buyer has still to pay the balance."""
        return self.state is OrderState.PROCESSING and self.ready_at is not None and self.owes_balance

    @property
    def owes_balance(self) -> bool:
        """Whether a balance has still to be paid before anything leaves."""
        return bool(self.balance) and self.balance_paid_at is None

    @property
    def proposal(self) -> DayProposal | None:
        """The other day that waits for the buyer's answer."""
        return next((one for one in self.proposals if one.answered_at is None), None)

    @property
    def is_collected(self) -> bool:
        """Whether the buyer comes for it, with a pick-up code."""
        return self.delivery in COLLECTED

    @property
    def is_unwanted(self) -> bool:
        """Whether the buyer has asked to cancel and nobody has answered."""
        return (
            self.state is OrderState.PROCESSING and self.cancel_asked_at is not None and self.cancel_answered_at is None
        )

    @property
    def is_counted(self) -> bool:
        """Whether it only counts as arrived: its time was over, nobody has said so, and no courier has."""
        by_clock = any(one.name == "deliver" and one.actor is Actor.SYSTEM for one in self.events)
        return by_clock and not any(one.scans for one in self.shipments)

    @property
    def is_partly_sent(self) -> bool:
        """Whether some pieces are out while others still wait at the workshop."""
        return self.state is OrderState.PROCESSING and any(line.shipped for line in self.lines)


class OrderLine(Model):
    """A snapshot of one variant as it was sold."""

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND unit_price >= 0", name="figures"),
        CheckConstraint("total = unit_price * quantity", name="total"),
        CheckConstraint("shipped BETWEEN 0 AND quantity", name="shipped"),
        CheckConstraint("returned BETWEEN 0 AND shipped", name="returned"),
        CheckConstraint("refunded BETWEEN 0 AND total", name="refunded"),
        CheckConstraint("taken_back BETWEEN 0 AND quantity", name="taken_back"),
        CheckConstraint("discount >= 0 AND discount <= total", name="discount"),
        CheckConstraint("deposit_percent BETWEEN 0 AND 90", name="deposit_percent"),
        CheckConstraint(
            "balance = 0 OR (deposit_percent > 0 AND balance BETWEEN 0 AND total - discount)", name="balance"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    product_code: Mapped[str] = mapped_column(Code)
    title: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(120), default="")
    choices: Mapped[str] = mapped_column(String(200), default="")
    choices_en: Mapped[str] = mapped_column(String(200), default="")
    sku: Mapped[str | None] = mapped_column(String(40))
    maker_name: Mapped[str] = mapped_column(String(90), default="")
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))
    fulfilment: Mapped[Fulfilment] = mapped_column(choice(Fulfilment, "fulfilment"))
    days: Mapped[int] = mapped_column(default=0)
    unit_price: Mapped[MoneyValue] = mapped_column(Money)
    quantity: Mapped[int] = mapped_column(Quantity)
    total: Mapped[MoneyValue] = mapped_column(Money)
    discount: Mapped[MoneyValue] = mapped_column(Money, default=ZERO)
    """What vouchers took off: the sum of this line's discounts."""
    deposit_percent: Mapped[int] = mapped_column(default=0)
    """How much of it was paid when it was ordered; 0: everything."""
    balance: Mapped[MoneyValue] = mapped_column(Money, default=ZERO)
    """What of it is paid when it is ready."""
    weight: Mapped[int] = mapped_column(Quantity)
    shipped: Mapped[int] = mapped_column(Quantity, default=0)
    """How many have been handed over: the sum of this line's shipments."""
    returned: Mapped[int] = mapped_column(Quantity, default=0)
    """How many lie in a return that the buyer has not given up."""
    refunded: Mapped[MoneyValue] = mapped_column(Money, default=ZERO)
    """What of their price went back, without shipping."""
    taken_back: Mapped[int] = mapped_column(Quantity, default=0, server_default="0")
    """How many came back for good although the buyer had paid nothing for them: vouchers paid for all of it."""

    personal: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    """What the buyer had made personal, in the words of the questions then (`personal.Answer`); its extras are part of
    `unit_price`."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("personal_files.id"), index=True)

    order: Mapped[Order] = relationship(back_populates="lines")
    image: Mapped[Image | None] = relationship()
    file: Mapped[PersonalFile | None] = relationship()

    @property
    def answers(self) -> list[Answer]:
        return answers_of(self.personal)

    @property
    def is_made_to_order(self) -> bool:
        return self.fulfilment is Fulfilment.MADE_TO_ORDER

    @property
    def is_for_one_person(self) -> bool:
        """Whether it was made for this buyer, so that nobody else would take it."""
        return self.is_made_to_order or bool(self.personal)

    @property
    def paid(self) -> MoneyValue:
        """What the buyer paid for it, vouchers taken off."""
        return self.total - self.discount

    @property
    def left(self) -> int:
        """How many still wait to be sent."""
        return self.quantity - self.shipped


class Discount(Model):
    """What one voucher took off one line, or off the delivery (`line_id` is empty), and who pays for it: two rows where
    two share it."""

    __tablename__ = "discounts"
    __table_args__ = (
        UniqueConstraint("order_id", "line_id", "voucher", "payer"),
        CheckConstraint("total > 0", name="total"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("order_lines.id"), index=True)
    voucher: Mapped[str] = mapped_column(ForeignKey("vouchers.code"), index=True)
    payer: Mapped[Payer] = mapped_column(choice(Payer, "payer"))
    total: Mapped[MoneyValue] = mapped_column(Money)

    order: Mapped[Order] = relationship(back_populates="discounts")
    line: Mapped[OrderLine | None] = relationship()


class Shipment(Model):
    """One parcel of an order. `courier` and `number` are empty for what is picked up or brought by the seller."""

    __tablename__ = "shipments"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    courier: Mapped[str] = mapped_column(String(40), default="")
    number: Mapped[str] = mapped_column(String(40), default="")
    shipped_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    scans: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """What the courier says has happened: `at` (ISO instant) and `text` in the courier's own words, oldest first."""
    followed_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the courier was last asked about it."""
    unsent_at: Mapped[datetime | None] = mapped_column(Instant)
    """No parcel at all: when an operator said that these pieces do not come."""

    order: Mapped[Order] = relationship(back_populates="shipments")
    lines: Mapped[list[ShipmentLine]] = relationship(back_populates="shipment", order_by="ShipmentLine.line_id")


class ShipmentLine(Model):
    """How many pieces of one line lie in one parcel."""

    __tablename__ = "shipment_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), primary_key=True, index=True)
    quantity: Mapped[int] = mapped_column(Quantity)

    shipment: Mapped[Shipment] = relationship(back_populates="lines")
    line: Mapped[OrderLine] = relationship()


class OrderEvent(Model):
    """One step of an order's life, for the timeline. `actor` is buyer, seller, operator or system."""

    __tablename__ = "order_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    actor: Mapped[Actor] = mapped_column(choice(Actor, "actor"))
    actor_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    order: Mapped[Order] = relationship(back_populates="events")


class ProgressPhoto(PrivatePicture, Model):
    """A picture of the work on what was ordered, with the maker's words. Private: its buyer, its shop and operators see
    it. `files` are two [format, width, height, size, sha256], the small one first, in the private storage; a picture
    that is sent twice is kept once.
    """

    __tablename__ = "progress_photos"
    FOLDER = "progress/"
    __table_args__ = (UniqueConstraint("order_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(20))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    words: Mapped[str] = mapped_column(String(300), default="")
    digest: Mapped[str] = mapped_column(String(64))
    shown_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    order: Mapped[Order] = relationship(back_populates="progress")


class DayAnswer(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """The order was sent or called off before anybody answered."""


class DayProposal(Model):
    """Another day that a seller proposes for an order; at most one waits for an answer."""

    __tablename__ = "day_proposals"
    __table_args__ = (
        CheckConstraint("new_on > first_on", name="later"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        Index("ix_day_proposals_order", "order_id", "id"),
        Index(
            "uq_day_proposals_open",
            "order_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    first_on: Mapped[date]
    new_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    answer: Mapped[DayAnswer | None] = mapped_column(choice(DayAnswer, "answer"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)

    order: Mapped[Order] = relationship(back_populates="proposals")
