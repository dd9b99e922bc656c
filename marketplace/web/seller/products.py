"""The shop's pieces: the list, a small start, the hub of one piece, and its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import (
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from catalog.crafts.queries import find_craft, list_crafts, list_materials, list_motifs, list_techniques
from catalog.errors import Conflict, Invalid
from catalog.inventory.queries import available
from catalog.makers.models import Maker
from catalog.products.checklist import Point
from catalog.products.models import Product, ProductState
from catalog.products.queries import count_of_seller, list_of_seller
from catalog.products.services import attach_picture, create_draft, find_begun
from catalog.products.staging import words as present_words
from catalog.products.states import COMPLETE, EDITABLE
from catalog.text import localized
from marketplace.bookkeeping.cuts import cut as share_out
from marketplace.bookkeeping.rates import terms_of
from marketplace.curation import changes
from marketplace.curation.models import Deed, Submission
from marketplace.curation.queries import checklist_of, latest_submission
from marketplace.sellers.models import Decision
from marketplace.web import paging
from marketplace.web.differing import animals, dyes, rows
from marketplace.web.forms import AtMost, Form, Needed, accepts_many, line
from marketplace.web.lifecycle import attempt
from marketplace.web.locale import current_locale
from marketplace.web.seller.desk import page, piece_of, way_back
from marketplace.web.seller.receiving import keep, received
from marketplace.web.seller.words import piece_states
from marketplace.web.visits import visit

pages = Blueprint("products", __name__)

PAGE_SIZE = 24
TERMS = ("techniques", "materials", "motifs")


def _choices(things: Sequence[Any]) -> list[tuple[str, str]]:
    locale = current_locale()
    return [(one.slug, localized(one, "name", locale)) for one in things]


class Start(Form):
    """The small start of a piece."""

    pictures = MultipleFileField(
        _l("Take or choose photos"), description=_l("In daylight, from the front. More can follow.")
    )
    title = StringField(
        _l("What is it?"),
        validators=[Needed(), AtMost(120)],
        filters=[line],
        description=_l("For example: Selendang cual kembang setaman"),
    )
    craft = SelectField(_l("Craft"), validate_choice=False)


class Words(Form):
    """What a piece is, and how to care for it."""

    version = HiddenField()
    title = StringField(
        _l("Title"),
        validators=[Needed(), AtMost(120)],
        filters=[line],
        description=_l("What it is, with motif or size if that tells it apart."),
    )
    title_en = StringField(_l("Title in English"), validators=[AtMost(120)], filters=[line])
    maker = SelectField(_l("Who made it"), validate_choice=False)
    craft = SelectField(_l("Craft"), validate_choice=False)
    description = TextAreaField(
        _l("Description"), description=_l("What it is, how big, for what, and what is special about it.")
    )
    description_en = TextAreaField(_l("Description in English"))
    techniques = SelectMultipleField(_l("How it was made"), validate_choice=False)
    materials = SelectMultipleField(_l("What it is made of"), validate_choice=False)
    motifs = SelectMultipleField(_l("Motifs"), validate_choice=False)
    dye = RadioField(_l("Dye"), validate_choice=False)
    animal_material = RadioField(
        _l("Animal material"),
        validate_choice=False,
        description=_l("Buyers ask, and the halal rules for goods need it."),
    )
    set_pieces = TextAreaField(
        _l("Is it a set? What does it hold?"),
        description=_l(
            "One line for each, for example: Kain / Cloth, 180 × 100 cm. Leave it empty for a single piece."
        ),
    )
    care = TextAreaField(_l("How to care for it"))
    care_en = TextAreaField(_l("Care in English"))
    variation_note = StringField(
        _l("What may differ"),
        validators=[AtMost(300)],
        filters=[line],
        description=_l("For example: every piece is dyed by hand, so the red may differ a little."),
    )
    variation_note_en = StringField(_l("What may differ, in English"), validators=[AtMost(300)], filters=[line])


@dataclass(frozen=True)
class Terms:
    """The words to tick of one kind: those of the craft first, all others behind a fold."""

    near: list[tuple[str, str]]
    far: list[tuple[str, str]]


def _terms(form: Words) -> dict[str, Terms]:
    craft = find_craft(form.craft.data or "")
    found = {}
    for name, every in (("techniques", list_techniques()), ("materials", list_materials()), ("motifs", list_motifs())):
        chosen = set(form[name].data or [])
        own = {one.slug for one in getattr(craft, name)} if craft else set()
        near = [one for one in every if one.slug in own or one.slug in chosen]
        far = [one for one in every if one not in near]
        found[name] = Terms(_choices(near), _choices(far)) if near else Terms(_choices(far), [])
    return found


def _present(product: Product, submission: Submission | None) -> dict[str, Any]:
    """What the form shows of a piece: as it is kept, with what waits to be looked at (`submission`) in its place."""
    return {**present_words(product), "version": product.version, **_lying(submission)}


def _lying(submission: Submission | None) -> dict[str, Any]:
    """Words that wait for the curators, or were given back: the maker goes on with these."""
    kept = (submission.changes or {}) if submission else {}
    return {name: value for name, value in kept.items() if name not in (changes.PRICES, changes.OPTIONS)}


def _typed(form: Words, makers: Sequence[Maker]) -> dict[str, Any]:
    names = (
        "title",
        "title_en",
        "description",
        "description_en",
        "care",
        "care_en",
        "variation_note",
        "variation_note_en",
        "craft",
        "dye",
        "animal_material",
        "set_pieces",
        *TERMS,
    )
    values: dict[str, Any] = {name: form[name].data for name in names}
    if len(makers) > 1:
        values["maker"] = next((one for one in makers if one.code == form.maker.data), None)
    return values


@pages.get("/products")
def index(seller: str) -> str:
    wanted = request.args.get("state", "")
    state = ProductState(wanted) if wanted in set(ProductState) else None
    counts = count_of_seller(g.seller.id)
    names = piece_states()
    tabs = [
        {
            "label": _("All"),
            "url": url_for("seller.products.index"),
            "active": state is None,
            "count": sum(counts.values()),
        }
    ]
    for one, (label, _kind) in names.items():
        if counts.get(one) or one is state:
            url = url_for("seller.products.index", state=one.value)
            tabs.append({"label": label, "url": url, "active": state is one, "count": counts.get(one, 0)})
    found = paging.cut(list_of_seller(g.seller.id, state, paging.after(), PAGE_SIZE + 1), PAGE_SIZE)
    stock = available(
        [one.id for product in found if product.is_live for one in product.variants if not one.is_made_to_order]
    )
    return page(
        "seller/products/index.html", "products",
        ways=tabs, rows=[_row(product, names, stock) for product in found], next_after=found.next_after, state=wanted if state else None,
    )  # fmt: skip


def _row(product: Product, names: dict[ProductState, tuple[str, str]], stock: dict[int, int]) -> dict[str, Any]:
    label, kind = names[product.state]
    active = [variant for variant in product.variants if variant.is_active]
    if product.is_live and active and not any(one.is_made_to_order or stock.get(one.id, 0) > 0 for one in active):
        label, kind = _("Sold out"), "warning"
    return {
        "url": url_for("seller.products.show", code=product.code),
        "title": localized(product, "title", current_locale()),
        "price": min((one.price for one in active), default=None),
        "kinds": len(active),
        "image": product.pictures[0].image if product.pictures else None,
        "badge": label,
        "badge_kind": kind,
    }


@pages.get("/products/new")
def new(seller: str) -> str:
    return _start(Start(formdata=None))


def _start(form: Start) -> str:
    form.craft.choices = _choices(list_crafts())
    if form.craft.data is None and g.seller.makers and len(g.seller.makers[0].crafts) == 1:
        form.craft.data = g.seller.makers[0].crafts[0].slug
    return page("seller/products/new.html", "products", form=form)


@pages.post("/products")
def create(seller: str) -> Response | tuple[str, int]:
    """A draft from a title, perhaps photos and a craft; everything else can follow."""
    form = Start()
    form.pictures.data = None
    files = _files()
    if not form.validate():
        if files:
            form.pictures.errors = [_("Please choose the photos once more: browsers do not keep them.")]
        return _start(form), 422
    pictures, refused = received(files)
    if refused and not pictures:
        form.pictures.errors = refused
        return _start(form), 422
    try:
        with attempt():
            product = find_begun(g.seller.id, g.seller.makers[0], form.title.data)
            if product is None:
                product = create_draft(g.seller.id, g.seller.makers[0], form.title.data, craft=form.craft.data or None)
            for picture in pictures:
                attach_picture(product, keep(picture).code, owner=g.seller.code)
    except Invalid as error:
        form.take(error)
        return _start(form), 422
    for text in refused:
        visit.tell("danger", text)
    visit.tell("success", _("The draft is kept. Only you can see it."))
    return redirect(url_for("seller.products.show", code=product.code), 303)


def _files() -> list[FileStorage]:
    return [file for file in request.files.getlist("pictures") if file.filename]


@pages.get("/products/<code>")
def show(seller: str, code: str) -> str:
    """One piece: where it stands, what is missing, the one next step."""
    return hub(piece_of(code))


def hub(product: Product, **more: Any) -> str:
    submission = latest_submission(product)
    points = checklist_of(product)
    refused = (
        submission
        if submission and submission.decision is Decision.REFUSED and product.state is ProductState.DRAFT
        else None
    )
    return page(
        "seller/products/show.html", "products",
        product=product, points=[_point(product, one) for one in points], left=sum(not one.done for one in points),
        refused=refused, submission=submission, state=piece_states()[product.state], can_edit=product.state in EDITABLE,
        levels=_levels(product), change=waiting(product), **more,
    )  # fmt: skip


def waiting(product: Product) -> dict[str, Any] | None:
    """What lies on the table of a piece on sale, with what would change and the curators' last word about it."""
    return _change(changes.on_table(product) if product.state in COMPLETE else None)


