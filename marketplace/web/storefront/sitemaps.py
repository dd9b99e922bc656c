"""`/sitemap.xml` and its parts: every public page in both languages.

The parts with many pages are cut by ranges of row ids, so that a part stays the same when others grow; the ids
themselves never show. They are large and seldom asked for, so proxies and readers may keep them, but the page cache
does not; an unchanged part answers 304.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, request, url_for
from sqlalchemy import Integer, func, literal_column, select
from sqlalchemy.orm import join

from catalog.collections.queries import list_showing
from catalog.crafts.queries import list_crafts, list_materials, list_motifs, list_techniques
from catalog.db import db
from catalog.errors import NotFound
from catalog.makers.models import Maker
from catalog.products.models import PriceSpan, Product, ProductState, Variant
from catalog.text import N_
from marketplace.curation.models import Submission
from marketplace.sellers.models import Decision
from marketplace.web.caching import present_edition
from marketplace.web.locale import LOCALES, current_locale, in_locale
from marketplace.web.storefront.listing import counted
from marketplace.web.storefront.pages import SLUGS
from marketplace.web.storefront.structured import absolute

pages = Blueprint("sitemaps", __name__)

PER_PART = 5_000
MAX_AGE = 3_600
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'

Entry = tuple[str, datetime | None]
"""A path without a language prefix, and when its page changed where that is known."""

_SHOWN: dict[str, tuple[Any, Any]] = {
    "products": (Product, Product.state == ProductState.LIVE),
    "makers": (Maker, Maker.is_shown),
}

_CHANGES: dict[str, tuple[tuple[Any, Any], ...]] = {
    "products": (
        (Product.published_at, Product),
        (
            PriceSpan.since,
            join(Product, Variant).join(PriceSpan, (PriceSpan.variant_id == Variant.id) & PriceSpan.until.is_(None)),
        ),
        (
            Submission.decided_at,
            join(
                Product, Submission, (Submission.product_id == Product.id) & (Submission.decision == Decision.APPROVED)
            ),
        ),
    ),
}
"""What says when a page changed, and where it stands: of a piece its first day on sale, its present prices, and the
changes that curators let pass. A page changed at the latest of them. The page of a maker, as those of places and
collections, changes with every piece on it and with words whose day is not kept, so it names none: a day that is
sometimes wrong is one that search engines stop believing everywhere."""


@pages.get("/sitemap.xml")
def index() -> Response:
    _at_the_root()
    parts = []
    for kind in _SHOWN:
        parts += [(f"{kind}-{number + 1}", at) for number, at in sorted(_parts(kind).items())]
    parts += [(name, None) for name, entries in _SMALL.items() if next(entries(), None)]
    body = "".join(
        f"<sitemap><loc>{escape(absolute(url_for('storefront.sitemaps.show', name=name)))}</loc>{_changed(at)}</sitemap>\n"
        for name, at in parts
    )
    return _answer("index", f"<sitemapindex {NAMESPACES}>\n{body}</sitemapindex>\n")


@pages.get("/sitemaps/<name>.xml")
def show(name: str) -> Response:
    _at_the_root()
    kind, _, number = name.partition("-")
    if kind in _SHOWN and number.isascii() and number.isdigit() and len(number) < 6:
        entries: Iterable[Entry] = list(_part(kind, int(number)))
    elif name in _SMALL:
        entries = list(_SMALL[name]())
    else:
        entries = ()
    if not entries:
        raise NotFound(N_("There is nothing at this address."))
    body = "".join(_urls(path, changed) for path, changed in entries)
    return _answer(name, f"<urlset {NAMESPACES} {XHTML}>\n{body}</urlset>\n")


def _parts(kind: str) -> dict[int, datetime | None]:
    """Which parts there are, counted from 0, and when the last of their pages changed."""
    model, is_shown = _SHOWN[kind]
    number = (model.id - 1) // literal_column(str(PER_PART), Integer)
    if kind in _CHANGES:
        return _changes(kind, number)
    return dict.fromkeys(db.session.scalars(select(number).where(is_shown).distinct()))


def _part(kind: str, number: int) -> Iterator[Entry]:
    model, is_shown = _SHOWN[kind]
    first = (number - 1) * PER_PART
    inside = (model.id > first, model.id <= first + PER_PART)
    changes = _changes(kind, model.id, *inside) if kind in _CHANGES else {}
    rows = db.session.execute(select(model.id, model.slug, model.code).where(is_shown, *inside).order_by(model.id))
    for id_, slug, code in rows:
        yield url_for(f"storefront.{kind}.show", name=f"{slug}-{code}"), changes.get(id_)


def _changes(kind: str, key: Any, *where: Any) -> dict[int, datetime | None]:
    """When the pages of each `key` changed last."""
    latest: dict[int, datetime | None] = {}
    _, is_shown = _SHOWN[kind]
    for changed, source in _CHANGES[kind]:
        found = select(key.label("key"), func.max(changed)).select_from(source).where(is_shown, *where).group_by("key")
        for one, at in db.session.execute(found):
            before = latest.get(one)
            latest[one] = at if before is None or (at and at > before) else before
    return latest


def _front() -> Iterator[Entry]:
    for name in (
        "home.show",
        "products.index",
        "collections.index",
        "crafts.index",
        "motifs.index",
        "techniques.index",
        "materials.index",
        "makers.index",
        "places.index",
    ):
        yield url_for(f"storefront.{name}"), None
    for slug in SLUGS:
        yield url_for("storefront.pages.show", slug=slug), None


def _terms() -> Iterator[Entry]:
    for kind, rows in (
        ("crafts", list_crafts()), ("motifs", list_motifs()), ("techniques", list_techniques()), ("materials", list_materials()),
    ):  # fmt: skip
        for one in rows:
            yield url_for(f"storefront.{kind}.show", slug=one.slug), one.told_at


def _collections() -> Iterator[Entry]:
    for showing in list_showing(home=False, limit=1_000, pieces=0):
        one = showing.collection
        yield url_for("storefront.collections.show", name=f"{one.slug}-{one.code}"), None


def _places() -> Iterator[Entry]:
    districts = counted("place:3")["place:3"]
    for code in sorted({code[:length] for code in districts for length in (2, 5, 8)}):
        yield url_for("storefront.places.show", code=code), None


_SMALL = {"pages": _front, "crafts": _terms, "collections": _collections, "places": _places}


def _at_the_root() -> None:
    if current_locale() != "id":
        raise NotFound(N_("There is nothing at this address."))


def _changed(at: datetime | None) -> str:
    return f"<lastmod>{at:%Y-%m-%d}</lastmod>" if at else ""


def _urls(path: str, at: datetime | None) -> str:
    """One page in each language, each naming both."""
    addresses = {locale: absolute(in_locale(path, locale)) for locale in LOCALES}
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{locale}" href={quoteattr(address)}/>'
        for locale, address in addresses.items()
    )
    return "".join(f"<url><loc>{escape(address)}</loc>{_changed(at)}{links}</url>\n" for address in addresses.values())


def _answer(name: str, body: str) -> Response:
    response = Response(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', content_type="application/xml; charset=utf-8"
    )
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    response.set_etag(f"{name}-{present_edition()}", weak=True)
    response.make_conditional(request)
    return response
