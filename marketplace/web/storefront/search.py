"""Searching, what is suggested while somebody types, and what many look for.

A page that is shared or kept is not seen here again, so the page itself says what was looked for (`search-noted`). What
is counted is read by all, so the index takes words of ours only, from several visitors of one day, and never learns who
they are (`catalog.search.embedded.popular`).

Guests send no token, as with every form of the storefront: `guards` asks the signed in for theirs, which comes through a
hole of the shared page, and refuses everybody's requests from other sites. A token for guests would be had by whoever
opens the page; what keeps the public list clean is how little one visitor counts for.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Protocol, runtime_checkable

from flask import Blueprint, Response, render_template, request, url_for
from flask_limiter.util import get_remote_address

from catalog import clock
from catalog.makers.queries import names_of_makers
from catalog.money import Money
from catalog.places.queries import find_places
from catalog.search.cards import list_cards
from catalog.search.index import SearchIndex
from catalog.search.naming import around, places_named
from catalog.search.query import Query, Suggestion
from catalog.search.spending import spending_in
from catalog.search.words import fold, query_words
from catalog.text import localized, tidy
from marketplace.web.caching import share
from marketplace.web.filters import money
from marketplace.web.lifecycle import house
from marketplace.web.limits import limiter
from marketplace.web.locale import current_locale
from marketplace.web.speech import gettext as _
from marketplace.web.speech import ngettext
from marketplace.web.storefront.listing import Listing, counted, read_listing
from marketplace.web.storefront.words import label

pages = Blueprint("search", __name__)

ICONS = {"craft": "layers", "motif": "layout-grid", "maker": "user", "place": "map-pin"}
LIMIT = 8
LEVELS = ("place:1", "place:2", "place:3")
MOST_PLACES = 3
NOTED = "30 per minute"
NETWORK = {4: 24, 6: 48}
"""Bits of an address that make a visitor."""
POPULAR_FOR = timedelta(days=60)


@runtime_checkable
class CountsSearches(SearchIndex, Protocol):
    """An index that also remembers what is asked often; the embedded one does."""

    def record(self, text: str, visitor: str, at: int) -> bool: ...

    def popular(self, limit: int, since: int = 0) -> list[str]: ...


@pages.get("/search")
def show() -> str:
    share()
    listing = read_listing()
    q = tidy(request.args.get("q", ""))[:200]
    is_lost = not listing.total and not listing.chips
    places = [*_prices(q, listing), *_places(q)]
    return render_template(
        "storefront/search/show.html",
        listing=listing,
        q=q,
        is_about=bool(query_words(q)),
        popular=_popular() if is_lost or not q else [],
        places=places,
        nearest=[one for one in _nearest(q) if one["url"] not in {place["url"] for place in places}] if is_lost else [],
    )


@pages.post("/search")
@limiter.limit(NOTED)
def create() -> Response:
    """Count that somebody looked for `q`, if the index takes it; what became of it is not told."""
    search = house().ports.search
    text = tidy(request.form.get("q", ""))[:200]
    if text and isinstance(search, CountsSearches):
        search.record(text, _visitor(), int(clock.now().timestamp()))
    return Response(status=204)


def _visitor() -> str:
    """The network that asks, empty where there is none. Not the session, which everybody has as many of as they like, nor
    the very address, of which one provider's customer has a whole net. Keyed, so that a copy of the database does not
    let anybody find addresses by trying them all."""
    try:
        address = ip_address(get_remote_address())
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    network = ip_network((address.packed, NETWORK[address.version]), strict=False)
    return hmac.new(house().settings.secret_key.encode(), f"searches:{network}".encode(), hashlib.sha256).hexdigest()


def _popular() -> list[str]:
    search = house().ports.search
    if not isinstance(search, CountsSearches):
        return []
    return search.popular(LIMIT, int((clock.now() - POPULAR_FOR).timestamp()))


def _prices(q: str, listing: Listing) -> list[dict[str, str]]:
    """The list within the price that the words name, unless it is narrowed by one already."""
    spending = spending_in(fold(q))
    if spending is None or listing.query.price_min is not None or listing.query.price_max is not None:
        return []
    within = replace(
        listing.query,
        text=spending.rest,
        price_min=spending.low,
        price_max=spending.high,
        facets=(),
        page=1,
        per_page=1,
    )
    pieces = house().ports.search.search(within).total
    if not pieces:
        return []
    low, high = (_money(bound) for bound in (spending.low, spending.high))
    if low and high:
        span = f"{low}–{high}"
    else:
        span = _("up to %(price)s", price=high) if high else _("from %(price)s", price=low)
    return [
        {
            "label": _(
                "Price: %(span)s (%(pieces)s)",
                span=span,
                pieces=ngettext("%(num)d piece", "%(num)d pieces", pieces),
            ),
            "url": url_for(
                "storefront.search.show", q=spending.rest or None, price_low=spending.low, price_high=spending.high
            ),
        }
    ]


def _money(bound: int | None) -> str:
    return "" if bound is None else money(Money(bound))


def _places(q: str) -> list[dict[str, str]]:
    """The places that the words name and pieces come from; for one without pieces the regency around it."""
    words = query_words(q)
    if not any(places_named(words, None)):
        return []
    counts = {code: count for level in counted(*LEVELS).values() for code, count in level.items()}
    chosen: dict[str, None] = {}
    for _start, _end, codes in places_named(words, around(counts)):
        sold = [code for code in codes if code in counts]
        chosen |= dict.fromkeys(sold or [code[:5] for code in codes if code[:5] in counts])
    found = list(find_places(chosen).values())[:MOST_PLACES]
    names = [one.name_en if current_locale() == "en" and one.name_en else one.name for one in found]
    return [
        {
            "label": _(
                "Place: %(place)s (%(pieces)s)",
                place=one.label if names.count(name) > 1 else name,
                pieces=ngettext("%(num)d piece", "%(num)d pieces", counts[one.code]),
            ),
            "url": url_for("storefront.places.show", code=one.code),
        }
        for one, name in zip(found, names, strict=True)
    ]


def _nearest(q: str) -> list[dict[str, Any]]:
    """Crafts, motifs and places that sound like a word of what was looked for; the crafts with most pieces else."""
    search = house().ports.search
    found: dict[str, dict[str, Any]] = {}
    for word in q.split()[:5]:
        for one in search.suggest(word, current_locale(), LIMIT):
            if one.kind in ("craft", "motif", "place"):
                found.setdefault(f"{one.kind}:{one.key}", {"label": one.text, "url": _address(one)})
    if found:
        return list(found.values())[:LIMIT]
    counts = search.search(Query(per_page=1, facets=("craft",))).facets.get("craft", ())
    return [
        {"label": label("craft", slug), "url": url_for("storefront.crafts.show", slug=slug)}
        for slug, _count in counts[:LIMIT]
    ]


@pages.get("/search/suggestions")
def suggestions() -> str:
    """A fragment for the search box; empty for nothing typed."""
    share()
    text = tidy(request.args.get("q", ""))[:80]
    found = house().ports.search.suggest(text, current_locale(), LIMIT) if text else []
    return render_template(
        "storefront/search/suggestions.html",
        groups=_groups(found),
        q=text,
        search_url=url_for("storefront.search.show", q=text),
    )


def _groups(found: list[Suggestion]) -> list[dict[str, object]]:
    """Pieces and makers say what the database says of them today; what the public may not see is left out."""
    names = {
        "product": _("Pieces"),
        "craft": _("Crafts"),
        "motif": _("Motifs"),
        "maker": _("Makers"),
        "place": _("Places"),
    }
    cards = {card.code: card for card in list_cards([one.key for one in found if one.kind == "product"])}
    makers = names_of_makers([one.key for one in found if one.kind == "maker"])
    groups: dict[str, list[dict[str, object]]] = {}
    for one in found:
        if one.kind == "product":
            card = cards.get(one.key)
            if card is None:
                continue
            url = url_for("storefront.products.show", name=f"{card.slug}-{card.code}")
            title = localized(card, "title", current_locale())
            row: dict[str, object] = {"label": title, "url": url, "note": card.maker, "image": card.image}
        elif one.kind == "maker":
            if one.key not in makers:
                continue
            slug, name = makers[one.key]
            url = url_for("storefront.makers.show", name=f"{slug}-{one.key}")
            row = {"label": name, "url": url, "icon": ICONS[one.kind]}
        elif one.kind in ICONS:
            row = {"label": one.text, "url": _address(one), "icon": ICONS[one.kind]}
        else:
            continue
        groups.setdefault(one.kind, []).append(row)
    return [{"label": names[kind], "items": rows} for kind, rows in groups.items()]


def _address(one: Suggestion) -> str:
    if one.kind == "craft":
        return url_for("storefront.crafts.show", slug=one.key)
    if one.kind == "motif":
        return url_for("storefront.motifs.show", slug=one.key)
    return url_for("storefront.places.show", code=one.key)
