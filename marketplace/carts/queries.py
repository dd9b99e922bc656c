"""A cart as pages show it: plain values, loaded in three queries; one more where something is made to order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, exists, select

from catalog import clock
from catalog.db import db
from catalog.inventory import promises
from catalog.inventory.holds import held_by_others
from catalog.inventory.models import Stock
from catalog.inventory.workdays import EVERYBODY, Calendar, Closure
from catalog.makers.models import Maker
from catalog.money import ZERO, Money, total
from catalog.places.models import District
from catalog.products.models import PriceBreak, Product, ProductState, Variant
from catalog.products.personal import Answer, answers_of, asked_again, extra, fields_of
from catalog.products.prices import Break, next_break, unit_price
from catalog.search.cards import CardImage
from catalog.text import N_
from marketplace.carts.counting import MADE, countable, pieces_of, ready_days, together
from marketplace.carts.holding import times_of
from marketplace.carts.models import GIFT_MAX, NOTE_MAX, Cart, CartLine, CartWords, Notice, Owner
from marketplace.carts.naming import list_lead_images, list_told
from marketplace.sellers.models import Seller, SellerState

ASKED_ANEW = N_("The maker now asks for other details. Please look at what is made for you.")
SOLD_OUT = N_("Sold out")
HELD = N_("Others are at the checkout with the last ones. Please look again in a few minutes.")


@dataclass(frozen=True, slots=True)
class LineView:
    """One line. `unit_price` is what a piece costs among those of all lines of its variant (`together`), `base_price` what
    a single one does, both with what was made `personal` (told apart by `personal_key`); `cheaper` is the next price break.
    `available` is None for a piece made to order; `ready_on` is the day of handing over if bought now."""

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
    image: CardImage | None
    image_id: int | None
    unit_price: Money
    base_price: Money
    cheaper: Break | None
    seen_price: Money
    quantity: int
    together: int
    total: Money
    available: int | None
    problem: Notice | None
    is_made_to_order: bool
    days: int
    ready_on: date
    weight: int
    box: tuple[int, int, int]
    news: Notice | None = None
    """What happened to the stock since the buyer last looked: told until they have seen it."""
    deposit_percent: int = 0
    """How much of it is paid when it is ordered; 0: everything."""
    personal: tuple[Answer, ...] = ()
    personal_key: str = ""
    file_id: int | None = None
    asks: bool = False

    @property
    def key(self) -> str:
        """What tells this line from every other one of the cart: the variant, and how it was made personal."""
        return f"{self.variant_code}~{self.personal_key}" if self.personal_key else self.variant_code

    @property
    def is_buyable(self) -> bool:
        return self.problem is None

    @property
    def is_sold_out(self) -> bool:
        """Whether it is still on sale, and none is left."""
        return self.problem is not None and self.problem.message == SOLD_OUT

    @property
    def is_held(self) -> bool:
        """Whether others keep it at the checkout for the moment."""
        return self.problem is not None and self.problem.message == HELD

    @property
    def price_changed(self) -> bool:
        return self.seen_price not in (self.unit_price, self.base_price)

    @property
    def saved(self) -> Money:  # by the price break
        return (self.base_price - self.unit_price) * self.quantity


@dataclass(frozen=True, slots=True)
class SellerGroup:
    """One seller's part of the cart; `items_total` is of what can be bought now, `days` the longest of its lines, `minimum`
    the least that it must cost. `note` and `gift_message`: what the buyer says to the seller; `closure`: the present one."""

    id: int
    code: str
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
    calendar: Calendar
    closure: Closure | None

    @property
    def is_away(self) -> bool:
        """Whether days on which only this seller is away lie before its hand-over."""
        return self.ready_on != EVERYBODY.add(clock.today(), self.days)

    @property
    def shortfall(self) -> Money:
        """How much is missing to the seller's least order; zero when nothing is."""
        return max(self.minimum - self.items_total, ZERO)

    @property
    def says_too_much(self) -> bool:
        """Whether what was put together at sign-in is too long to be sent."""
        return len(self.note) > NOTE_MAX or len(self.gift_message) > GIFT_MAX


