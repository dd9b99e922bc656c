"""All pieces, and one piece."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response

from catalog.codes import tail_code
from catalog.db import db
from catalog.errors import NotFound
from catalog.products.models import Product, ProductState, Variant
from catalog.text import N_, localized
from marketplace.reviews.queries import read_reviews
from marketplace.sellers.showcase import find_showcase
from marketplace.web.caching import share
from marketplace.web.locale import current_locale
from marketplace.web.papers import claims_of
from marketplace.web.personal import Filled, questions
from marketplace.web.pieces import choices, deliveries, gallery_of, made_of, related
from marketplace.web.speech import gettext as _
from marketplace.web.storefront import structured
from marketplace.web.storefront.listing import read_listing

pages = Blueprint("products", __name__)


@pages.get("/products")
def index() -> str:
    share()
    listing = read_listing()
    trail = structured.trail((_("All pieces"), None))
    return render_template(
        "storefront/products/index.html",
        listing=listing,
        trail=trail,
        structured=structured.listing_page(trail, "", listing),
        og_image=structured.shared_picture(*(piece.image for piece in listing.pieces[:1])),
    )


@pages.get("/products/<name>")
def show(name: str) -> str | Response:
    """One live piece by its slug and code; an old slug leads to the new address."""
    return page(name, request.args.get("variant"))


def page(name: str, wanted: str | None, filled: Filled | None = None) -> str | Response:
    """The page of a piece with the variant `wanted`; `filled` brings back a refused form."""
    locale = current_locale()
    case = find_showcase(tail_code(name), locale)
    if case is None:
        raise NotFound(N_("This piece is not on sale, or never was."))
    product, seller = case.product, case.seller
    if name != f"{product.slug}-{product.code}":
        return redirect(url_for("storefront.products.show", name=f"{product.slug}-{product.code}"), 301)
    if filled is None:
        share()
    picked = choices(product, wanted, case)
    g.product = product
    reviews = read_reviews(product.id) if product.rating_count else None
    craft = product.craft
    steps = [(localized(craft, "name", locale), url_for("storefront.crafts.show", slug=craft.slug))] if craft else []
    trail = structured.trail(*steps, (localized(product, "title", locale), None))
    return render_template(
        "storefront/products/show.html",
        product=product,
        trail=trail,
        structured=structured.graph(
            structured.product(product, picked, seller, reviews), structured.breadcrumbs(trail)
        ),
        og_image=structured.shared_card(case.card, *(picture.image for picture in product.pictures[:1])),
        og_price=structured.price_of(picked),
        seller=seller,
        reviews=reviews,
        choices=picked,
        chosen=next((one for one in picked if one.selected), None),
        images=gallery_of(product, next((one for one in product.variants if one.code == wanted), None)),
        made_of=made_of(product),
        related=related(product),
        deliveries=deliveries(seller),
        claims=claims_of(product),
        questions=questions(product, filled) if product.personal else [],
        filled=filled,
    )


_ASKS: Any = (
    select(Product.personal)
    .join(Variant)
    .where(Variant.code == bindparam("variant"), Product.state == ProductState.LIVE)
)


def asks_of_variant(code: str) -> bool:
    """Whether the live piece that this variant belongs to is made personal. Asked whenever something is put into a cart:
    most are not, and the whole piece costs ten times as much."""
    return bool(db.session.scalar(_ASKS, {"variant": code}))


def piece_of_variant(code: str) -> Product | None:
    """The live piece that this variant belongs to."""
    return db.session.scalar(
        select(Product).join(Variant).where(Variant.code == code, Product.state == ProductState.LIVE)
    )


def page_of_variant(code: str) -> str | None:
    """The `name` in the address of the live piece that this variant belongs to."""
    piece = piece_of_variant(code)
    return f"{piece.slug}-{piece.code}" if piece else None
