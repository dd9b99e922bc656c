"""The front door: what curators put forward, the crafts, what is new, who makes it, and where."""

from __future__ import annotations

from flask import Blueprint, render_template

from catalog.collections.queries import list_showing
from catalog.crafts.queries import list_crafts
from catalog.makers.queries import list_makers
from catalog.products.queries import count_live_by_craft, list_newest
from marketplace.web.caching import share
from marketplace.web.storefront import maps
from marketplace.web.storefront.words import shown

pages = Blueprint("home", __name__)


@pages.get("/")
def show() -> str:
    share()
    showing = list_showing(home=True, limit=4)
    newest = list_newest(12)
    wanted = [code for one in showing for code in one.codes[:6]]
    cards = {piece.code: piece for piece in shown([*dict.fromkeys([*wanted, *newest])])}
    counts = count_live_by_craft()
    return render_template(
        "storefront/home/show.html",
        collections=[(one.collection, [cards[code] for code in one.codes[:6] if code in cards]) for one in showing],
        crafts=[(craft, counts.get(craft.slug, 0)) for craft in list_crafts() if counts.get(craft.slug)],
        newest=[cards[code] for code in newest if code in cards],
        total=sum(counts.values()),
        makers=list_makers(limit=6),
        map=maps.regencies("19"),
    )
