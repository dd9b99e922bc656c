"""Finding products. Lists of codes feed `catalog.search.cards.list_cards`, which alone decides what a card shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    column,
    exists,
    func,
    select,
    tuple_,
    union,
    union_all,
    values,
)
from sqlalchemy.orm import joinedload, selectinload

from catalog.crafts.models import Craft, Motif
from catalog.db import db
from catalog.makers.models import Maker
from catalog.makers.queries import span_under, under
from catalog.media.models import Image
from catalog.places.models import Village
from catalog.products.models import (
    Companion,
    Option,
    OptionValue,
    Product,
    ProductPicture,
    ProductState,
    Variant,
    product_materials,
    product_motifs,
    product_techniques,
    variant_values,
)
from catalog.products.states import COMPLETE

LIVE = Product.state == ProductState.LIVE


# Lists are read by queries of their own: SQLite materialises a nested join of a whole association table for one row.
_PAGE = select(Product).options(
    joinedload(Product.maker, innerjoin=True).options(
        joinedload(Maker.district, innerjoin=True),
        joinedload(Maker.village).lazyload(Village.district),
        joinedload(Maker.emblem),
    ),
    joinedload(Product.craft),
    selectinload(Product.techniques),
    selectinload(Product.materials),
    selectinload(Product.motifs),
    selectinload(Product.pictures).joinedload(ProductPicture.image, innerjoin=True),
    selectinload(Product.variants).options(selectinload(Variant.values), joinedload(Variant.breaks)),
    selectinload(Product.options).selectinload(Option.values),
)
# What buyers see: choices are read with their options, so the options need no query of their own.
_SHOWN = select(Product).options(
    joinedload(Product.maker, innerjoin=True).options(
        joinedload(Maker.district, innerjoin=True),
        joinedload(Maker.village).lazyload(Village.district),
        joinedload(Maker.emblem),
        joinedload(Maker.image),
    ),
    joinedload(Product.craft),
    selectinload(Product.techniques),
    selectinload(Product.materials),
    selectinload(Product.motifs),
    selectinload(Product.pictures).joinedload(ProductPicture.image, innerjoin=True),
    selectinload(Product.variants).options(
        selectinload(Variant.values).joinedload(OptionValue.option, innerjoin=True), joinedload(Variant.breaks)
    ),
)
_LIVE_OF_CODE = _SHOWN.where(Product.code == bindparam("code"))
_OF_CODE = _PAGE.where(Product.code == bindparam("code"))
_OF_SELLER = _OF_CODE.where(Product.seller_id == bindparam("seller_id"))


def find_live(code: str) -> Product | None:
    """A product on sale with everything that its page shows, in seven queries by key."""
    product = db.session.scalars(_LIVE_OF_CODE, {"code": code}).unique().one_or_none()
    return product if product is not None and product.is_live else None


def find_product(code: str) -> Product | None:
    """A product in any state, for curators."""
    return db.session.scalars(_OF_CODE, {"code": code}).unique().one_or_none()


def find_of_seller(seller_id: int, code: str) -> Product | None:
    """A product through its seller: what is not theirs is None."""
    return db.session.scalars(_OF_SELLER, {"code": code, "seller_id": seller_id}).unique().one_or_none()


def list_of_seller(
    seller_id: int, state: ProductState | None = None, after: str | None = None, limit: int = 50
) -> list[Product]:
    """A seller's products, the newest first, with what their desk shows; `after` is the code of the last one seen."""
    statement = select(Product).where(Product.seller_id == seller_id)
    if state is not None:
        statement = statement.where(Product.state == state)
    if after:
        last = select(Product.id).where(Product.code == after, Product.seller_id == seller_id)
        statement = statement.where(Product.id < last.scalar_subquery())
    return list(
        db.session.scalars(
            statement.options(
                joinedload(Product.maker),
                selectinload(Product.pictures).joinedload(ProductPicture.image, innerjoin=True),
                selectinload(Product.variants),
            )
            .order_by(Product.id.desc())
            .limit(limit)
        )
    )


def count_of_seller(seller_id: int) -> dict[ProductState, int]:
    """How many products a seller has in each state; states without one are absent."""
    rows = db.session.execute(
        select(Product.state, func.count()).where(Product.seller_id == seller_id).group_by(Product.state)
    )
    return {row[0]: row[1] for row in rows}


def list_newest(limit: int = 12) -> list[str]:
    """Codes of what went on sale last."""
    return _codes(limit=limit)


def list_of_maker(maker_id: int, limit: int = 24) -> list[str]:
    """Codes of a maker's products on sale, the newest first."""
    return _codes(Product.maker_id == maker_id, limit=limit)


def list_codes_of_seller(seller_id: int, limit: int = 24) -> list[str]:
    """Codes of a seller's products on sale, the newest first."""
    return _codes(Product.seller_id == seller_id, limit=limit)


def list_of_craft(craft_id: int, limit: int = 24) -> list[str]:
    """Codes of a craft's products on sale, the newest first."""
    return _codes(Product.craft_id == craft_id, limit=limit)