def _change(submission: Submission | None) -> dict[str, Any] | None:
    if submission is None:
        return None
    return {
        "submission": submission,
        "rows": rows(submission, g.seller),
        "is_back": submission.decision is not None,
        "unsaid": sum(one.deed is Deed.ADD and not one.image.alt for one in submission.pictures),
    }


def _levels(product: Product) -> list[dict[str, Any]]:
    """The variants on offer with price and what is left, for a glance."""
    active = [one for one in product.variants if one.is_active]
    stock = available([one.id for one in active if not one.is_made_to_order])
    locale = current_locale()
    terms = terms_of(product.seller_id, product.craft_id)
    rows = []
    for one in active:
        left = stock.get(one.id, 0)
        text = (
            ngettext("%(num)d day to make", "%(num)d days to make", one.lead_days or 0)
            if one.is_made_to_order
            else ngettext("%(num)d piece ready", "%(num)d pieces ready", left)
        )
        name = " · ".join(localized(value, "name", locale) for value in one.values) or _("One choice")
        out = not one.is_made_to_order and left <= 0
        net = share_out(one.price, terms).net
        rows.append({"name": name, "price": one.price, "net": net, "text": text, "out": out})
    return rows


def _point(product: Product, point: Point) -> dict[str, Any]:
    places = {
        "pictures": url_for("seller.pictures.index", product=product.code),
        "alt": url_for("seller.pictures.index", product=product.code, _anchor="descriptions"),
        "variants": url_for("seller.variants.edit", product=product.code),
        "stock": url_for("seller.variants.edit", product=product.code),
        "measures": url_for("seller.variants.edit", product=product.code),
        "head_size": url_for("seller.options.edit", product=product.code),
        "halal": url_for("seller.claims.edit", product=product.code),
        "certificates": url_for("seller.claims.edit", product=product.code),
    }
    if point.field.startswith("options"):
        places[point.field] = url_for("seller.options.edit", product=product.code, _anchor=point.field)
    text = _(point.sentence)
    return {
        "label": text % point.params if point.params else text,
        "done": point.done,
        "url": places.get(point.field) or url_for("seller.products.edit", code=product.code, _anchor=point.field),
    }


