"""What curators chose, with their words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.codes import tail_code
from catalog.collections.queries import Showing, find_showing, list_showing
from catalog.errors import NotFound
from catalog.makers.models import Maker
from catalog.makers.queries import list_makers_of_codes
from catalog.postcards.models import PostcardKind
from catalog.text import N_, localized
from marketplace.web.caching import share
from marketplace.web.filters import day_short
from marketplace.web.locale import current_locale
from marketplace.web.pieces import Shown, shown
from marketplace.web.speech import gettext as _
from marketplace.web.speech import ngettext
from marketplace.web.storefront import structured

pages = Blueprint("collections", __name__)

FACES = 5
SHOWN = 12


@dataclass(frozen=True)
class Presented:
    """What a page of collections says of one beside its own words."""

    showing: Showing
    facts: str
    makers: list[tuple[Maker, int]]
    """The first few with the number of their pieces in it."""

    @property
    def more(self) -> int:
        return len(self.showing.makers) - len(self.makers)


def _present(showings: list[Showing], most: int) -> list[Presented]:
    """Facts and the first `most` makers of each; two queries."""
    first = {one.collection.id: list(one.makers)[:most] for one in showings}
    makers = {maker.code: maker for maker in list_makers_of_codes([code for codes in first.values() for code in codes])}
    return [
        Presented(one, _facts(one), [(makers[c], one.makers[c]) for c in first[one.collection.id] if c in makers])
        for one in showings
    ]


def _facts(showing: Showing) -> str:
    """How many pieces of how many makers, and until when: `8 pieces · 3 makers · until 6 Feb`."""
    until = showing.collection.last_on
    parts = [
        ngettext("%(num)d piece", "%(num)d pieces", showing.total),
        ngettext("%(num)d maker", "%(num)d makers", len(showing.makers)),
        _("until %(day)s", day=day_short(until)) if until else "",
    ]
    return " · ".join(part for part in parts if part)


@pages.get("/collections")
def index() -> str:
    share()
    return render_template(
        "storefront/collections/index.html", presented=_present(list_showing(home=False, limit=30), FACES)
    )


def _pieces(showing: Showing) -> list[Shown]:
    """The cards of a collection, each with the curator's word in the page's language where there is one."""
    english = current_locale() == "en"
    notes = {code: (note_en if english and note_en else note) for code, (note, note_en) in showing.notes.items()}
    return [replace(piece, why=notes.get(piece.code, "")) for piece in shown(list(showing.codes))]


@pages.get("/collections/<name>")
def show(name: str) -> str | Response:
    showing = find_showing(tail_code(name))
    if showing is None:
        raise NotFound(N_("This collection is not open, or never was."))
    collection = showing.collection
    if name != f"{collection.slug}-{collection.code}":
        return redirect(url_for("storefront.collections.show", name=f"{collection.slug}-{collection.code}"), 301)
    share()
    pieces = _pieces(showing)
    (presented,) = _present([showing], SHOWN)
    title, lead = (localized(collection, attribute, current_locale()) for attribute in ("title", "lead"))
    trail = structured.trail((_("Collections"), url_for("storefront.collections.index")), (title, None))
    page = structured.collection_page(title, lead, structured.item_list(pieces), request.script_root + request.path)
    return render_template(
        "storefront/collections/show.html",
        collection=collection,
        facts=presented.facts,
        hands=presented,
        trail=trail,
        pieces=pieces,
        structured=structured.graph(page, structured.breadcrumbs(trail)),
        og_image=structured.postcard(
            PostcardKind.COLLECTION, collection.code, collection.image, *(piece.image for piece in pieces[:1])
        ),
    )
