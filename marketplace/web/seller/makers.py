"""The story and the people of those whose pieces the shop sells."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField, StringField, TextAreaField

from catalog.crafts.queries import list_crafts
from catalog.errors import Invalid
from catalog.makers.models import Maker
from catalog.makers.services import edit_maker
from catalog.text import localized
from marketplace.web.forms import AtMost, Form, Needed, accepts_many, line
from marketplace.web.lifecycle import attempt
from marketplace.web.locale import current_locale
from marketplace.web.seller.desk import maker_of, page
from marketplace.web.visits import visit

pages = Blueprint("makers", __name__)


class Story(Form):
    name = StringField(_l("Name"), validators=[Needed(), AtMost(90)], filters=[line])
    story = TextAreaField(
        _l("Story"), description=_l("Who works here, since when, and what is special about how you work.")
    )
    story_en = TextAreaField(_l("Story in English"))
    people = StringField(_l("How many people work here?"), filters=[line])
    founded = StringField(_l("Since which year?"), filters=[line])
    crafts = SelectMultipleField(_l("Crafts"), validate_choice=False)


def _page(maker: Maker, form: Story) -> str:
    form.crafts.choices = [(one.slug, localized(one, "name", current_locale())) for one in list_crafts()]
    return page("seller/makers/edit.html", "shop", maker=maker, form=form)


@pages.get("/makers/<maker>/edit")
def edit(seller: str, maker: str) -> str:
    found = maker_of(maker)
    kept = {name: str(getattr(found, name) or "") for name in ("name", "story", "story_en", "people", "founded")}
    return _page(found, Story(formdata=None, data={**kept, "crafts": [one.slug for one in found.crafts]}))


@pages.get("/makers/<maker>")
def show(seller: str, maker: str) -> Response:
    """The address of a refused form, opened again."""
    return redirect(url_for("seller.makers.edit", maker=maker), 303)


@pages.post("/makers/<maker>")
@accepts_many("crafts")
def update(seller: str, maker: str) -> Response | tuple[str, int]:
    found = maker_of(maker)
    form = Story()
    if form.validate():
        try:
            with attempt():
                edit_maker(found, {field.name: field.data for field in form})
        except Invalid as error:
            form.take(error)
        else:
            visit.tell("success", _("Saved."))
            return redirect(url_for("seller.shop.show"), 303)
    return _page(maker_of(maker), form), 422
