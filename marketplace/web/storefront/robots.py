"""`/robots.txt`: what search engines need not read. Only where the whole site begins; `/en/robots.txt` is no such file."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.web.caching import share
from marketplace.web.locale import LOCALES, current_locale, in_locale
from marketplace.web.storefront.listing import FACETS, OPTIONS
from marketplace.web.storefront.structured import absolute

pages = Blueprint("robots", __name__)

PRIVATE = ("/cart", "/checkout", "/purchases", "/account", "/seller", "/curator", "/officer", "/operator", "/search")
NARROWING = (*FACETS, *OPTIONS, "in_stock", "price_low", "price_high", "sort", "variant")


@pages.get("/robots.txt")
def show() -> Response:
    if current_locale() != "id":
        raise NotFound(N_("There is nothing at this address."))
    share()
    lines = ["User-agent: *"]
    lines += [f"Disallow: {in_locale(path, locale)}" for locale in LOCALES for path in PRIVATE]
    lines += [f"Disallow: /*{mark}{name}=" for name in NARROWING for mark in "?&"]
    lines += ["", f"Sitemap: {absolute(url_for('storefront.sitemaps.index'))}", ""]
    return Response("\n".join(lines), content_type="text/plain; charset=utf-8")
