"""Searching, and what is suggested while somebody types."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from catalog.search.cards import list_cards
from catalog.search.query import Suggestion
from catalog.text import tidy
from marketplace.web.caching import share
from marketplace.web.lifecycle import house
from marketplace.web.locale import current_locale
from marketplace.web.storefront.listing import read_listing

pages = Blueprint("search", __name__)

ICONS = {"craft": "layers", "motif": "sparkles", "maker": "user", "place": "map-pin"}
LIMIT = 8


@pages.get("/search")
def show() -> str:
    share()
    return render_template("storefront/search/show.html", listing=read_listing(), q=tidy(request.args.get("q", ""))[:200])


@pages.get("/search/suggestions")
def suggestions() -> str:
    """A fragment for the search box; empty for nothing typed."""
    share()
    text = tidy(request.args.get("q", ""))[:80]
    found = house().ports.search.suggest(text, current_locale(), LIMIT) if text else []
    return render_template(
        "storefront/search/suggestions.html", groups=_groups(found), q=text, search_url=url_for("storefront.search.show", q=text)
    )


def _groups(found: list[Suggestion]) -> list[dict[str, object]]:
    names = {"product": _("Pieces"), "craft": _("Crafts"), "motif": _("Motifs"), "maker": _("Makers"), "place": _("Places")}
    cards = {card.code: card for card in list_cards([one.key for one in found if one.kind == "product"])}
    groups: dict[str, list[dict[str, object]]] = {}
    for one in found:
        if one.kind == "product":
            card = cards.get(one.key)
            if card is None:
                continue
            url = url_for("storefront.products.show", name=f"{card.slug}-{card.code}")
            row: dict[str, object] = {"label": one.text, "url": url, "note": card.maker, "image": card.image}
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
    if one.kind == "maker":
        return url_for("storefront.makers.show", name=one.key)
    return url_for("storefront.places.show", code=one.key)
