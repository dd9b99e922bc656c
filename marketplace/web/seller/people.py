"""The people whom a maker shows: names, roles, portraits, and their word that they agree."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, FileField, StringField

from catalog.errors import Conflict, DomainError, Invalid, NotFound
from catalog.makers.models import Person
from catalog.makers.people import (
    NAME_LENGTH,
    PEOPLE_MAX,
    ROLE_LENGTH,
    add_person,
    edit_person,
    move_person,
    remove_person,
)
from catalog.media.models import Image
from catalog.media.pictures import Picture
from catalog.text import N_
from marketplace.web.forms import AtMost, Form, Needed, line
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.desk import maker_of, page
from marketplace.web.seller.receiving import keep, received
from marketplace.web.visits import visit

pages = Blueprint("people", __name__)


class Shown(Form):
    name = StringField(
        _l("Name"),
        validators=[Needed(), AtMost(NAME_LENGTH)],
        filters=[line],
        description=_l("As this person wants to be called here; a first name is enough."),
    )
    role = StringField(
        _l("What do they do?"), validators=[AtMost(ROLE_LENGTH)], filters=[line], description=_l("For example: ties the threads.")
    )  # fmt: skip
    role_en = StringField(_l("What do they do, in English?"), validators=[AtMost(ROLE_LENGTH)], filters=[line])
    portrait = FileField(_l("Portrait"))
    without_portrait = BooleanField(_l("Show no portrait any longer"))
    agrees = BooleanField(
        _l("This person has agreed"),
        validators=[Needed()],
        description=_l(
            "They know that everybody on the internet sees this name, role and portrait, and may take it back at any "
            "time. For somebody under 18, a parent has agreed as well."
        ),
    )


def _person(maker: str, code: str) -> Person:
    person = next((one for one in maker_of(maker).hands if one.code == code), None)
    if person is None:
        raise NotFound(N_("There is nothing here."))
    return person


def _back(maker: str) -> Response:
    return redirect(url_for("seller.people.index", maker=maker), 303)


@pages.get("/makers/<maker>/people")
def index(seller: str, maker: str) -> str:
    found = maker_of(maker)
    return page("seller/people/index.html", "shop", maker=found, room_left=PEOPLE_MAX - len(found.hands))


def _form(maker: str, form: Shown, person: Person | None = None) -> str:
    return page("seller/people/edit.html", "shop", maker=maker_of(maker), form=form, person=person)


@pages.get("/makers/<maker>/people/new")
def new(seller: str, maker: str) -> str:
    return _form(maker, Shown(formdata=None))


@pages.get("/makers/<maker>/people/<person>/edit")
def edit(seller: str, maker: str, person: str) -> str:
    """The box for the agreement is never ticked beforehand: who changes what is shown asks again."""
    found = _person(maker, person)
    kept = {"name": found.name, "role": found.role, "role_en": found.role_en}
    return _form(maker, Shown(formdata=None, data=kept), found)


@pages.get("/makers/<maker>/people/<person>")
def show(seller: str, maker: str, person: str) -> Response:
    """The address of a refused form, opened again."""
    return redirect(url_for("seller.people.edit", maker=maker, person=person), 303)


@pages.post("/makers/<maker>/people")
def create(seller: str, maker: str) -> Response | tuple[str, int]:
    maker_of(maker)
    form = Shown()
    if form.validate() and (pictures := _portrait(form)) is not None:
        try:
            with attempt():
                add_person(maker_of(maker), **_typed(form), portrait=_kept(pictures))
        except (Invalid, Conflict) as error:
            form.take(error)
        else:
            visit.tell("success", _("%(name)s is shown now.", name=form.name.data))
            return _back(maker)
    return _form(maker, form), 422


@pages.post("/makers/<maker>/people/<person>")
def update(seller: str, maker: str, person: str) -> Response | tuple[str, int]:
    _person(maker, person)
    form = Shown()
    if form.validate() and (pictures := _portrait(form)) is not None:
        try:
            with attempt():
                gone = bool(form.without_portrait.data)
                edit_person(_person(maker, person), **_typed(form), portrait=_kept(pictures), without_portrait=gone)
        except (Invalid, Conflict) as error:
            form.take(error)
        else:
            visit.tell("success", _("Saved."))
            return _back(maker)
    return _form(maker, form, _person(maker, person)), 422


@pages.post("/makers/<maker>/people/<person>/position")
def move(seller: str, maker: str, person: str) -> Response:
    """One place earlier or later; `to` says which."""
    move_person(_person(maker, person), earlier=request.form.get("to") != "later")
    return _back(maker)


@pages.post("/makers/<maker>/people/<person>/removal")
def destroy(seller: str, maker: str, person: str) -> Response:
    found = _person(maker, person)
    visit.tell("success", _("%(name)s is no longer shown.", name=found.name))
    remove_person(found)
    return _back(maker)


def _portrait(form: Shown) -> list[Picture] | None:
    """The portrait that was sent, as no or one picture; None when it cannot be used, and the form says why."""
    file = request.files.get("portrait")
    if file is None or not file.filename:
        return []
    try:
        pictures, refused = received([file])
    except DomainError as error:
        form.take(error)
        return None
    form.portrait.errors = refused
    return None if refused else pictures


def _kept(pictures: list[Picture]) -> Image | None:
    return keep(pictures[0]) if pictures else None


def _typed(form: Shown) -> dict[str, Any]:
    return {"name": form.name.data, "role": form.role.data, "role_en": form.role_en.data, "agrees": bool(form.agrees.data)}  # fmt: skip
