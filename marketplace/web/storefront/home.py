"""The front door: what curators put forward, the crafts, what is new, who makes it, and where."""

from __future__ import annotations

from flask import Blueprint, render_template

from catalog.collections.queries import list_showing
from catalog.crafts.queries import list_crafts
from catalog.makers.queries import list_makers
from catalog.products.queries import pick_codes, pick_newest
from catalog.search.cards import list_rows
from marketplace.web.caching import share
from marketplace.web.pieces import show as show_card
from marketplace.web.storefront import maps, structured
from marketplace.web.storefront.listing import counted

pages = Blueprint("home", __name__)


@pages.get("/")
def show() -> str:
    share()
    showing = list_showing(home=True, limit=4)
    wanted = {code for one in showing for code in one.codes[:6]}
    lists = list_rows(chosen=pick_codes(wanted), newest=pick_newest(12))
    cards = {card.code: show_card(card) for card in lists["chosen"]}
    counts = counted("craft", "place:3")
    by_craft, by_district = counts["craft"], counts["place:3"]
    return render_template(
        "storefront/home/show.html",
        collections=[(one.collection, [cards[code] for code in one.codes[:6] if code in cards]) for one in showing],
        crafts=[(craft, by_craft[craft.slug]) for craft in list_crafts() if craft.slug in by_craft],
        newest=[show_card(card) for card in lists["newest"]],
        total=sum(by_craft.values()),
        makers=list_makers(limit=6),
        map=maps.draw("19", maps.rolled(by_district)),
        structured=structured.graph(structured.organization(), structured.website()),
        og_image=structured.shared_picture(showing[0].collection.image if showing else None),
    )
