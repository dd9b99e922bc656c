"""Document: the number and the letterhead of an invoice or a receipt. Series: the last number given, per kind and year."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from catalog import clock
from catalog.db import Instant, Model, Quantity, choice
from marketplace.documents import triggers


class DocumentKind(StrEnum):
    INVOICE = "invoice"
    """What an order costs; given when it is placed."""
    RECEIPT = "receipt"
    """That it was paid; given with the first payment for it."""


LETTERS = {DocumentKind.INVOICE: "INV", DocumentKind.RECEIPT: "KW"}


class Series(Model):
    """How far the numbers of one kind and year have come. Its row is held from the drawing of a number to the commit, so
    that a purchase which fails gives its numbers back and no gap is left."""

    __tablename__ = "document_series"

    kind: Mapped[DocumentKind] = mapped_column(choice(DocumentKind, "kind"), primary_key=True)
    year: Mapped[int] = mapped_column(Quantity, primary_key=True)
    last: Mapped[int] = mapped_column(Quantity)


class Document(Model):
    """One paper about one order. Nothing of it is ever changed (see `triggers`): number, day, and who sold under which name and address,
    and with which PPN in the price, stay what they were."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("kind", "year", "number"),
        UniqueConstraint("order_id", "kind"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("ppn BETWEEN 0 AND 2000", name="ppn"),
        CheckConstraint("(ppn = 0) = (tax_number = '')", name="taxed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DocumentKind] = mapped_column(choice(DocumentKind, "kind"))
    year: Mapped[int] = mapped_column(Quantity)
    number: Mapped[int] = mapped_column(Quantity)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    issued_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    seller_name: Mapped[str] = mapped_column(String(90))
    seller_address: Mapped[str] = mapped_column(String(200), default="")
    seller_place: Mapped[str] = mapped_column(String(200), default="")
    tax_number: Mapped[str] = mapped_column(String(16), default="")
    """The NPWP of a shop that was a taxable entrepreneur (PKP) on that day, else empty."""
    ppn: Mapped[int] = mapped_column(Quantity, default=0)
    """How much PPN the prices contain, in hundredths of a percent."""

    @property
    def text(self) -> str:
        """`INV/2026/000123`."""
        return f"{LETTERS[self.kind]}/{self.year}/{self.number:06}"


Document.__table__.add_is_dependent_on(Series.__table__)  # type: ignore[attr-defined]
event.listen(Document.__table__, "after_create", triggers.make)