@pages.get("/products/<code>/edit")
def edit(seller: str, code: str) -> Response | str:
    product = piece_of(code)
    if back := way_back(product):
        return back
    submission = latest_submission(product)
    refused = (
        submission
        if submission and submission.decision is Decision.REFUSED and product.state is ProductState.DRAFT
        else None
    )
    lying = changes.on_table(product)
    return _words(product, Words(formdata=None, data=_present(product, lying)), lying, refused=refused)


def _words(product: Product, form: Words, lying: Submission | None, **more: Any) -> str:
    form.craft.choices = _choices(list_crafts())
    form.maker.choices = [(one.code, one.name) for one in g.seller.makers]
    form.dye.choices, form.animal_material.choices = [("", _("Not said")), *dyes()], animals()
    return page(
        "seller/products/edit.html",
        "products",
        product=product,
        form=form,
        terms=_terms(form),
        on_sale=product.state in COMPLETE,
        change=_change(lying if product.state in COMPLETE else None),
        **more,
    )


@pages.post("/products/<code>")
@accepts_many(*TERMS)
def update(seller: str, code: str) -> Response | tuple[str, int]:
    product = piece_of(code)
    form = Words()
    if form.validate():
        version = form.version.data or ""
        try:
            with attempt():
                waits = changes.change_words(
                    product,
                    _typed(form, g.seller.makers),
                    int(version) if version.isascii() and version.isdigit() else 0,
                    visit.person,
                )
        except Conflict as error:
            return _both_versions(code, form, error)
        except Invalid as error:
            form.take(error)
        else:
            visit.tell("success", saved(product, waits))
            return redirect(url_for("seller.products.show", code=code), 303)
    return _words(product, form, changes.on_table(product)), 422


