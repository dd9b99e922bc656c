"""`/robots.txt`: what search engines need not read. Only where the whole site begins; `/en/robots.txt` is no such file.

Filters make more lists than there are pieces, so filtered lists and searches are kept from being read at all, as Google
asks for faceted lists. A `noindex` on them would never be read, so they carry none.

With what is a person's own it is the other way round: carts, desks, purchases and the links that are secrets say `noindex`
and are named nowhere here. An address that may not be read can still be listed once somebody has published it, with the
token in it; only who reads the page learns that it must not be. They are few, since public pages link to no other than the
cart and the sign-in. The addresses of variants stay open: the offers that pages tell of name them, and each names the page
of its piece as its own address.
"""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.web.caching import share
from marketplace.web.locale import LOCALES, current_locale, in_locale
from marketplace.web.storefront.asked import FACETS, OPTIONS
from marketplace.web.storefront.structured import absolute

pages = Blueprint("robots", __name__)

ENDLESS = ("/search",)
NARROWING = (*FACETS, *OPTIONS, "in_stock", "price_low", "price_high", "sort", "q")


@pages.get("/robots.txt")
def show() -> Response:
    if current_locale() != "id":
        raise NotFound(N_("There is nothing at this address."))
    share()
    lines = ["User-agent: *"]
    lines += [f"Disallow: {in_locale(path, locale)}" for locale in LOCALES for path in ENDLESS]
    lines += [f"Disallow: /*{mark}{name}=" for name in NARROWING for mark in "?&"]
    lines += ["", f"Sitemap: {absolute(url_for('storefront.sitemaps.index'))}", ""]
    return Response("\n".join(lines), content_type="text/plain; charset=utf-8")