def pick_newest(limit: int) -> Select[Any]:
    """What went on sale last, for `Rows` of the cards."""
    return _pick(limit=limit)


def pick_asked() -> Select[Any]:
    """The products of `codes`, which are given with every reading."""
    return select(Product.id).where(Product.code.in_(bindparam("codes", expanding=True)))


def pick_of_craft(craft_id: int, limit: int) -> Select[Any]:
    """Pieces of a craft."""
    return _pick(Product.craft_id == craft_id, limit=limit)


def pick_of_motifs(slugs: Iterable[str], limit: int) -> Select[Any]:
    """Pieces that show one of these motifs, the youngest of each."""
    ids = (select(Motif.id).where(Motif.slug == slug).scalar_subquery() for slug in slugs)
    return _youngest_of_motifs(ids, LIVE, limit=limit)


# Beside one piece, whose keys are given with every reading (see `keys_of`). Each list is found from its own end, never by
# walking all that is on sale, which for a rare motif or the only maker of a regency would be the whole shop.

MOTIFS_BESIDE = 3


def pick_same_motif(limit: int) -> Select[Any]:
    """Pieces of other makers that show one of its first motifs, the youngest of each."""
    others = (LIVE, Product.maker_id != bindparam("maker_id"))
    return _youngest_of_motifs((bindparam(f"motif_{n}") for n in range(MOTIFS_BESIDE)), *others, limit=limit)


def _youngest_of_motifs(motif_ids: Iterable[Any], *where: ColumnElement[bool], limit: int) -> Select[Any]:
    shown = product_motifs.c
    lists = (
        select(shown.product_id)
        .join(Product, Product.id == shown.product_id)
        .where(shown.motif_id == motif_id, *where)
        .order_by(shown.product_id.desc())
        .limit(limit)
        .subquery()
        .select()
        for motif_id in motif_ids
    )
    return union(*lists).subquery().select()


def pick_same_maker(limit: int) -> Select[Any]:
    """Other pieces of its maker."""
    return _pick(Product.maker_id == bindparam("maker_id"), Product.id != bindparam("product_id"), limit=limit)


def pick_neighbours(limit: int) -> Select[Any]:
    """The newest piece of each of its neighbours: `limit` makers of its regency that follow its own in the order of their
    districts and `limit` of the first ones, so that each of them is shown beside somebody's pieces."""
    of_maker = select(Product.id).where(Product.maker_id == Maker.id, LIVE).correlate(Maker)
    newest = of_maker.order_by(Product.published_at.desc(), Product.id.desc()).limit(1).scalar_subquery()
    place: Any = tuple_(Maker.district_code, Maker.id)
    own = tuple_(bindparam("district", type_=String), bindparam("maker_id", type_=Integer))
    lists = (
        select(newest.label("id"))
        .where(*where, of_maker.exists())
        .order_by(Maker.district_code, Maker.id)
        .limit(limit)
        .subquery()
        .select()
        for where in (
            (place > own, Maker.district_code < bindparam("beyond")),
            (Maker.district_code >= bindparam("nearby"), place < own),
        )
    )
    return union_all(*lists).subquery().select()


def pick_same_craft(limit: int) -> Select[Any]:
    """Other pieces of its craft."""
    return _pick(Product.craft_id == bindparam("craft_id"), Product.id != bindparam("product_id"), limit=limit)


def pick_companions() -> Select[Any]:
    """What its buyers also bought and is on sale, in the order of its row."""
    columns: tuple[Any, ...] = (Companion.other_id.label("id"), Companion.position.label("turn"))
    return (
        select(*columns)
        .join(Product, Product.id == Companion.other_id)
        .where(Companion.product_id == bindparam("product_id"), LIVE)
    )


def keys_of(product: Product) -> dict[str, Any]:
    """What the lists beside this piece ask for."""
    district = product.maker.district_code
    low, high = span_under(district[:5])
    motifs = [motif.id for motif in product.motifs[:MOTIFS_BESIDE]]
    return {
        "product_id": product.id,
        "maker_id": product.maker_id,
        "craft_id": product.craft_id,
        "district": district,
        "nearby": low,
        "beyond": high,
        **{f"motif_{n}": id_ for n, id_ in enumerate(motifs + [0] * (MOTIFS_BESIDE - len(motifs)))},
    }


def _pick(*where: ColumnElement[bool], limit: int) -> Select[Any]:
    return select(Product.id).where(LIVE, *where).order_by(Product.published_at.desc(), Product.id.desc()).limit(limit)


def _codes(*where: ColumnElement[bool], limit: int) -> list[str]:
    return list(
        db.session.scalars(
            select(Product.code)
            .where(LIVE, *where)
            .order_by(Product.published_at.desc(), Product.id.desc())
            .limit(limit)
        )
    )


def list_live_ids(after: int = 0, limit: int = 500) -> list[int]:
    """Row ids of products on sale in their order, for building an index; `after` is the last one seen."""
    return list(
        db.session.scalars(select(Product.id).where(LIVE, Product.id > after).order_by(Product.id).limit(limit))
    )


