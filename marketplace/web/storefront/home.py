"""The front door: what curators and the season put forward, a piece for the day, what is new, who makes it, and where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, url_for

from catalog import clock
from catalog.collections.queries import Showing, list_showing
from catalog.collections.seasons import Season, present_season
from catalog.crafts.queries import list_crafts
from catalog.makers.queries import list_makers_of_codes
from catalog.products.queries import pick_asked, pick_newest, pick_of_craft, pick_of_motifs
from catalog.search.cards import Card, Rows
from catalog.text import localized, told
from marketplace.web.caching import share
from marketplace.web.filters import day_short
from marketplace.web.locale import current_locale
from marketplace.web.pieces import Shown, show_all
from marketplace.web.speech import gettext as _
from marketplace.web.storefront import maps, structured
from marketplace.web.storefront.listing import counted, side_by_side
from marketplace.web.storefront.places import MAPPED

pages = Blueprint("home", __name__)

COLLECTIONS = 4
OF_A_COLLECTION = 6
NEWEST = 24
SHOWN_NEW = 8
MAKERS = 6
OF_A_CRAFT = 8
IN_A_ROW = 4


@dataclass(frozen=True)
class Opening:
    """The first chapter: a collection, else the season, else the piece of the day."""

    title: str
    lead: str
    image: Any
    eyebrow: str
    action_label: str
    action_url: str
    more_label: str = ""
    more_url: str = ""
    label: dict[str, str] | None = None
    """The piece in the picture, where the picture shows one."""
    title_lang: str = ""
    lang: str = ""
    """The languages of title and lead where they are not the page's."""


@dataclass(frozen=True)
class Shelf:
    """Pieces that belong together, with the words that say why."""

    title: str
    lead: str
    pieces: list[Shown]
    url: str
    image: Any = None
    until: str = ""
    """The last day of a collection that will close."""
    title_lang: str = ""
    lang: str = ""


@pages.get("/")
def show() -> str:
    share()
    showing = list_showing(home=True, limit=COLLECTIONS)
    crafts = list_crafts()
    season = present_season()
    ids = {craft.slug: craft.id for craft in crafts}
    of_season = tuple((slug, ids[slug]) for slug in season.crafts if slug in ids) if season else ()
    rows = _rows(of_season, season.motifs if season else ())
    lists = rows.read({"codes": [code for one in showing for code in one.codes[:OF_A_COLLECTION]]})
    chosen = {piece.code: piece for piece in show_all(lists["chosen"])}
    collections = [_collection(one, chosen) for one in showing]
    newest = show_all(lists["newest"])
    seasonal = [cards for name, cards in lists.items() if name.startswith("season")]
    shelf = _season(season, seasonal) if season else None
    day = of_the_day([*(piece for one in collections for piece in one.pieces), *newest])
    opening = _opening(collections, shelf, day)
    above = {piece.code for one in (*collections[:1], shelf) if one for piece in one.pieces[:IN_A_ROW]}
    counts = counted("craft", "place:3")
    by_craft, by_district = counts["craft"], counts["place:3"]
    return render_template(
        "storefront/home/show.html",
        opening=opening,
        collections=collections,
        season=shelf,
        of_the_day=day if day and opening and opening.label != _label(day) else None,
        crafts=[(craft, by_craft[craft.slug]) for craft in crafts if craft.slug in by_craft],
        newest=[one for one in newest if one.code not in above or len(newest) <= SHOWN_NEW][:SHOWN_NEW],
        total=sum(by_craft.values()),
        makers=list_makers_of_codes(list(dict.fromkeys(card.maker_code for card in lists["newest"]))[:MAKERS]),
        map=maps.draw(MAPPED, maps.rolled(by_district)),
        structured=structured.graph(structured.organization(), structured.website()),
        og_image=structured.shared_picture(opening.image if opening else None),
    )


@lru_cache(maxsize=16)
def _rows(crafts: tuple[tuple[str, int], ...], motifs: tuple[str, ...]) -> Rows:
    """The lists of the page, composed once for a season of these crafts (slug and id) and motifs."""
    picks = {"chosen": pick_asked(), "newest": pick_newest(NEWEST)}
    picks |= {f"season {slug}": pick_of_craft(craft_id, OF_A_CRAFT) for slug, craft_id in crafts}
    if motifs:
        picks["season"] = pick_of_motifs(motifs, OF_A_CRAFT)
    return Rows(**picks)


def _collection(showing: Showing, cards: dict[str, Shown]) -> Shelf:
    collection, english = showing.collection, current_locale() == "en"
    notes = {code: (note_en if english and note_en else note) for code, (note, note_en) in showing.notes.items()}
    codes = [code for code in showing.codes[:OF_A_COLLECTION] if code in cards]
    title, lead = (told(collection, attribute, current_locale()) for attribute in ("title", "lead"))
    return Shelf(
        title=title.text,
        lead=lead.text,
        title_lang=title.other,
        lang=lead.other,
        pieces=[replace(cards[code], why=notes.get(code, "")) for code in codes],
        url=url_for("storefront.collections.show", name=f"{collection.slug}-{collection.code}"),
        image=collection.image,
        until=day_short(collection.last_on) if collection.last_on else "",
    )


def _season(season: Season, lists: list[list[Card]]) -> Shelf | None:
    """What belongs to the season, its crafts and makers in turns; None where too little does."""
    turns = {card.code: card for turn in zip_longest(*lists) for card in turn if card and not card.sold_out}
    if len(turns) < IN_A_ROW:
        return None
    return Shelf(
        title=localized(season, "name", current_locale()),
        lead=localized(season, "lead", current_locale()),
        pieces=side_by_side(show_all(turns.values()))[:IN_A_ROW],
        url=f"{url_for('storefront.products.index')}?{urlencode([('craft', one) for one in season.crafts])}",
    )


def of_the_day(pieces: list[Shown]) -> Shown | None:
    """One of these that has a picture and can be had, another one every day: each piece draws a number for the day and the
    highest wins, so that a piece which comes or goes during the day changes nothing unless it is the one."""
    day = clock.today().isoformat()
    can_be_had = [one for one in pieces if one.image and not one.sold_out]
    return max(can_be_had, key=lambda one: hashlib.sha256(f"{day} {one.code}".encode()).digest(), default=None)


def _opening(collections: list[Shelf], season: Shelf | None, day: Shown | None) -> Opening | None:
    everything = url_for("storefront.products.index")
    for shelf, eyebrow, action in (
        (collections[0] if collections else None, _("Chosen by Dekranasda"), _("See the collection")),
        (season, _("The season"), _("See the pieces")),
    ):
        if shelf:
            first = next((one for one in shelf.pieces if one.image), None) if shelf.image is None else None
            image = shelf.image or (first.image if first else None)
            if shelf.until:
                eyebrow = f"{eyebrow} · {_('until %(day)s', day=shelf.until)}"
            return Opening(
                shelf.title, shelf.lead, image, eyebrow, action, shelf.url, _("All pieces"), everything, _label(first),
                shelf.title_lang, shelf.lang,
            )  # fmt: skip
    if day is None:
        return None
    return Opening(
        _("Made by hand on two islands"),
        _("Cloth, pewter, fern and shell from Bangka Belitung, each piece with the name of its maker."),
        day.image,
        _("Piece of the day"),
        _("See all pieces"),
        everything,
        label=_label(day),
    )


def _label(piece: Shown | None) -> dict[str, str] | None:
    return {"title": piece.title, "by": f"{piece.maker} · {piece.place}", "url": piece.url} if piece else None
