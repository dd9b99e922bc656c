"""Finding vouchers, and saying what one does for a cart or why it does nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from catalog import clock
from catalog.db import db
from catalog.money import Money, total
from catalog.products.models import Product, Variant
from catalog.text import N_
from marketplace.promotions.models import Fund, Voucher, VoucherKind, VoucherUse
from marketplace.promotions.persons import hidden
from marketplace.sellers.models import Seller

UNKNOWN = N_("We do not know this code. Please compare it letter by letter.")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a voucher takes nothing off: a gettext id with its parameters."""

    message: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of a cart, as far as vouchers care; `seller` and `variant` are codes."""

    variant: str
    seller: str
    seller_id: int
    total: Money


@dataclass(frozen=True, slots=True)
class Examined:
    """A voucher held against a cart: the variants and sellers (codes) that it is for, or why it does nothing."""

    voucher: Voucher
    variants: frozenset[str]
    sellers: frozenset[str]
    refusal: Refusal | None

    @property
    def code(self) -> str:
        return self.voucher.code


def fold(typed: str) -> str:
    """A code as it is kept: capitals, without the blanks and dashes that people add."""
    return "".join(one for one in typed.upper() if one not in " -\t\u00a0")[:26]


def find_voucher(code: str) -> Voucher | None:
    """Any voucher by its code as kept, with its seller, fund and crafts."""
    return db.session.scalar(_whole().where(Voucher.code == code))


def find_vouchers(codes: Collection[str]) -> list[Voucher]:
    """Those of these codes that exist, in their order."""
    if not codes:
        return []
    found = {one.code: one for one in db.session.scalars(_whole().where(Voucher.code.in_(set(codes))))}
    return [found[code] for code in codes if code in found]


def find_voucher_of(seller: Seller, code: str) -> Voucher | None:
    """A voucher that this seller made and pays."""
    return db.session.scalar(_whole().where(Voucher.code == code, *_own(seller)))


def list_vouchers(after: str | None = None, limit: int = 30, seller: Seller | None = None) -> list[Voucher]:
    """Vouchers, newest first: all, or those that one seller made and pays."""
    query = _whole().order_by(Voucher.id.desc()).limit(limit)
    if seller is not None:
        query = query.where(Voucher.seller_id == seller.id, or_(Voucher.payer == "seller", Voucher.shop_percent > 0))
    if after:
        query = query.where(Voucher.id < select(Voucher.id).where(Voucher.code == after).scalar_subquery())
    return list(db.session.scalars(query))


def list_funds() -> list[Fund]:
    return list(db.session.scalars(select(Fund).order_by(Fund.name)))


def find_fund(code: str) -> Fund | None:
    return db.session.scalar(select(Fund).where(Fund.code == code))


def examine(codes: Collection[str], pieces: Sequence[Piece], names: list[str]) -> list[Examined]:
    """The known ones of `codes` against a cart, in the order of `codes`; `names` tell who buys (`persons_of`)."""
    if not codes:
        return []
    found = {one.code: one for one in db.session.scalars(_whole().where(Voucher.code.in_(set(codes))))}
    crafts = _crafts_of(pieces) if any(one.crafts for one in found.values()) else {}
    taken: set[tuple[str, int]] = set()
    examined = []
    for code in dict.fromkeys(codes):
        voucher = found.get(code)
        if voucher is None:
            continue
        mine = [one for one in pieces if _is_for(voucher, one, crafts)]
        refusal = _why_not(voucher, mine, names)
        if refusal is None and voucher.slot in taken:
            refusal = Refusal(N_("Only one voucher of this kind goes with an order."))
        if refusal is None:
            taken.add(voucher.slot)
        variants, sellers = frozenset(one.variant for one in mine), frozenset(one.seller for one in mine)
        examined.append(Examined(voucher, variants, sellers, refusal))
    return examined


def why_closed(voucher: Voucher) -> Refusal | None:
    """Why nobody can use it now; None while it runs."""
    now = clock.now()
    if voucher.stopped_at is not None or voucher.ends_at <= now:
        return Refusal(N_("Voucher %(voucher)s has run out."), {"voucher": voucher.code})
    if voucher.starts_at > now:
        return Refusal(N_("Voucher %(voucher)s is not valid yet."), {"voucher": voucher.code})
    is_used_up = voucher.most_uses is not None and voucher.used >= voucher.most_uses
    if is_used_up or (voucher.fund is not None and not voucher.fund.left):
        return used_up(voucher.code)
    return None


def used_up(code: str) -> Refusal:
    return Refusal(N_("Voucher %(voucher)s is used up: others were faster."), {"voucher": code})


def used_by_you(voucher: Voucher) -> Refusal:
    if voucher.most_each == 1:
        return Refusal(
            N_("Voucher %(voucher)s is for one order per person, and you have used it."), {"voucher": voucher.code}
        )
    message = N_("Voucher %(voucher)s is for %(most)s orders per person, and you have used it for all of them.")
    return Refusal(message, {"voucher": voucher.code, "most": voucher.most_each})


def _why_not(voucher: Voucher, mine: Sequence[Piece], names: list[str]) -> Refusal | None:
    closed = why_closed(voucher)
    if closed is not None:
        return closed
    if not mine:
        if voucher.seller is not None:
            message = N_("Voucher %(voucher)s is for pieces of %(seller)s only.")
            return Refusal(message, {"voucher": voucher.code, "seller": voucher.seller.name})
        return Refusal(N_("Voucher %(voucher)s is not for these pieces."), {"voucher": voucher.code})
    missing = voucher.minimum - total(one.total for one in mine)
    if missing.rupiah > 0:
        message = N_("Voucher %(voucher)s begins at %(least)s: %(missing)s more, please.")
        return Refusal(message, {"voucher": voucher.code, "least": voucher.minimum, "missing": missing})
    if voucher.most_each is not None and names:
        used = db.session.scalars(
            select(VoucherUse.used).where(
                VoucherUse.voucher_id == voucher.id, VoucherUse.person.in_(hidden(voucher.code, names))
            )
        )
        if any(one >= voucher.most_each for one in used):
            return used_by_you(voucher)
    return None


def _is_for(voucher: Voucher, piece: Piece, crafts: dict[str, int | None]) -> bool:
    if voucher.seller_id is not None and piece.seller_id != voucher.seller_id:
        return False
    return not voucher.crafts or crafts.get(piece.variant) in {one.id for one in voucher.crafts}


def _crafts_of(pieces: Sequence[Piece]) -> dict[str, int | None]:
    query = select(Variant.code, Product.craft_id).join(Product, Product.id == Variant.product_id)
    return dict(db.session.execute(query.where(Variant.code.in_({one.variant for one in pieces}))).all())  # type: ignore[arg-type]


def _own(seller: Seller) -> tuple[Any, ...]:
    return (Voucher.seller_id == seller.id, Voucher.payer == "seller")


def _whole() -> Any:
    return (
        select(Voucher)
        .options(joinedload(Voucher.seller), joinedload(Voucher.fund), selectinload(Voucher.crafts))
        .execution_options(populate_existing=True)
    )


__all__ = [
    "UNKNOWN", "Examined", "Piece", "Refusal", "VoucherKind", "examine", "find_fund", "find_voucher", "find_voucher_of", "find_vouchers", "fold",
    "list_funds", "list_vouchers", "used_by_you", "used_up", "why_closed",
]  # fmt: skip
