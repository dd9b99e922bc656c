"""What a list shows of a product. The hot path of every list page: narrow columns, one query, no objects of the ORM.

It stands beside the search because a card needs the level of the stock, which lies above products, and because hits
come as codes. A code that is not on sale has no card, so an index that lags behind never shows a withdrawn piece.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    String,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)

from catalog import clock
from catalog.crafts.models import Craft, Measure
from catalog.db import db
from catalog.inventory.briefs import Brief, asked_on, brief_columns, brief_of
from catalog.inventory.models import Stock
from catalog.makers.models import Maker
from catalog.media.models import Image, Rendition, Ways, media_url, renditions_of, ways_of
from catalog.money import Money
from catalog.places.models import District, Regency, Village
from catalog.products.models import Fulfilment, Product, ProductPicture, ProductState, Variant

NEW_FOR = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class CardImage:
    """The first picture of a product, with all that `components/picture.html` asks for."""

    path: str
    width: int
    height: int
    alt: str
    alt_en: str
    focal: str
    files: str
    """`Image.files` as the text that the database keeps: most of what lists show was shown a moment ago."""

    @property
    def url(self) -> str:
        return media_url(self.path)

    @property
    def renditions(self) -> list[Rendition]:
        return renditions_of(json.loads(self.files))

    def ways(self, widest: int | None = None) -> Ways:
        """How browsers get it, at most `widest` pixels wide where the place is no wider."""
        return _ways(media_url(""), self.path, self.files, widest)


@lru_cache(maxsize=1024)
def _ways(base: str, path: str, files: str, widest: int | None) -> Ways:
    """`base` is where pictures are served from: the addresses begin with it."""
    return ways_of(path, json.loads(files), widest)


@dataclass(frozen=True, slots=True)
class Card:
    """One product in a list. `left` counts ready pieces of all variants; days are working days."""

    code: str
    slug: str
    title: str
    title_en: str
    seller_id: int
    published_at: datetime
    maker: str
    maker_code: str
    maker_slug: str
    place: str
    regency: str
    craft: str | None
    craft_name: str | None
    craft_name_en: str | None
    image: CardImage | None
    price_min: Money
    price_max: Money
    left: int
    is_made_to_order: bool
    dispatch_days: int | None
    lead_days: int | None
    is_new: bool
    rating_total: int
    rating_count: int
    unit_low: Money | None
    unit_high: Money | None
    """What a kilogram or a litre costs, where the craft is priced so and every choice says how much is in it."""
    content_max: int | None
    content_unit: str | None
    queue: Brief | None
    """Of a piece that is made to order: the queue of its maker, who keeps one."""

    def __hash__(self) -> int:
        """Of what tells cards apart most often: lists look up by card what each says."""
        return hash((self.code, self.left, self.price_min.rupiah))

    @property
    def rating(self) -> float | None:
        """The average of its reviews, None without any."""
        return self.rating_total / self.rating_count if self.rating_count else None

    @property
    def price(self) -> Money:
        return self.price_min

    @property
    def from_price(self) -> bool:
        """Whether the price is the lowest of several."""
        return self.price_min != self.price_max

    @property
    def in_stock(self) -> bool:
        return self.left > 0

    @property
    def sold_out(self) -> bool:
        return self.left <= 0 and not self.is_made_to_order

    @property
    def promise(self) -> str:
        """As the component names it: `ready`, `made` or `none`."""
        return "ready" if self.left > 0 else "made" if self.is_made_to_order else "none"


_p: Any = Product.__table__
_m: Any = Maker.__table__
_d: Any = District.__table__
_r: Any = Regency.__table__
_v: Any = Village.__table__
_c: Any = Craft.__table__
_i: Any = Image.__table__
_pp: Any = ProductPicture.__table__
_va: Any = Variant.__table__
_s: Any = Stock.__table__

IMAGE = (
    _i.c.path, _i.c.width, _i.c.height, _i.c.alt, _i.c.alt_en, _i.c.focal_x, _i.c.focal_y, cast(_i.c.files, Text),
)  # fmt: skip
"""The columns of `card_image`, in its order."""


def card_image(
    path: str, width: int, height: int, alt: str, alt_en: str, focal_x: int, focal_y: int, files: str
) -> CardImage:
    """A picture of the columns `IMAGE`."""
    return CardImage(path, width, height, alt, alt_en, f"{focal_x}% {focal_y}%", files)


# Built once, or of the same parts: the cache keys are remembered, and no list pays for composing SQL.
_first = (
    select(_pp.c.image_id)
    .where(_pp.c.product_id == _p.c.id)
    .order_by(_pp.c.position, _pp.c.id)
    .limit(1)
    .scalar_subquery()
)
# Half up, like `measures.per_thousand`.
_content = type_coerce(_va.c.content, Integer)
_per_thousand = (type_coerce(_va.c.price, Integer) * 1000 + _content // 2) // _content
_is_ready = type_coerce(_va.c.fulfilment, String) == Fulfilment.READY.value


def _cards(wanted: Select[Any]) -> Select[Any]:
    """The statement of all that cards show, for the products of `wanted` (columns `id`, `list` and perhaps `turn`, which
    comes last)."""
    picked = wanted.cte("picked")
    figures = (
        select(
            _va.c.product_id,
            func.min(_va.c.price).label("low"),
            func.max(_va.c.price).label("high"),
            func.sum(case((_is_ready, func.coalesce(_s.c.on_hand - _s.c.reserved, 0)), else_=0)).label("left_over"),
            func.min(case((_is_ready, _va.c.dispatch_days), else_=None)).label("dispatch_days"),
            func.min(case((_is_ready, None), else_=_va.c.lead_days)).label("lead_days"),
            func.min(_per_thousand).label("unit_low"),
            func.max(_per_thousand).label("unit_high"),
            func.max(_va.c.content).label("content_max"),
            func.min(_va.c.content_unit).label("content_unit"),
            (
                (func.count(_va.c.content) == func.count())
                & (func.min(_va.c.content_unit) == func.max(_va.c.content_unit))
            ).label("is_measured"),
        )
        .select_from(_va.outerjoin(_s, _s.c.variant_id == _va.c.id))
        .where(_va.c.product_id.in_(select(picked.c.id)), _va.c.is_active)
        .group_by(_va.c.product_id)
        .subquery("figures")
    )
    return select(
        _p.c.id, _p.c.code, _p.c.slug, _p.c.title, _p.c.title_en, _p.c.seller_id, _p.c.published_at,
        _m.c.name, _m.c.code, _m.c.slug, func.coalesce(_v.c.name, _d.c.name), _r.c.name,
        _c.c.slug, _c.c.name, _c.c.name_en,
        *IMAGE,
        type_coerce(_p.c.state, String),
        type_coerce(figures.c.low, Integer), type_coerce(figures.c.high, Integer), figures.c.left_over,
        figures.c.dispatch_days, figures.c.lead_days, picked.c.list, _p.c.rating_total, _p.c.rating_count,
        *(case((figures.c.is_measured & (type_coerce(_c.c.measure, String) == Measure.CONTENT.value), column)) for column in (figures.c.unit_low, figures.c.unit_high, figures.c.content_max, type_coerce(figures.c.content_unit, String))),
        *brief_columns(_p.c.maker_id, figures.c.lead_days.is_not(None)),
        *(column for column in picked.c if column.name == "turn"),
    ).select_from(
        picked.join(_p, _p.c.id == picked.c.id)
        .join(figures, figures.c.product_id == _p.c.id)
        .join(_m, _m.c.id == _p.c.maker_id)
        .join(_d, _d.c.code == _m.c.district_code)
        .join(_r, _r.c.code == _d.c.regency_code)
        .outerjoin(_v, _v.c.code == _m.c.village_code)
        .outerjoin(_c, _c.c.id == _p.c.craft_id)
        .outerjoin(_i, _i.c.id == _first)
    )  # fmt: skip


# The state is looked at in `_card`: asked here, SQLite would read every live product by the index of the states.
_OF_CODES = select(_p.c.id, literal("").label("list")).where(_p.c.code.in_(bindparam("codes", expanding=True)))
_BY_CODES = _cards(_OF_CODES)


def list_cards(codes: Sequence[str]) -> list[Card]:
    """The cards of `codes` in their order, in one query; codes that are not on sale are left out."""
    if not codes:
        return []
    found = db.session.execute(_BY_CODES, {"codes": list(codes), **asked_on(clock.today())})
    rows = {row[1]: row for row in found if row[23] == ProductState.LIVE.value}
    new_since = clock.now() - NEW_FOR
    return [_card(rows[code], new_since) for code in dict.fromkeys(codes) if code in rows]


class Rows:
    """The cards of several lists in one query, composed once. A list is a `select(Product.id)` with a limit; what it asks
    for by `bindparam` is given with every reading."""

    def __init__(self, **lists: Select[Any]) -> None:
        parts = []
        for name, chosen in lists.items():
            ids = chosen.subquery()
            turn = ids.c.turn if "turn" in ids.c else literal(0)
            parts.append(select(next(iter(ids.c)).label("id"), literal(name).label("list"), turn.label("turn")))
        self.names = tuple(lists)
        self.statement = _cards(union_all(*parts).subquery("lists").select())

    def read(self, asked: Mapping[str, Any] | None = None) -> dict[str, list[Card]]:
        """Each list comes the newest first, or by its own order where its select has a second column, `turn`."""
        found: dict[str, list[Card]] = {name: [] for name in self.names}
        new_since = clock.now() - NEW_FOR
        rows = db.session.execute(self.statement, {**(asked or {}), **asked_on(clock.today())}).all()
        for row in sorted(rows, key=lambda row: (-row[-1], row[6] or new_since, row[0]), reverse=True):
            if row[23] == ProductState.LIVE.value:
                found[row[29]].append(_card(row, new_since))
        return found


def _card(row: Any, new_since: datetime) -> Card:
    """Rows that are alike become one card: most of what lists show was shown a moment ago."""
    return _made(row[1:29], row[30:39], row[6] > new_since)


@lru_cache(maxsize=2_000)
def _made(of_piece: tuple[Any, ...], of_figures: tuple[Any, ...], is_new: bool) -> Card:
    low, high, left, dispatch_days, lead_days = of_piece[23:28]
    unit_low, unit_high, content_max, content_unit = of_figures[2:6]
    image = card_image(*of_piece[14:22]) if of_piece[14] is not None else None
    shown: list[Any] = [
        *of_piece[:14], image, Money(low), Money(high), int(left), lead_days is not None, dispatch_days, lead_days,
        is_new, *of_figures[:2],
        *((Money(unit_low), Money(unit_high), content_max, content_unit) if content_unit else (None,) * 4),
        brief_of(*of_figures[6:]),
    ]  # fmt: skip
    return Card(*shown)