@dataclass(frozen=True, slots=True)
class SavedGroup:
    """What was set aside of one seller's pieces."""

    name: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class CartView:
    """`pieces`, like the quantities of the lines, is what can be bought of what is wanted: a line that asks for more than
    there is becomes what there is, with a word (`LineView.news`). `saved` is set aside and in no sum; `held_until` tells
    until when the pieces are kept for this buyer, `let_go_at` since when, of late, they no longer are."""

    code: str
    checkout_key: str
    sellers: tuple[SellerGroup, ...]
    pieces: int
    items_total: Money
    saved: tuple[SavedGroup, ...] = ()
    held_until: datetime | None = None
    let_go_at: datetime | None = None

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
        """Whether a price or the stock has moved in a way that the buyer has not seen yet."""
        return any(line.price_changed or line.news for line in self.lines)


EMPTY = CartView(code="", checkout_key="", sellers=(), pieces=0, items_total=Money(0))


def count_pieces(owner: Owner) -> int:
    """How many pieces lie in the owner's cart."""
    if not owner.keys:
        return 0
    [(column, key)] = owner.keys.items()
    return int(db.session.scalar(_pieces(column), {"owner": key}) or 0)


@cache
def _pieces(column: str) -> Any:
    return pieces_of(column, bindparam("owner"))


def read_cart(owner: Owner) -> CartView:
    """The owner's cart grouped per seller, in the order in which things were put in; `EMPTY` for none."""
    if not owner.keys:
        return EMPTY
    [(column, key)] = owner.keys.items()
    rows = db.session.execute(_lines(column), {"owner": key}).all()
    if not rows:
        return EMPTY
    told = _Told(*list_told([row.variant_id for row in rows]))
    told.images = list_lead_images([(row.product_id, row.variant_id) for row in rows])
    today = clock.today()
    lying = [row for row in rows if row.saved_at is None]
    told.ready = ready_days(lying, today)
    told.counts, told.short = countable(lying)
    told.together = together(lying, told.counts, told.short)
    first = rows[0]
    if any(row.held for row in lying):
        told.held = held_by_others([row.variant_id for row in lying], first.cart_code)
    groups: dict[int, list[Any]] = defaultdict(list)
    saved: dict[str, list[LineView]] = defaultdict(list)
    for row in rows:
        if row.saved_at is None:
            groups[row.seller_id].append(row)
        else:
            saved[row.seller_name].append(_line(row, told, today))
    sellers = tuple(_group(part, told, today) for part in groups.values())
    return CartView(
        code=first.cart_code,
        checkout_key=first.checkout_key,
        sellers=sellers,
        pieces=sum(line.quantity for group in sellers for line in group.lines),
        items_total=total(group.items_total for group in sellers),
        saved=tuple(SavedGroup(name, tuple(lines)) for name, lines in saved.items()),
        **times_of(first.held_until),
    )


@dataclass(slots=True)
class _Told:
    """What is told of the variants of a cart, by their ids: names of what was chosen, price breaks, the picture with its
    row id, and the day on which what is made to order is ready (None: no room for it)."""

    choices: dict[int, tuple[str, str]]
    breaks: dict[int, list[Break]]
    images: dict[int, tuple[int, CardImage]] = field(default_factory=dict)
    ready: dict[int, date | None] = field(default_factory=dict)
    together: Counter[int] = field(default_factory=Counter)
    held: dict[int, int] = field(default_factory=dict)
    """What others hold at the checkout."""
    counts: dict[str, int] = field(default_factory=dict)
    """Per code of a line how many pieces of what is wanted can be had; `short` where lines above have taken them."""
    short: set[str] = field(default_factory=set)


