"""A piece on sale with all that its page shows, in four statements by key.

What it carries is for showing alone: stills of the models (see `catalog.stills`) and plain tuples, no rows of the ORM, so
no service can write them. Everything is joined flat, because SQLite copies whole tables for nested outer joins.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Date,
    Select,
    String,
    Text,
    bindparam,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from catalog import clock
from catalog.certificates.models import Certificate
from catalog.crafts.models import Craft, Material, Motif, Technique
from catalog.db import Instant, db
from catalog.inventory.models import Stock
from catalog.inventory.promises import QueueRow, queue_parts
from catalog.inventory.queue import month_of
from catalog.makers.models import Maker
from catalog.media.models import Image
from catalog.money import Money
from catalog.places.models import District, Regency, Village
from catalog.postcards.models import Postcard, PostcardKind
from catalog.products.models import (
    Option,
    OptionValue,
    PriceBreak,
    PriceSpan,
    Product,
    ProductPicture,
    Variant,
    product_certificates,
    product_materials,
    product_motifs,
    product_techniques,
    variant_values,
)
from catalog.stills import Stills
from marketplace.sellers.models import DeliveryOffer, Seller, SellerState


class Term(NamedTuple):
    """A technique, material or motif as a page names it."""

    id: int
    slug: str
    name: str
    name_en: str
    meaning: str
    meaning_en: str


class Step(NamedTuple):
    """A price break."""

    quantity: int
    price: Money


class Span(NamedTuple):
    """One price of a variant, while it held."""

    price: Money
    since: datetime
    until: datetime | None


@dataclass
class Showcase:
    """`free` and `spans` by variant id, `queue` of its maker; `card` is what a shared link shows, in the language asked.
    `told` are the rows as they came: everything else here follows from them."""

    product: Product
    seller: Seller | None = None
    card: Image | None = None
    free: dict[int, int] = field(default_factory=dict)
    spans: dict[int, list[Span]] = field(default_factory=dict)
    queue: list[QueueRow] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)


_p, _m, _d, _r, _v, _c, _i = (one.__table__ for one in (Product, Maker, District, Regency, Village, Craft, Image))
_pp, _paper = ProductPicture.__table__, Certificate.__table__
_emblem, _portrait, _card = (_i.alias(name) for name in ("emblem", "portrait", "card"))
_PIECE_STILLS = Stills(Product, Maker, District, Regency, Village, (Image, _emblem), (Image, _portrait), Craft)
_BESIDE_STILLS = Stills(ProductPicture, Image, Certificate)
_PIECE = (
    select(*_PIECE_STILLS.columns, *_BESIDE_STILLS.columns)
    .select_from(_p)
    .join(_m, _m.c.id == _p.c.maker_id)
    .join(_d, _d.c.code == _m.c.district_code)
    .join(_r, _r.c.code == _d.c.regency_code)
    .outerjoin(_v, _v.c.code == _m.c.village_code)
    .outerjoin(_emblem, _emblem.c.id == _m.c.emblem_id)
    .outerjoin(_portrait, _portrait.c.id == _m.c.image_id)
    .outerjoin(_c, _c.c.id == _p.c.craft_id)
    .outerjoin(_pp, _pp.c.product_id == _p.c.id)
    .outerjoin(_i, _i.c.id == _pp.c.image_id)
    .outerjoin(product_certificates, product_certificates.c.product_id == _p.c.id)
    .outerjoin(_paper, _paper.c.id == product_certificates.c.certificate_id)
    .where(_p.c.code == bindparam("code"))
    .order_by(_pp.c.position, _pp.c.id, _paper.c.kind, _paper.c.id)
)
_va, _value, _option, _stock = (one.__table__ for one in (Variant, OptionValue, Option, Stock))
_VARIANT_STILLS = Stills(Variant, OptionValue, Option)
_VARIANTS = (
    select(*_VARIANT_STILLS.columns, _stock.c.on_hand - _stock.c.reserved)
    .select_from(_va)
    .outerjoin(variant_values, variant_values.c.variant_id == _va.c.id)
    .outerjoin(_value, _value.c.id == variant_values.c.value_id)
    .outerjoin(_option, _option.c.id == _value.c.option_id)
    .outerjoin(_stock, _stock.c.variant_id == _va.c.id)
    .where(_va.c.product_id == bindparam("product_id"))
    .order_by(_va.c.position, _va.c.id, _value.c.option_id)
)
_seller, _offer, _postcard = (one.__table__ for one in (Seller, DeliveryOffer, Postcard))
_SELLER_STILLS = Stills(Seller, (Image, _card), DeliveryOffer)
_SELLER = (
    select(*_SELLER_STILLS.columns)
    .select_from(_seller)
    .outerjoin(_offer, _offer.c.seller_id == _seller.c.id)
    .outerjoin(
        _postcard,
        (_postcard.c.kind == PostcardKind.PRODUCT)
        & (_postcard.c.code == bindparam("code"))
        & (_postcard.c.locale == bindparam("locale")),
    )
    .outerjoin(_card, _card.c.id == _postcard.c.image_id)
    .where(_seller.c.id == bindparam("seller_id"))
    .order_by(_offer.c.id)
)


_SHAPE: dict[str, Any] = {
    "slug": String(), "name": String(), "name_en": String(), "meaning": Text(), "meaning_en": Text(),
    "number": BigInteger(), "price": BigInteger(), "since": Instant(), "until": Instant(), "day": Date(),
}  # fmt: skip
_TERMS: dict[str, tuple[Any, Any, Any]] = {
    "techniques": (Technique.__table__, product_techniques, product_techniques.c.technique_id),
    "materials": (Material.__table__, product_materials, product_materials.c.material_id),
    "motifs": (Motif.__table__, product_motifs, product_motifs.c.motif_id),
}


def _part(kind: Any, owner: Any, **told: Any) -> Select[Any]:
    """A part of the small lists, in the shape of all; what it does not tell is NULL."""
    columns = (told[name] if name in told else cast(null(), kind_of) for name, kind_of in _SHAPE.items())
    labelled = (column.label(name) for name, column in zip(_SHAPE, columns, strict=True))
    return select(kind.label("kind"), owner.label("owner"), *labelled)


def _small_lists() -> CompoundSelect[Any]:
    """Terms, price breaks and spans of the piece, and the queue of its maker."""
    piece: Any = bindparam("product_id")
    parts = []
    for kind, (terms, table, key) in _TERMS.items():
        told = {name: terms.c[name] for name in ("slug", "name", "name_en", "meaning", "meaning_en") if name in terms.c}
        part = _part(literal(kind), terms.c.id, **told).select_from(table.join(terms, terms.c.id == key))
        parts.append(part.where(table.c.product_id == piece))
    variants, breaks, spans = Variant.__table__, PriceBreak.__table__, PriceSpan.__table__
    own = select(variants.c.id).where(variants.c.product_id == piece)
    parts += [
        _part(literal("breaks"), breaks.c.variant_id, number=breaks.c.quantity, price=type_coerce(breaks.c.price, BigInteger))
        .where(breaks.c.variant_id.in_(own)),
        _part(
            literal("spans"), spans.c.variant_id,
            price=type_coerce(spans.c.price, BigInteger), since=spans.c.since, until=spans.c.until,
        ).where(spans.c.variant_id.in_(own)),
    ]  # fmt: skip
    for queue in queue_parts():
        row = queue.subquery().c
        parts.append(_part(row[0], row[1], day=row[2], number=row[3]))
    return union_all(*parts)


_LISTS = _small_lists()


def find_showcase(code: str, locale: str) -> Showcase | None:
    """The piece on sale with this code; `locale` is that of the card for shared links."""
    rows = db.session.execute(_PIECE, {"code": code}).all()
    if not rows:
        return None
    product, maker, district, regency, village, emblem, image, craft = _PIECE_STILLS.of(rows[0])
    if not product.is_live:
        return None
    district.__dict__["regency"] = regency
    maker.__dict__.update(district=district, village=village, emblem=emblem, image=image)
    pictures, papers = {}, {}
    for row in rows:
        picture, shown, paper = _BESIDE_STILLS.of(row[len(_PIECE_STILLS.columns) :])
        if picture is not None and picture.id not in pictures:
            picture.__dict__["image"] = shown
            pictures[picture.id] = picture
        if paper is not None and paper.id not in papers:
            paper.__dict__["maker"] = maker
            papers[paper.id] = paper
    product.__dict__.update(
        maker=maker, craft=craft, pictures=list(pictures.values()), certificates=list(papers.values())
    )
    case = Showcase(product, told=[rows])
    _read_variants(case)
    _read_lists(case)
    _read_seller(case, locale)
    return case


def _read_variants(case: Showcase) -> None:
    variants: dict[int, Variant] = {}
    rows = db.session.execute(_VARIANTS, {"product_id": case.product.id}).all()
    case.told.append(rows)
    for row in rows:
        variant, value, option = _VARIANT_STILLS.of(row)
        variant = variants.setdefault(variant.id, variant)
        own = variant.__dict__.setdefault("values", [])
        if value is not None:
            value.__dict__["option"] = option
            own.append(value)
        if row[-1] is not None:
            case.free[variant.id] = int(row[-1])
    case.product.__dict__["variants"] = list(variants.values())


def _read_lists(case: Showcase) -> None:
    product = case.product
    asked = {"product_id": product.id, "makers": [product.maker_id], "since": month_of(clock.today())}
    terms: dict[str, list[Term]] = {kind: [] for kind in _TERMS}
    breaks: dict[int, list[Step]] = {one.id: [] for one in product.variants}
    rows = db.session.execute(_LISTS, asked).all()
    case.told.append(rows)
    for kind, owner, slug, name, name_en, meaning, meaning_en, number, price, since, until, day in rows:
        if kind in terms:
            terms[kind].append(Term(owner, slug, name, name_en, meaning or "", meaning_en or ""))
        elif kind == "breaks":
            breaks[owner].append(Step(number, Money(price)))
        elif kind == "spans":
            case.spans.setdefault(owner, []).append(Span(Money(price), since, until))
        else:
            case.queue.append((kind, owner, day, int(number)))
    for kind, found in terms.items():
        product.__dict__[kind] = sorted(found, key=lambda one: one.name)
    for variant in product.variants:
        variant.__dict__["breaks"] = sorted(breaks[variant.id])
    for spans in case.spans.values():
        spans.sort(key=lambda one: one.since)


def _read_seller(case: Showcase, locale: str) -> None:
    asked = {"seller_id": case.product.seller_id, "code": case.product.code, "locale": locale}
    offers: list[DeliveryOffer] = []
    rows = db.session.execute(_SELLER, asked).all()
    case.told.append(rows)
    for row in rows:
        seller, case.card, offer = _SELLER_STILLS.of(row)
        if seller.state is SellerState.OPEN:
            case.seller = seller
        if offer is not None:
            offers.append(offer)
    if case.seller is not None:
        case.seller.__dict__["deliveries"] = offers
