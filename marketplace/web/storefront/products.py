"""All pieces, and one piece."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response

from catalog import clock
from catalog.codes import tail_code
from catalog.db import db
from catalog.errors import DomainError, NotFound
from catalog.money import Money
from catalog.products.models import Product, ProductState, Variant
from catalog.text import N_, localized
from marketplace.reviews.queries import read_reviews
from marketplace.sellers.showcase import Showcase, find_showcase
from marketplace.web import holes
from marketplace.web.caching import share
from marketplace.web.calendars import calendar_of
from marketplace.web.combinations import beside
from marketplace.web.context import KEPT
from marketplace.web.drawn import parts
from marketplace.web.errors import sentence
from marketplace.web.locale import current_locale
from marketplace.web.personal import Filled, typed_answers
from marketplace.web.pieces import related
from marketplace.web.portraits import portrait
from marketplace.web.speech import gettext as _
from marketplace.web.storefront import structured
from marketplace.web.storefront.listing import read_listing
from marketplace.web.visits import visit

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
    product = case.product
    if name != f"{product.slug}-{product.code}":
        asked = request.query_string.decode("utf-8", "replace")
        now = url_for("storefront.products.show", name=f"{product.slug}-{product.code}")
        return redirect(f"{now}?{asked}" if asked else now, 301)
    if filled is None:
        share()
    if all(one.code != wanted for one in product.variants if one.is_active):
        wanted = None
    rows = related(product)
    reviews = read_reviews(product.id) if product.rating_count else None
    craft = product.craft
    steps = [(localized(craft, "name", locale), url_for("storefront.crafts.show", slug=craft.slug))] if craft else []
    trail = structured.trail(*steps, (localized(product, "title", locale), None))
    told: Any = None
    if holes.is_open():
        beside = (reviews and reviews.told, *((row.title, row.more_url, tuple(row.pieces)) for row in rows))
        address = (request.script_root, wanted, *(request.args.get(part) for part in KEPT))
        told = ("piece", locale, address, clock.today(), _digest(case), beside)
    piece = parts().find(told) if told else None
    if piece is None:
        piece = _drawn(case, wanted, filled, related=rows, reviews=reviews, trail=trail)
        if told:
            parts().keep(told, piece, len(piece.content) + len(piece.structured))
    return render_template(
        "storefront/products/show.html",
        product=product,
        piece=piece,
        og_image=structured.shared_card(case.card, *(picture.image for picture in product.pictures[:1])),
        og_price=piece.price,
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a page shows of a piece: it follows from what was read, the day and the address, and is kept by these."""

    content: Markup
    structured: Markup
    price: Money | None
    takes_photos: bool


def _digest(case: Showcase) -> bytes:
    away = None if case.seller else calendar_of(case.product.seller_id)
    told = [[tuple(row) for row in rows] for rows in case.told]  # a row itself shortens what it says of long words
    return blake2b(repr((told, away)).encode(), digest_size=16).digest()


def _drawn(case: Showcase, wanted: str | None, filled: Filled | None, **beside: Any) -> Drawn:
    product, seller = case.product, case.seller
    shown = portrait(product, seller, wanted, case, filled)
    picked, asked = shown["choices"], shown["questions"]
    graph = structured.graph(
        structured.product(product, picked, seller, beside["reviews"]), structured.breadcrumbs(beside["trail"])
    )
    content = render_template(
        "storefront/products/_piece.html",
        here=url_for("storefront.products.show", name=f"{product.slug}-{product.code}"),
        **shown,
        **beside,
    )
    return Drawn(
        Markup(content),  # noqa: S704  a template of ours
        htmlsafe_json_dumps(graph, current_app.json.dumps),
        structured.price_of(picked),
        any(one["kind"] == "file" for one in asked),
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


def back_to_piece(filled: Filled, error: DomainError) -> Response:
    """To the piece that the form was about, with what is wrong; what was chosen and typed comes along. Raises `error`
    where no such piece is on sale."""
    piece = piece_of_variant(filled.variant) if filled.variant else _piece_of_code(filled.product)
    if piece is None:
        raise error
    name = f"{piece.slug}-{piece.code}"
    if not filled.complain(beside(filled, error)):
        visit.tell("danger", sentence(error))
    if not piece.personal and not filled.picked:
        return redirect(url_for("storefront.products.show", name=name, variant=filled.variant), 303)
    filled.typed = filled.typed or typed_answers(piece)
    return make_response(page(name, filled.variant, filled), error.status)


def _piece_of_code(code: str) -> Product | None:
    return db.session.scalar(select(Product).where(Product.code == code, Product.state == ProductState.LIVE))


def page_of_variant(code: str) -> str | None:
    """The `name` in the address of the live piece that this variant belongs to."""
    piece = piece_of_variant(code)
    return f"{piece.slug}-{piece.code}" if piece else None