def obstacle(row: Any, wanted: int) -> Notice | None:
    """Why `wanted` pieces of what `row` (see `offers`) tells of cannot be bought now; None when they can."""
    if row.state is not ProductState.LIVE or not row.is_active:
        return Notice(N_("This piece is no longer on sale."))
    if row.seller_state is not SellerState.OPEN:
        return Notice(N_("This shop is closed at the moment."))
    closure = row.calendar.closure_on(clock.today())
    if closure is not None and not (closure.takes_orders and row.fulfilment is MADE):
        return Notice(N_("%(seller)s is closed until %(day)s."), {"seller": row.seller_name, "day": closure.until})
    if row.fulfilment is MADE:
        return None
    free = int(row.available or 0)
    if free <= 0:
        return Notice(SOLD_OUT)
    if free < wanted:
        return Notice(N_("Only %(available)s left."), {"available": free})
    return None


# The tables and no objects of the ORM: what a buyer sees is what the database holds, also of rows that this session has
# read before, and a narrow row costs a fifth. Composed once: writing a long SELECT costs as much as carrying it out.
_v: Any = Variant.__table__
_p: Any = Product.__table__
_s: Any = Seller.__table__
_c: Any = Cart.__table__
_l: Any = CartLine.__table__
_w: Any = CartWords.__table__


@cache
def offers() -> Any:
    """A select of variants with all that decides whether they can be bought; add a where-clause."""
    maker, district, stock = Maker.__table__, District.__table__, Stock.__table__
    return select(
        _v.c.id.label("variant_id"), _v.c.code.label("variant_code"), _v.c.seller_id, _v.c.sku, _v.c.price, _v.c.weight,
        _v.c.box_length, _v.c.box_width, _v.c.box_height, _v.c.fulfilment, _v.c.dispatch_days, _v.c.lead_days, _v.c.deposit_percent,
        _v.c.is_active,
        _p.c.id.label("product_id"), _p.c.code.label("product_code"), _p.c.slug.label("product_slug"), _p.c.title,
        _p.c.title_en, _p.c.state, _p.c.personal, _p.c.maker_id, maker.c.name.label("maker_name"),
        _s.c.code.label("seller_code"), _s.c.name.label("seller_name"),
        _s.c.state.label("seller_state"), _s.c.accepts_cash, _s.c.minimum_order, _s.c.calendar, _s.c.district_code,
        district.c.name.label("district_name"), (stock.c.on_hand - stock.c.reserved).label("available"),
        stock.c.held,
    ).select_from(
        _v.join(_p, _p.c.id == _v.c.product_id)
        .join(maker, maker.c.id == _p.c.maker_id)
        .join(_s, _s.c.id == _v.c.seller_id)
        .join(district, district.c.code == _s.c.district_code)
        .outerjoin(stock, stock.c.variant_id == _v.c.id)
    )  # fmt: skip


@cache
def offer_of_code() -> Any:
    many = exists().where(PriceBreak.variant_id == _v.c.id).label("has_breaks")
    return offers().add_columns(many).where(_v.c.code == bindparam("code"))


@cache
def offers_of_ids() -> Any:
    return offers().where(_v.c.id.in_(bindparam("ids", expanding=True)))


@cache
def _lines(column: str) -> Any:
    """The lines of the cart whose owner is told by `column`."""
    return (
        offers()
        .add_columns(
            _c.c.id.label("cart_id"), _c.c.code.label("cart_code"), _c.c.checkout_key,
            _c.c.held_until, _l.c.code.label("line_code"), _l.c.quantity, _l.c.seen_price, _l.c.saved_at,
            _l.c.gone_seen_at, _l.c.personal.label("answers"), _l.c.personal_key, _l.c.file_id, _w.c.note, _w.c.gift_message,
        )
        .join(_l, _l.c.variant_id == _v.c.id)
        .join(_c, _c.c.id == _l.c.cart_id)
        .outerjoin(_w, and_(_w.c.cart_id == _l.c.cart_id, _w.c.seller_id == _v.c.seller_id))
        .where(_c.c[column] == bindparam("owner"))
        .order_by(_l.c.id)
    )  # fmt: skip