def count_live(craft: str | None = None, place: str | None = None) -> int:
    """How many products are on sale, of a craft (slug) and from a place (code of any level)."""
    statement = select(func.count(Product.id)).where(LIVE)
    if craft:
        statement = statement.where(Product.craft_id == select(Craft.id).where(Craft.slug == craft).scalar_subquery())
    if place:
        column: Any = Maker.village_code if place.count(".") == 3 else Maker.district_code
        statement = statement.join(Maker, Maker.id == Product.maker_id).where(under(column, place))
    return db.session.scalar(statement) or 0


def count_live_by_maker(maker_ids: Iterable[int]) -> dict[int, int]:
    """Products on sale per maker id."""
    rows = db.session.execute(
        select(Product.maker_id, func.count())
        .where(LIVE, Product.maker_id.in_(set(maker_ids)))
        .group_by(Product.maker_id)
    )
    return {row[0]: row[1] for row in rows}


def list_live_districts() -> list[str]:
    """The codes of the districts that pieces on sale come from. How many do is for the index to count."""
    selling = select(Product.maker_id).where(LIVE)
    return list(db.session.scalars(select(Maker.district_code).where(Maker.id.in_(selling)).distinct()))


def is_from(place: str) -> bool:
    """Whether a piece on sale comes from this district, regency or province."""
    column: Any = Maker.district_code
    selling = exists().where(Product.maker_id == Maker.id, LIVE)
    return db.session.scalar(select(Maker.id).where(under(column, place), selling).limit(1)) is not None


_NAMED = {
    "techniques": (product_techniques, product_techniques.c.technique_id),
    "materials": (product_materials, product_materials.c.material_id),
    "motifs": (product_motifs, product_motifs.c.motif_id),
}
"""The tables of what pieces name, and the column of each that points at it."""


def list_live_ids_of(kind: str, ids: Iterable[int]) -> list[int]:
    """Row ids of products on sale that name one of these `crafts`, `techniques`, `materials` or `motifs`, in their order."""
    if kind == "crafts":
        names: ColumnElement[bool] = Product.craft_id.in_(ids)
    else:
        table, column = _NAMED[kind]
        names = Product.id.in_(select(table.c.product_id).where(column.in_(ids)))
    return list(db.session.scalars(select(Product.id).where(LIVE, names).order_by(Product.id)))


def list_words(product_ids: Iterable[int], kind: str) -> dict[int, list[tuple[str, str, str]]]:
    """(slug, name, English name) of the `techniques`, `materials` or `motifs` of many products, in one query."""
    table, column = _NAMED[kind]
    term: Any = Product.__mapper__.relationships[kind].mapper.class_
    rows = db.session.execute(
        select(table.c.product_id, term.slug, term.name, term.name_en)
        .join(term, term.id == column)
        .where(table.c.product_id.in_(list(product_ids)))
        .order_by(table.c.product_id, term.name)
    )
    found: dict[int, list[tuple[str, str, str]]] = {}
    for product_id, slug, name, name_en in rows:
        found.setdefault(product_id, []).append((slug, name, name_en))
    return found


def list_value_names(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """(option key, value key) → (name, English name) as some product has them: sellers name the values of options, and
    values of one key are called alike. One query, one look into the index for each pair."""
    wanted = values(column("option", String), column("value", String), name="wanted").data(sorted(pairs)).cte("wanted")
    some = (
        select(OptionValue.id)
        .join(Option, Option.id == OptionValue.option_id)
        .where(OptionValue.key == wanted.c.value, Option.key == wanted.c.option)
        .limit(1)
        .correlate(wanted)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(wanted.c.option, wanted.c.value, OptionValue.name, OptionValue.name_en).join(
            OptionValue, OptionValue.id == some
        )
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def list_combinations(code: str) -> dict[str, dict[str, str]]:
    """What can be chosen of the piece on sale with this code, in order: variant code → its value key by option key, the
    options in the seller's order; empty for a piece that is not on sale. One query."""
    rows = db.session.execute(
        select(Variant.code, Option.key, OptionValue.key)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(variant_values, variant_values.c.variant_id == Variant.id)
        .outerjoin(OptionValue, OptionValue.id == variant_values.c.value_id)
        .outerjoin(Option, Option.id == OptionValue.option_id)
        .where(Product.code == code, LIVE, Variant.is_active)
        .order_by(Variant.position, Variant.id, Option.position, Option.id)
    )
    found: dict[str, dict[str, str]] = {}
    for variant, option, value in rows:
        chosen = found.setdefault(variant, {})
        if option is not None:
            chosen[option] = value
    return found


def is_shown_on_sale(image: Image) -> bool:
    """Whether any piece on sale shows this picture; several pieces of a shop may share one."""
    shown = select(ProductPicture.image_id).join(Product, Product.id == ProductPicture.product_id)
    return (
        db.session.scalar(
            select(shown.where(ProductPicture.image_id == image.id, Product.state.in_(COMPLETE)).exists())
        )
        or False
    )
