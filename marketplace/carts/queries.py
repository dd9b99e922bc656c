"""A cart as pages show it: plain values, loaded in at most five queries; three more where makers have a queue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from catalog import clock
from catalog.db import db
from catalog.inventory import promises, workdays
from catalog.inventory.models import Stock
from catalog.makers.models import Maker
from catalog.media.models import Image
from catalog.money import ZERO, Money, total
from catalog.places.models import District
from catalog.products.models import (
    Fulfilment,
    OptionValue,
    Product,
    ProductPicture,
    ProductState,
    Variant,
    variant_values,
)
from catalog.products.prices import Break, next_break, unit_price
from catalog.text import N_
from marketplace.carts.models import GIFT_MAX, NOTE_MAX, Cart, CartLine, CartWords, Notice, Owner
from marketplace.sellers.models import Seller, SellerState


@dataclass(frozen=True, slots=True)
class LineView:
    """One line. `unit_price` is what a piece costs at this quantity, `base_price` what a single one does; `cheaper` is
    the next price break (from how many pieces, at which price each). `available` is None for a piece made to order; `ready_on` is the day of handing over if bought now."""

    code: str
    variant_id: int
    variant_code: str
    seller_id: int
    product_code: str
    product_slug: str
    title: str
    title_en: str
    choices: str
    choices_en: str
    maker_name: str
    sku: str | None
    image: Image | None
    unit_price: Money
    base_price: Money
    cheaper: Break | None
    seen_price: Money
    quantity: int
    total: Money
    available: int | None
    problem: Notice | None
    is_made_to_order: bool
    days: int
    ready_on: date
    weight: int
    box: tuple[int, int, int]

    @property
    def is_buyable(self) -> bool:
        return self.problem is None

    @property
    def price_changed(self) -> bool:
        return self.base_price != self.seen_price

    @property
    def saved(self) -> Money:
        """What the price break saves in this line."""
        return (self.base_price - self.unit_price) * self.quantity


@dataclass(frozen=True, slots=True)
class SellerGroup:
    """One seller's part of the cart; `days` is the longest of its lines, `minimum` the least that its pieces must cost.
    `note` and `gift_message` are what the buyer says to the seller, empty for nothing."""

    id: int
    code: str
    slug: str
    name: str
    district_code: str
    place_name: str
    is_open: bool
    accepts_cash: bool
    lines: tuple[LineView, ...]
    items_total: Money
    days: int
    ready_on: date
    minimum: Money
    note: str
    gift_message: str

    @property
    def shortfall(self) -> Money:
        """How much is missing to the seller's least order; zero when nothing is."""
        return max(self.minimum - self.items_total, ZERO)

    @property
    def says_too_much(self) -> bool:
        """Whether what was put together at sign-in is too long to be sent."""
        return len(self.note) > NOTE_MAX or len(self.gift_message) > GIFT_MAX


@dataclass(frozen=True, slots=True)
class CartView:
    code: str
    checkout_key: str
    sellers: tuple[SellerGroup, ...]
    pieces: int
    items_total: Money

    @property
    def lines(self) -> list[LineView]:
        return [line for group in self.sellers for line in group.lines]

    @property
    def is_empty(self) -> bool:
        return not self.sellers

    @property
    def is_buyable(self) -> bool:
        """Whether there is something in it, every line can be bought now, and each seller's part is large enough."""
        return bool(self.sellers) and all(line.is_buyable for line in self.lines) and not self.falls_short

    @property
    def falls_short(self) -> bool:
        """Whether a seller's part is below the least that the seller takes."""
        return any(group.shortfall for group in self.sellers)

    @property
    def has_changes(self) -> bool:
        """Whether a price has moved since the buyer put the piece here, or a line can no longer be bought."""
        return any(line.price_changed or not line.is_buyable for line in self.lines)


EMPTY = CartView(code="", checkout_key="", sellers=(), pieces=0, items_total=Money(0))


def find_cart(owner: Owner) -> Cart | None:
    """The owner's cart; None before anything was put into it."""
    return db.session.scalar(select(Cart).filter_by(**owner.keys)) if owner.keys else None


def count_pieces(owner: Owner) -> int:
    """How many pieces lie in the owner's cart."""
    if not owner.keys:
        return 0
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(CartLine.quantity), 0))
            .join(Cart, Cart.id == CartLine.cart_id)
            .where(*(getattr(Cart, name) == value for name, value in owner.keys.items()))
        )
        or 0
    )


