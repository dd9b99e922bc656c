"""All pieces, and one piece."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from catalog import clock
from catalog.codes import tail_code
from catalog.db import db
from catalog.errors import NotFound
from catalog.inventory.queries import available
from catalog.inventory.workdays import add as add_working_days
from catalog.products.models import AnimalMaterial, Product, ProductState, Variant
from catalog.products.queries import find_live, list_like
from catalog.text import N_, localized
from marketplace.sellers.models import Seller
from marketplace.sellers.queries import find_seller_of_product
from marketplace.web.caching import share
from marketplace.web.filters import day_short
from marketplace.web.locale import current_locale
from marketplace.web.storefront.listing import read_listing
from marketplace.web.storefront.words import shown

pages = Blueprint("products", __name__)


@pages.get("/products")
def index() -> str:
    share()
    return render_template("storefront/products/index.html", listing=read_listing())


@dataclass(frozen=True)
class Choice:
    """One variant as the picker shows it."""

    value: str
    label: str
    note: str
    price: Any
    image: Any
    selected: bool
    available: bool
    promise: str
    left: int | None
    ready_on: date


def choices(product: Product, wanted: str | None) -> list[Choice]:
    """The active variants with their promise per day; the wanted one, else the first that can be had, is selected."""
    variants = [variant for variant in product.variants if variant.is_active]
    stock = available([variant.id for variant in variants if not variant.is_made_to_order])
    pictures = {picture.variant_id: picture.image for picture in product.pictures if picture.variant_id}
    can = {variant.id: variant.is_made_to_order or stock.get(variant.id, 0) > 0 for variant in variants}
    selected = next((one for one in variants if one.code == wanted), None) or next((one for one in variants if can[one.id]), None)
    return [_choice(one, can[one.id], stock.get(one.id), pictures.get(one.id), one is selected) for one in variants]


def _choice(variant: Variant, can: bool, left: int | None, image: Any, selected: bool) -> Choice:
    locale = current_locale()
    days = (variant.lead_days or 0) if variant.is_made_to_order else variant.dispatch_days
    ready_on = add_working_days(clock.today(), days)
    if variant.is_made_to_order:
        promise = _("Made for you, shipped by %(day)s", day=day_short(ready_on))
    elif can:
        promise = _("Ready, shipped by %(day)s", day=day_short(ready_on))
    else:
        promise = ""
    note = ngettext("only one", "%(num)d left", left) if not variant.is_made_to_order and left and left <= 3 else ""
    name = " · ".join(localized(value, "name", locale) for value in variant.values)
    return Choice(variant.code, name or _("One choice"), note, variant.price, image, selected, can, promise, left, ready_on)


@pages.get("/products/<name>")
def show(name: str) -> str | Response:
    """One live piece by its slug and code; an old slug leads to the new address."""
    product = find_live(tail_code(name))
    if product is None:
        raise NotFound(N_("This piece is not on sale, or never was."))
    if name != f"{product.slug}-{product.code}":
        return redirect(url_for("storefront.products.show", name=f"{product.slug}-{product.code}"), 301)
    share()
    picked = choices(product, request.args.get("variant"))
    seller = find_seller_of_product(product)
    g.product = product
    return render_template(
        "storefront/products/show.html",
        product=product,
        seller=seller,
        choices=picked,
        chosen=next((one for one in picked if one.selected), None),
        images=[picture.image for picture in product.pictures],
        made_of=_made_of(product),
        like=shown(list_like(product, 8)),
        deliveries=_deliveries(seller),
    )


def page_of_variant(code: str) -> str | None:
    """The `name` in the address of the live piece that this variant belongs to."""
    row = db.session.execute(
        select(Product.slug, Product.code).join(Variant).where(Variant.code == code, Product.state == ProductState.LIVE)
    ).one_or_none()
    return f"{row.slug}-{row.code}" if row else None


def _made_of(product: Product) -> list[tuple[str, Any]]:
    locale = current_locale()

    def names(things: list[Any]) -> str:
        return ", ".join(localized(one, "name", locale) for one in things)

    animal = {
        AnimalMaterial.SILK: _("silk"),
        AnimalMaterial.LEATHER: _("leather"),
        AnimalMaterial.BONE: _("bone or horn"),
        AnimalMaterial.WAX: _("wax"),
    }
    variant = product.variants[0] if product.variants else None
    rows = [
        (_("Craft"), localized(product.craft, "name", locale) if product.craft else ""),
        (_("Material"), names(product.materials)),
        (_("Technique"), names(product.techniques)),
        (_("Motif"), names(product.motifs)),
        (_("Dye"), _dyes().get(str(product.dye), "") if product.dye else ""),
        (_("Animal material"), animal.get(product.animal_material, "")),
        (_("Weight with packing"), _weight(variant.weight) if variant else ""),
    ]
    return [(term, value) for term, value in rows if value]


def _dyes() -> dict[str, str]:
    return {"natural": _("natural dye"), "synthetic": _("synthetic dye"), "mixed": _("natural and synthetic dye"), "undyed": _("undyed")}


def _weight(grams: int) -> str:
    from marketplace.web.filters import number

    return f"{number(grams)} g" if grams < 1000 else f"{number(grams / 1000)} kg"


def _deliveries(seller: Seller | None) -> list[str]:
    names = {"pickup": _("Pick-up at the workshop"), "own": _("Delivered by the maker nearby"), "courier": _("By courier all over Indonesia")}
    return [names[str(one.kind)] for one in seller.deliveries] if seller else []
