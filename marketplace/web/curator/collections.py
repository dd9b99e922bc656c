"""Collections: what curators put forward, with words, dates and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import BooleanField, StringField, TextAreaField

from catalog import clock
from catalog.collections import services
from catalog.collections.models import Collection, Placement
from catalog.collections.queries import find_collection, list_collections
from catalog.db import db
from catalog.errors import DomainError, NotFound
from catalog.media.models import Image
from catalog.products.models import ProductPicture
from catalog.search.cards import list_cards
from catalog.search.query import Query
from catalog.text import N_, localized, tidy
from marketplace.web import pieces
from marketplace.web.curator.fields import MomentField, OrderField
from marketplace.web.curator.spans import in_words
from marketplace.web.forms import AtMost, Form, Needed, line
from marketplace.web.lifecycle import house
from marketplace.web.locale import current_locale
from marketplace.web.visits import visit

pages = Blueprint("collections", __name__)

FOUND = 12


class CollectionForm(Form):
    title = StringField(_l("Title"), [Needed(), AtMost(120)], filters=[line])
    title_en = StringField(_l("Title in English"), [AtMost(120)], filters=[line])
    lead = StringField(_l("One sentence under the title"), [AtMost(300)], filters=[line])
    lead_en = StringField(_l("The sentence in English"), [AtMost(300)], filters=[line])
    story = TextAreaField(_l("Story"), [AtMost(6_000)])
    story_en = TextAreaField(_l("Story in English"), [AtMost(6_000)])
    starts_at = MomentField(_l("Opens (WIB)"), [Needed()])
    ends_at = MomentField(_l("Closes (WIB)"))
    on_home = BooleanField(_l("Show it on the home page"))
    position = OrderField(_l("Place on the home page"))


FIELDS = ("title", "title_en", "lead", "lead_en", "story", "story_en", "starts_at", "ends_at", "on_home", "position")


@dataclass(frozen=True)
class Placed:
    """A piece in a collection as the desk shows it; `card` is None while it is not on sale."""

    placement: Placement
    card: Any
    image: Any


def find(code: str) -> Collection:
    collection = find_collection(code)
    if collection is None:
        raise NotFound(N_("There is no such collection."))
    return collection


@pages.get("/collections")
def index() -> str:
    return render_template(
        "curator/collections/index.html", collections=list_collections(), now=clock.now(), in_words=in_words
    )


@pages.get("/collections/new")
def new() -> str:
    return _form(CollectionForm(formdata=None, starts_at=clock.now(), on_home=True))


@pages.post("/collections")
def create() -> Any:
    form = CollectionForm()
    if not form.validate_on_submit():
        return _form(form), 422
    try:
        collection = services.create_collection(**_changes(form))
    except DomainError as error:
        form.take(error)
        return _form(form), error.status
    visit.tell("success", _("The collection is there. Now choose its pieces."))
    return redirect(url_for("curator.collections.show", code=collection.code), 303)


@pages.get("/collections/<code>")
def show(code: str) -> str:
    return page(find(code))


@pages.get("/collections/<code>/preview")
def preview(code: str) -> str:
    """The page that visitors will see, whether it is open yet or not."""
    collection = find(code)
    notes = {one.product.code: localized(one, "note", current_locale()) for one in collection.placements}
    return render_template(
        "curator/collections/preview.html",
        collection=collection,
        pieces=[replace(one, why=notes[one.code]) for one in pieces.shown(list(notes))],
    )


@pages.get("/collections/<code>/edit")
def edit(code: str) -> str:
    collection = find(code)
    return _form(CollectionForm(formdata=None, obj=collection), collection)


@pages.post("/collections/<code>")
def update(code: str) -> Any:
    collection = find(code)
    form = CollectionForm()
    if not form.validate_on_submit():
        return _form(form, collection), 422
    try:
        services.edit_collection(collection, _changes(form))
    except DomainError as error:
        form.take(error)
        return _form(form, collection), error.status
    visit.tell("success", _("Saved."))
    return redirect(url_for("curator.collections.show", code=code), 303)


@pages.post("/collections/<code>/removal")
def destroy(code: str) -> Any:
    collection = find(code)
    title = collection.title
    services.delete_collection(collection)
    visit.tell("success", _("The collection “%(title)s” is gone; its pieces stay on sale.", title=title))
    return redirect(url_for("curator.collections.index"), 303)


def _form(form: CollectionForm, collection: Collection | None = None) -> str:
    name = "edit" if collection else "new"
    return render_template(f"curator/collections/{name}.html", form=form, collection=collection)


def _changes(form: CollectionForm) -> dict[str, Any]:
    return {name: form[name].data for name in FIELDS}


def page(collection: Collection, **more: Any) -> str:
    """The collection's desk; `more` are what a refused form beside it wants shown again."""
    products = [one.product for one in collection.placements]
    cards = {card.code: card for card in list_cards([one.code for one in products])}
    pictures = list_pictures(collection)
    first: dict[int, Image] = {}
    for product_id, image in pictures:
        first.setdefault(product_id, image)
    words = tidy(request.args.get("q", ""))[:80]
    values: dict[str, Any] = {
        "piece": "",
        "piece_error": None,
        "note_errors": {},
        "alt": "",
        "alt_en": "",
        "picture_error": None,
    }
    return render_template(
        "curator/collections/show.html",
        collection=collection,
        placed=[Placed(one, cards.get(one.product.code), first.get(one.product_id)) for one in collection.placements],
        pictures=[image for _, image in pictures],
        found=_search(words, set(cards)) if words else [],
        q=words,
        now=clock.now(),
        in_words=in_words,
        **{**values, **more},
    )


def list_pictures(collection: Collection) -> Sequence[Any]:
    """(product id, image) of everything that the collection's pieces show, in the order of the pieces."""
    rank = {one.product_id: at for at, one in enumerate(collection.placements)}
    rows = db.session.execute(
        select(ProductPicture.product_id, Image)
        .join(Image, Image.id == ProductPicture.image_id)
        .where(ProductPicture.product_id.in_(rank))
        .order_by(ProductPicture.product_id, ProductPicture.position, ProductPicture.id)
    ).all()
    return sorted(rows, key=lambda row: rank[row[0]])


def _search(words: str, there: set[str]) -> list[Any]:
    """Cards of live pieces that these words find, without those that are in already."""
    results = house().ports.search.search(
        Query(text=words, locale=current_locale(), per_page=FOUND + len(there), facets=())
    )
    return list_cards([code for code in results.codes if code not in there][:FOUND])