def read_cart(owner: Owner) -> CartView:
    """The owner's cart grouped per seller, in the order in which things were put in; `EMPTY` for none."""
    cart = find_cart(owner)
    if cart is None:
        return EMPTY
    rows = db.session.execute(_lines(), {"cart": cart.id}).all()
    choices = list_choices([row.Variant.id for row in rows])
    images = list_lead_images([(row.Product.id, row.Variant.id) for row in rows])
    today = clock.today()
    ready = _ready_days(rows, today)
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.Variant.seller_id].append(row)
    sellers = tuple(_group(part, choices, images, ready, today) for part in groups.values())
    return CartView(
        code=cart.code,
        checkout_key=cart.checkout_key,
        sellers=sellers,
        pieces=sum(row.CartLine.quantity for row in rows),
        items_total=total(group.items_total for group in sellers),
    )


def _ready_days(rows: Sequence[Any], today: date) -> dict[int, date | None]:
    """Per variant id of what is made to order the day on which its maker's queue has it ready; None: no room for it.

    In the order in which checkout takes the places, so that a cart with several such pieces is promised what it gets.
    """
    made = sorted((row for row in rows if row.Variant.is_made_to_order), key=lambda row: row.Variant.id)
    demands = [promises.Demand(one.Product.maker_id, one.Variant.lead_days or 0, one.CartLine.quantity) for one in made]
    planned = promises.plan(demands, today) if demands else []
    return {one.Variant.id: max(days) if days else None for one, days in zip(made, planned, strict=True)}