def _line(row: Any, told: _Told, today: date) -> LineView:
    quantity = told.counts.get(row.line_code, row.quantity)
    problem = obstacle(row, quantity) or _hold_of_others(row, quantity, told.held.get(row.variant_id, 0))
    if problem is None and row.line_code in told.short:
        problem = Notice(N_("Only %(available)s left."), {"available": int(row.available or 0)})
    answers = answers_of(row.answers)
    if answers or row.personal:
        fitting = asked_again(fields_of(row.personal), answers)
        if fitting is None:
            problem = problem or Notice(ASKED_ANEW)
        else:
            answers = fitting
    more = extra(answers)
    is_made = row.fulfilment is MADE
    if not is_made:
        days = row.dispatch_days
    elif row.saved_at is not None:
        days = row.lead_days or 0
    elif (promised := told.ready[row.variant_id]) is not None:
        days = max(row.lead_days or 0, row.calendar.between(today, promised))
    else:
        days = row.lead_days or 0
        problem = problem or Notice(promises.TOO_MANY, {"product": row.title, "product_en": row.title_en or row.title})
    breaks = told.breaks.get(row.variant_id, [])
    among = (told.together[row.variant_id] if row.saved_at is None else 0) or quantity
    each, cheaper = unit_price(row.price, breaks, among) + more, next_break(breaks, among)
    chosen, chosen_en = told.choices.get(row.variant_id, ("", ""))
    image_id, image = told.images.get(row.variant_id, (None, None))
    return LineView(
        code=row.line_code,
        variant_id=row.variant_id,
        variant_code=row.variant_code,
        seller_id=row.seller_id,
        product_code=row.product_code,
        product_slug=row.product_slug,
        title=row.title,
        title_en=row.title_en or row.title,
        choices=chosen,
        choices_en=chosen_en,
        maker_name=row.maker_name,
        sku=row.sku,
        image=image,
        image_id=image_id,
        unit_price=each,
        base_price=row.price + more,
        cheaper=(cheaper[0], cheaper[1] + more) if cheaper else None,
        seen_price=row.seen_price,
        quantity=quantity,
        together=among,
        total=each * quantity,
        available=None if is_made else int(row.available or 0),
        problem=problem,
        is_made_to_order=is_made,
        days=days,
        ready_on=row.calendar.add(today, days),
        weight=row.weight,
        box=(row.box_length, row.box_width, row.box_height),
        news=_news(row, quantity, problem),
        deposit_percent=row.deposit_percent,
        personal=tuple(answers),
        personal_key=row.personal_key,
        file_id=row.file_id,
        asks=bool(row.personal or answers),
    )


def _hold_of_others(row: Any, wanted: int, held: int) -> Notice | None:
    """A hold of one's own never stands in the way."""
    if row.fulfilment is MADE or int(row.available or 0) - held >= wanted:
        return None
    return Notice(HELD)


def _news(row: Any, quantity: int, problem: Notice | None) -> Notice | None:
    if problem is not None:
        return problem if row.gone_seen_at is None and problem.message != HELD else None
    if quantity < row.quantity:
        params = {"available": quantity, "wanted": row.quantity}
        return Notice(N_("Only %(available)s left: your %(wanted)s became %(available)s."), params)
    return Notice(N_("It is there again.")) if row.gone_seen_at is not None else None


def _group(rows: Sequence[Any], told: _Told, today: date) -> SellerGroup:
    lines = tuple(_line(row, told, today) for row in rows)
    first = rows[0]
    days = max(line.days for line in lines)
    return SellerGroup(
        id=first.seller_id,
        code=first.seller_code,
        name=first.seller_name,
        district_code=first.district_code,
        place_name=first.district_name,
        is_open=first.seller_state is SellerState.OPEN,
        accepts_cash=first.accepts_cash,
        lines=lines,
        items_total=total(line.total for line in lines if line.is_buyable),
        days=days,
        ready_on=first.calendar.add(today, days),
        minimum=first.minimum_order,
        note=first.note or "",
        gift_message=first.gift_message or "",
        calendar=first.calendar,
        closure=first.calendar.closure_on(today),
    )