def saved(product: Product, waits: bool) -> str:
    """What a maker is told after saving, whatever else of the piece may still lie with the curators."""
    if waits:
        return _("Saved. What you changed is with the curators; until they agree, the present version stays on sale.")
    return _("Saved, and on sale.") if product.is_live else _("Saved.")


def _both_versions(code: str, form: Words, error: Conflict) -> tuple[str, int]:
    """Somebody else saved in between: show where the two differ, and let this one be saved over it knowingly."""
    product = piece_of(code)
    lying = changes.on_table(product)
    if error.field != "version":
        form.take(error)
        return _words(product, form, lying), 409
    kept = _present(product, lying)
    theirs = Words(formdata=None, data=kept)
    _words(product, theirs, lying)
    _words(product, form, lying)
    names = {
        name: dict([*(theirs[name].choices or []), *_all_terms(name)])
        for name in ("craft", "maker", "dye", "animal_material", *TERMS)
    }

    def words(name: str, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(names[name].get(one, one) for one in sorted(value))
        return str(names[name].get(value, value) if name in names else value or "")

    rows = []
    for field in form:
        if field.name in ("version",) or (field.name == "maker" and len(g.seller.makers) < 2):
            continue
        mine, other = words(field.name, field.data or ""), words(field.name, kept[field.name])
        if mine != other:
            rows.append((field, other, mine))
    form.version.data = str(product.version)
    form.version.raw_data = None
    return _words(product, form, lying, differences=rows), 409


def _all_terms(name: str) -> list[tuple[str, str]]:
    lists = {"techniques": list_techniques, "materials": list_materials, "motifs": list_motifs}
    return _choices(lists[name]()) if name in lists else []
