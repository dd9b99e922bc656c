"""What the lines of a cart are called, cost many at once and look like: a query each for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, cast, func, literal, null, or_, select, type_coerce, union_all

from catalog.db import db
from catalog.media.models import Image
from catalog.money import Money
from catalog.products.models import OptionValue, PriceBreak, ProductPicture, variant_values
from catalog.products.prices import Break
from catalog.search.cards import IMAGE, CardImage, card_image

_pp: Any = ProductPicture.__table__


def list_told(variant_ids: Collection[int]) -> tuple[dict[int, tuple[str, str]], dict[int, list[Break]]]:
    """Per variant id what was chosen, Indonesian and English (`XL · Hitam`), and its price breaks; in one query."""
    named: dict[int, list[tuple[str, str]]] = defaultdict(list)
    breaks: dict[int, list[Break]] = defaultdict(list)
    rows = db.session.execute(_told(), {"variants": list(set(variant_ids))}) if variant_ids else ()
    for kind, variant_id, name, name_en, number, price in rows:
        if kind == "choice":
            named[variant_id].append((name, name_en or name))
        else:
            breaks[variant_id].append((int(number), Money(int(price))))
    chosen = {
        variant_id: (" · ".join(one for one, _ in pairs)[:200], " · ".join(one for _, one in pairs)[:200])
        for variant_id, pairs in named.items()
    }
    return chosen, breaks


def list_lead_images(pairs: Sequence[tuple[int, int]]) -> dict[int, tuple[int, CardImage]]:
    """The picture per variant id, with its row id, for (product id, variant id) pairs: the variant's own, else the
    product's first."""
    if not pairs:
        return {}
    asked = {"products": list({one for one, _ in pairs}), "variants": list({one for _, one in pairs})}
    of_product: dict[int, Any] = {}
    of_variant: dict[int, Any] = {}
    for picture in db.session.execute(_pictures(), asked):
        of_product[picture.product_id] = picture
        if picture.variant_id is not None:
            of_variant[picture.variant_id] = picture
    found = {variant_id: of_variant.get(variant_id, of_product.get(product_id)) for product_id, variant_id in pairs}
    return {id_: (one.image_id, card_image(*one[3:])) for id_, one in found.items() if one is not None}


@cache
def _told() -> Any:
    """Names of what was chosen, and price breaks."""
    wanted: Any = bindparam("variants", expanding=True)
    value, link, step = OptionValue.__table__, variant_values, PriceBreak.__table__
    whole, text = BigInteger(), String()
    choices = (
        select(
            literal("choice").label("kind"), link.c.variant_id, value.c.name, value.c.name_en,
            type_coerce(value.c.option_id, whole).label("number"), cast(null(), whole).label("price"),
        )
        .select_from(link.join(value, value.c.id == link.c.value_id))
        .where(link.c.variant_id.in_(wanted))
    )  # fmt: skip
    breaks = select(
        literal("break"), step.c.variant_id, cast(null(), text), cast(null(), text),
        type_coerce(step.c.quantity, whole), type_coerce(step.c.price, whole),
    ).where(step.c.variant_id.in_(wanted))  # fmt: skip
    return union_all(choices, breaks).order_by("number")


@cache
def _pictures() -> Any:
    """The first picture of each product, and the own ones of its variants, the last position first."""
    image = Image.__table__
    first = (
        select(_pp.c.product_id, func.min(_pp.c.position).label("position"))
        .where(_pp.c.product_id.in_(bindparam("products", expanding=True)))
        .group_by(_pp.c.product_id)
        .subquery()
    )
    return (
        select(_pp.c.product_id, _pp.c.variant_id, _pp.c.image_id, *IMAGE)
        .select_from(_pp.join(first, first.c.product_id == _pp.c.product_id).join(image, image.c.id == _pp.c.image_id))
        .where(or_(_pp.c.position == first.c.position, _pp.c.variant_id.in_(bindparam("variants", expanding=True))))
        .order_by(_pp.c.position.desc())
    )