def list_choices(variant_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """What was chosen per variant id, Indonesian and English: `XL · Hitam`."""
    named: dict[int, list[tuple[str, str]]] = defaultdict(list)
    if variant_ids:
        for variant_id, name, name_en in db.session.execute(_choices(), {"variants": list(set(variant_ids))}):
            named[variant_id].append((name, name_en or name))
    return {
        variant_id: (" · ".join(one for one, _ in pairs)[:200], " · ".join(one for _, one in pairs)[:200])
        for variant_id, pairs in named.items()
    }


@cache
def _choices() -> Any:
    return (
        select(variant_values.c.variant_id, OptionValue.name, OptionValue.name_en)
        .join(OptionValue, OptionValue.id == variant_values.c.value_id)
        .where(variant_values.c.variant_id.in_(bindparam("variants", expanding=True)))
        .order_by(OptionValue.option_id)
    )


def list_lead_images(pairs: Sequence[tuple[int, int]]) -> dict[int, Image]:
    """The picture per variant id for (product id, variant id) pairs: the variant's own, else the product's first."""
    if not pairs:
        return {}
    products = {product_id for product_id, _ in pairs}
    variants = {variant_id for _, variant_id in pairs}
    pictures = db.session.scalars(_pictures(), {"products": list(products), "variants": list(variants)})
    of_product: dict[int, Image] = {}
    of_variant: dict[int, Image] = {}
    for picture in pictures:
        of_product[picture.product_id] = picture.image
        if picture.variant_id is not None:
            of_variant[picture.variant_id] = picture.image
    found = {variant_id: of_variant.get(variant_id, of_product.get(product_id)) for product_id, variant_id in pairs}
    return {variant_id: image for variant_id, image in found.items() if image is not None}


@cache
def _pictures() -> Any:
    first = (
        select(ProductPicture.product_id, func.min(ProductPicture.position).label("position"))
        .where(ProductPicture.product_id.in_(bindparam("products", expanding=True)))
        .group_by(ProductPicture.product_id)
        .subquery()
    )
    own = ProductPicture.variant_id.in_(bindparam("variants", expanding=True))
    return (
        select(ProductPicture)
        .join(first, first.c.product_id == ProductPicture.product_id)
        .where(or_(ProductPicture.position == first.c.position, own))
        .order_by(ProductPicture.position.desc())
        .options(joinedload(ProductPicture.image))
    )


def obstacle(row: Any, wanted: int) -> Notice | None:
    """Why `wanted` pieces of what `row` (see `offers`) tells of cannot be bought now; None when they can."""
    if row.Product.state is not ProductState.LIVE or not row.Variant.is_active:
        return Notice(N_("This piece is no longer on sale."))
    if row.seller_state is not SellerState.OPEN:
        return Notice(N_("This shop is closed at the moment."))
    if row.Variant.fulfilment is Fulfilment.MADE_TO_ORDER:
        return None
    free = int(row.available or 0)
    if free <= 0:
        return Notice(N_("Sold out"))
    if free < wanted:
        return Notice(N_("Only %(available)s left."), {"available": free})
    return None


@cache
def offers() -> Any:
    """A select of variants with all that decides whether they can be bought; add a where-clause.

    Composed once, as are the statements below: writing a long SELECT costs as much as carrying it out.
    """
    return (
        select(
            Variant,
            Product,
            Maker.name.label("maker_name"),
            Seller.code.label("seller_code"),
            Seller.slug.label("seller_slug"),
            Seller.name.label("seller_name"),
            Seller.state.label("seller_state"),
            Seller.accepts_cash,
            Seller.minimum_order,
            Seller.district_code,
            District.name.label("district_name"),
            (Stock.on_hand - Stock.reserved).label("available"),
        )
        .select_from(Variant)
        .join(Product, Product.id == Variant.product_id)
        .join(Maker, Maker.id == Product.maker_id)
        .join(Seller, Seller.id == Variant.seller_id)
        .join(District, District.code == Seller.district_code)
        .outerjoin(Stock, Stock.variant_id == Variant.id)
        .options(selectinload(Variant.breaks))
        # What a buyer sees must be what the database holds, also for rows that this session has read before.
        .execution_options(populate_existing=True)
    )


@cache
def _lines() -> Any:
    return (
        offers()
        .add_columns(CartLine, CartWords.note, CartWords.gift_message)
        .join(CartLine, CartLine.variant_id == Variant.id)
        .outerjoin(CartWords, and_(CartWords.cart_id == CartLine.cart_id, CartWords.seller_id == Variant.seller_id))
        .where(CartLine.cart_id == bindparam("cart"))
        .order_by(CartLine.id)
    )


def _line(
    row: Any,
    choices: dict[int, tuple[str, str]],
    images: dict[int, Image],
    ready: dict[int, date | None],
    today: date,
) -> LineView:
    line, variant, product = row.CartLine, row.Variant, row.Product
    problem = obstacle(row, line.quantity)
    if not variant.is_made_to_order:
        days = variant.dispatch_days
    elif (promised := ready[variant.id]) is not None:
        days = max(variant.lead_days or 0, workdays.between(today, promised))
    else:
        days = variant.lead_days or 0
        problem = problem or Notice(promises.TOO_MANY, {"product": product.title})
    breaks = [(one.quantity, one.price) for one in variant.breaks]
    each = unit_price(variant.price, breaks, line.quantity)
    chosen, chosen_en = choices.get(variant.id, ("", ""))
    return LineView(
        code=line.code,
        variant_id=variant.id,
        variant_code=variant.code,
        seller_id=variant.seller_id,
        product_code=product.code,
        product_slug=product.slug,
        title=product.title,
        title_en=product.title_en or product.title,
        choices=chosen,
        choices_en=chosen_en,
        maker_name=row.maker_name,
        sku=variant.sku,
        image=images.get(variant.id),
        unit_price=each,
        base_price=variant.price,
        cheaper=next_break(breaks, line.quantity),
        seen_price=line.seen_price,
        quantity=line.quantity,
        total=each * line.quantity,
        available=None if variant.is_made_to_order else int(row.available or 0),
        problem=problem,
        is_made_to_order=variant.is_made_to_order,
        days=days,
        ready_on=workdays.add(today, days),
        weight=variant.weight,
        box=(variant.box_length, variant.box_width, variant.box_height),
    )


def _group(
    rows: Iterable[Any],
    choices: dict[int, tuple[str, str]],
    images: dict[int, Image],
    ready: dict[int, date | None],
    today: date,
) -> SellerGroup:
    rows = list(rows)
    lines = tuple(_line(row, choices, images, ready, today) for row in rows)
    first = rows[0]
    days = max(line.days for line in lines)
    return SellerGroup(
        id=first.Variant.seller_id,
        code=first.seller_code,
        slug=first.seller_slug,
        name=first.seller_name,
        district_code=first.district_code,
        place_name=first.district_name,
        is_open=first.seller_state is SellerState.OPEN,
        accepts_cash=first.accepts_cash,
        lines=lines,
        items_total=total(line.total for line in lines),
        days=days,
        ready_on=workdays.add(today, days),
        minimum=first.minimum_order,
        note=first.note or "",
        gift_message=first.gift_message or "",
    )
