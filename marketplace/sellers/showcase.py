"""A piece on sale with all that its page shows, in four statements by key.

What it carries is for showing alone: its terms, price breaks and spans are plain tuples and no rows of the ORM, so it is
never handed to a service that writes. Everything is joined flat, because SQLite copies whole tables for nested outer joins.
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
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from catalog import clock
from catalog.certificates.models import Certificate
from catalog.crafts.models import Material, Motif, Technique
from catalog.db import Instant, db
from catalog.inventory.models import Stock
from catalog.inventory.promises import QueueRow, queue_parts
from catalog.inventory.queue import month_of
from catalog.makers.models import Maker
from catalog.media.models import Image
from catalog.money import Money
from catalog.places.models import Village
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
    """`free` and `spans` by variant id, `queue` of its maker; `card` is what a shared link shows, in the language asked."""

    product: Product
    seller: Seller | None = None
    card: Image | None = None
    free: dict[int, int] = field(default_factory=dict)
    spans: dict[int, list[Span]] = field(default_factory=dict)
    queue: list[QueueRow] = field(default_factory=list)


_PIECE = (
    select(Product, ProductPicture, Image, Certificate)
    .outerjoin(ProductPicture, ProductPicture.product_id == Product.id)
    .outerjoin(Image, Image.id == ProductPicture.image_id)
    .outerjoin(product_certificates, product_certificates.c.product_id == Product.id)
    .outerjoin(Certificate, Certificate.id == product_certificates.c.certificate_id)
    .where(Product.code == bindparam("code"))
    .order_by(ProductPicture.position, ProductPicture.id, Certificate.kind, Certificate.id)
    .options(
        joinedload(Product.maker, innerjoin=True).options(
            joinedload(Maker.district, innerjoin=True),
            joinedload(Maker.village).lazyload(Village.district),
            joinedload(Maker.emblem),
            joinedload(Maker.image),
        ),
        joinedload(Product.craft),
    )
)
_VARIANTS = (
    select(Variant, OptionValue, Option, Stock.on_hand - Stock.reserved)
    .outerjoin(variant_values, variant_values.c.variant_id == Variant.id)
    .outerjoin(OptionValue, OptionValue.id == variant_values.c.value_id)
    .outerjoin(Option, Option.id == OptionValue.option_id)
    .outerjoin(Stock, Stock.variant_id == Variant.id)
    .where(Variant.product_id == bindparam("product_id"))
    .order_by(Variant.position, Variant.id, OptionValue.option_id)
)
_CARD = aliased(Image)
_SELLER = (
    select(Seller, _CARD, DeliveryOffer)
    .outerjoin(DeliveryOffer, DeliveryOffer.seller_id == Seller.id)
    .outerjoin(
        Postcard,
        (Postcard.kind == PostcardKind.PRODUCT)
        & (Postcard.code == bindparam("code"))
        & (Postcard.locale == bindparam("locale")),
    )
    .outerjoin(_CARD, _CARD.id == Postcard.image_id)
    .where(Seller.id == bindparam("seller_id"))
    .order_by(DeliveryOffer.id)
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
    rows = db.session.execute(_PIECE, {"code": code}).tuples().all()
    if not rows or not rows[0][0].is_live:
        return None
    product = rows[0][0]
    pictures, papers = {}, {}
    for _, picture, image, paper in rows:
        if picture is not None and picture.id not in pictures:
            set_committed_value(picture, "image", image)
            pictures[picture.id] = picture
        if paper is not None:
            papers[paper.id] = paper
    set_committed_value(product, "pictures", list(pictures.values()))
    set_committed_value(product, "certificates", list(papers.values()))
    case = Showcase(product)
    _read_variants(case)
    _read_lists(case)
    _read_seller(case, locale)
    return case


def _read_variants(case: Showcase) -> None:
    values: dict[Variant, list[OptionValue]] = {}
    for variant, value, option, free in db.session.execute(_VARIANTS, {"product_id": case.product.id}).tuples():
        own = values.setdefault(variant, [])
        if value is not None:
            set_committed_value(value, "option", option)
            own.append(value)
        if free is not None:
            case.free[variant.id] = int(free)
    for variant, own in values.items():
        set_committed_value(variant, "values", own)
    set_committed_value(case.product, "variants", list(values))


def _read_lists(case: Showcase) -> None:
    product = case.product
    asked = {"product_id": product.id, "makers": [product.maker_id], "since": month_of(clock.today())}
    terms: dict[str, list[Term]] = {kind: [] for kind in _TERMS}
    breaks: dict[int, list[Step]] = {one.id: [] for one in product.variants}
    rows = db.session.execute(_LISTS, asked).tuples()
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
        set_committed_value(product, kind, sorted(found, key=lambda one: one.name))
    for variant in product.variants:
        set_committed_value(variant, "breaks", sorted(breaks[variant.id]))
    for spans in case.spans.values():
        spans.sort(key=lambda one: one.since)


def _read_seller(case: Showcase, locale: str) -> None:
    asked = {"seller_id": case.product.seller_id, "code": case.product.code, "locale": locale}
    offers: list[DeliveryOffer] = []
    for seller, card, offer in db.session.execute(_SELLER, asked).tuples():
        case.card = card
        if seller.state is SellerState.OPEN:
            case.seller = seller
        if offer is not None:
            offers.append(offer)
    if case.seller is not None:
        set_committed_value(case.seller, "deliveries", offers)
