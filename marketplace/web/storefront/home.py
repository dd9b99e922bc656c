"""The front door: what curators put forward, the crafts, what is new, who makes it, and where."""

from __future__ import annotations

from collections import Counter
from weakref import WeakKeyDictionary

from flask import Blueprint, render_template
from sqlalchemy import Engine

from catalog.collections.queries import list_showing
from catalog.crafts.queries import list_crafts
from catalog.db import db
from catalog.makers.queries import list_makers
from catalog.products.queries import count_live_by_craft_and_district, pick_codes, pick_newest
from catalog.search.cards import list_rows
from marketplace.web.caching import present_edition, share
from marketplace.web.pieces import show as show_card
from marketplace.web.storefront import maps, structured

pages = Blueprint("home", __name__)

_counted: WeakKeyDictionary[Engine, tuple[int, list[tuple[str, str, int]]]] = WeakKeyDictionary()


def _live_counts() -> list[tuple[str, str, int]]:
    """Live pieces by craft and district, counted once per edition of the catalog: a pass over every live piece."""
    number = present_edition()
    known = _counted.get(db.engine)
    if known is None or known[0] != number:
        known = _counted[db.engine] = (number, count_live_by_craft_and_district())
    return known[1]


@pages.get("/")
def show() -> str:
    share()
    showing = list_showing(home=True, limit=4)
    wanted = {code for one in showing for code in one.codes[:6]}
    lists = list_rows(chosen=pick_codes(wanted), newest=pick_newest(12))
    cards = {card.code: show_card(card) for card in lists["chosen"]}
    by_craft: Counter[str] = Counter()
    by_district: Counter[str] = Counter()
    for craft, district, count in _live_counts():
        by_craft[craft] += count
        by_district[district] += count
    return render_template(
        "storefront/home/show.html",
        collections=[(one.collection, [cards[code] for code in one.codes[:6] if code in cards]) for one in showing],
        crafts=[(craft, by_craft[craft.slug]) for craft in list_crafts() if by_craft[craft.slug]],
        newest=[show_card(card) for card in lists["newest"]],
        total=by_craft.total(),
        makers=list_makers(limit=6),
        map=maps.draw("19", maps.rolled(by_district)),
        structured=structured.graph(structured.organization(), structured.website()),
        og_image=structured.shared_picture(showing[0].collection.image if showing else None),
    )
