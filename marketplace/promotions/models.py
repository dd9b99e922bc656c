"""Voucher, Fund, VoucherUse and Redemption.

Law L6: `Voucher.used` is the number of its standing redemptions and never above `most_uses`; a person's uses are never
above `most_each`; `Fund.committed` is what standing redemptions take from it and never above the budget. All of them
change by conditional UPDATE only, so that two hundred buyers at once cannot use what was meant for one.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.crafts.models import Craft
from catalog.db import Base, Code, Instant, Model, Money, Quantity, choice, code_of
from catalog.money import ZERO
from catalog.money import Money as MoneyValue
from marketplace.accounts.models import User
from marketplace.sellers.models import Seller


class VoucherKind(StrEnum):
    PERCENTAGE = "percentage"
    FIXED = "fixed"
    SHIPPING = "shipping"


class Payer(StrEnum):
    """Whose money a discount is."""

    SELLER = "seller"
    PLATFORM = "platform"
    PROGRAMME = "programme"


class Fund(Model):
    """What a programme (of Dekranasda, of a regency, of a sponsor) has set aside for vouchers."""

    __tablename__ = "funds"
    __table_args__ = (CheckConstraint("committed >= 0 AND committed <= budget", name="budget"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(8))
    name: Mapped[str] = mapped_column(String(80), unique=True)
    budget: Mapped[MoneyValue] = mapped_column(Money)
    committed: Mapped[MoneyValue] = mapped_column(Money, default=ZERO)
    """What standing redemptions take from it."""
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    @property
    def left(self) -> MoneyValue:
        return self.budget - self.committed


voucher_crafts = Table(
    "voucher_crafts",
    Base.metadata,
    Column("voucher_id", ForeignKey("vouchers.id"), primary_key=True),
    Column("craft_id", ForeignKey("crafts.id"), primary_key=True, index=True),
)


class Voucher(Model):
    """A code that takes something off. It is never edited, only stopped: what people were promised stays.

    It is for the pieces of one seller, or of some crafts, or for everything. `cap` bounds a percentage and a shipping
    voucher; `minimum` is what the pieces that it is for must cost before anything is taken off.
    """

    __tablename__ = "vouchers"
    __table_args__ = (
        CheckConstraint("(kind = 'percentage') = (percent IS NOT NULL)", name="percent_of_kind"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        CheckConstraint("(kind = 'fixed') = (worth IS NOT NULL)", name="worth_of_kind"),
        CheckConstraint("worth > 0", name="worth"),
        CheckConstraint("cap IS NULL OR (cap > 0 AND kind <> 'fixed')", name="cap"),
        CheckConstraint("minimum >= 0", name="minimum"),
        CheckConstraint("used >= 0 AND (most_uses IS NULL OR used <= most_uses)", name="used"),
        CheckConstraint("most_uses > 0", name="most_uses"),
        CheckConstraint("most_each > 0", name="most_each"),
        CheckConstraint("(payer = 'programme') = (fund_id IS NOT NULL)", name="fund"),
        CheckConstraint("payer <> 'seller' OR seller_id IS NOT NULL", name="seller"),
        CheckConstraint(
            "shop_percent = 0 OR (shop_percent BETWEEN 1 AND 99 AND payer = 'platform' AND seller_id IS NOT NULL)",
            name="shared",
        ),
        CheckConstraint("ends_at > starts_at", name="span"),
        Index("ix_vouchers_of_seller", "seller_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True)
    """What buyers type: 4 to 20 capital letters and digits."""
    kind: Mapped[VoucherKind] = mapped_column(choice(VoucherKind, "kind"))
    percent: Mapped[int | None] = mapped_column(Quantity)
    worth: Mapped[MoneyValue | None] = mapped_column(Money)
    cap: Mapped[MoneyValue | None] = mapped_column(Money)
    minimum: Mapped[MoneyValue] = mapped_column(Money, default=ZERO)
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("sellers.id"))
    payer: Mapped[Payer] = mapped_column(choice(Payer, "payer"))
    shop_percent: Mapped[int] = mapped_column(Quantity, default=0)
    """How much of what the marketplace takes off the pieces of one shop that shop has agreed to bear."""
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("funds.id"), index=True)
    most_uses: Mapped[int | None] = mapped_column(Quantity)
    most_each: Mapped[int | None] = mapped_column(Quantity)
    used: Mapped[int] = mapped_column(Quantity, default=0)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    is_example: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    seller: Mapped[Seller | None] = relationship()
    fund: Mapped[Fund | None] = relationship()
    crafts: Mapped[list[Craft]] = relationship(secondary=voucher_crafts, order_by=Craft.id)
    made_by: Mapped[User | None] = relationship()

    @property
    def slot(self) -> tuple[str, int]:
        """A purchase takes one voucher per slot: one of each shop that pays itself, one for pieces, one for shipping."""
        if self.payer is Payer.SELLER:
            return ("seller", self.seller_id or 0)
        return ("shipping", 0) if self.kind is VoucherKind.SHIPPING else ("pieces", 0)

    @property
    def state(self) -> str:
        """`stopped`, `over`, `coming`, `used-up` or `running`, as of now."""
        now = clock.now()
        if self.stopped_at is not None:
            return "stopped"
        if self.ends_at <= now:
            return "over"
        if self.starts_at > now:
            return "coming"
        return "used-up" if self.most_uses is not None and self.used >= self.most_uses else "running"


class VoucherUse(Model):
    """How often a person uses a voucher. `person` is a hash that means nothing beside another voucher."""

    __tablename__ = "voucher_uses"
    __table_args__ = (CheckConstraint("used >= 0", name="used"),)

    voucher_id: Mapped[int] = mapped_column(ForeignKey("vouchers.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    used: Mapped[int] = mapped_column(Quantity, default=0)


class Redemption(Model):
    """One voucher in one purchase. `given` is what it took off; `stands` what of it belongs to orders still alive."""

    __tablename__ = "redemptions"
    __table_args__ = (
        UniqueConstraint("voucher_id", "purchase_code"),
        CheckConstraint("given > 0", name="given"),
        CheckConstraint("stands >= 0 AND stands <= given", name="stands"),
        CheckConstraint("(stands = 0) = (released_at IS NOT NULL)", name="released"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("vouchers.id"))
    purchase_code: Mapped[str] = mapped_column(ForeignKey("purchases.code"), index=True)
    given: Mapped[MoneyValue] = mapped_column(Money)
    stands: Mapped[MoneyValue] = mapped_column(Money)
    persons: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """The hashes under which it was counted (see VoucherUse)."""
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    voucher: Mapped[Voucher] = relationship()
