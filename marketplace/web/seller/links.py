"""Where else a maker is found: other shops, networks, an own site."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Invalid
from catalog.makers.links import EXAMPLES, NAMES, put_links
from catalog.makers.models import LinkKind, Maker
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.answers import LONGEST, Answer, Complaints
from marketplace.web.seller.desk import maker_of, page
from marketplace.web.visits import visit

pages = Blueprint("links", __name__)


def _page(maker: Maker, wrong: Complaints) -> str:
    kept = {one.kind: one.url for one in maker.links}
    answers = [
        Answer(
            kind.value,
            _(NAMES[kind]),
            request.form.get(kind.value, kept.get(kind, ""))[: 2 * LONGEST],
            description=_("For example %(example)s", example=EXAMPLES[kind]),
        )
        for kind in LinkKind
    ]
    wrong.show_at(answers)
    return page("seller/links/edit.html", "shop", maker=maker, answers=answers, wrong=wrong)


@pages.get("/makers/<maker>/links/edit")
def edit(seller: str, maker: str) -> str:
    return _page(maker_of(maker), Complaints())


@pages.get("/makers/<maker>/links")
def show(seller: str, maker: str) -> Response:
    """The address of a refused form, opened again."""
    return redirect(url_for("seller.links.edit", maker=maker), 303)


@pages.post("/makers/<maker>/links")
def update(seller: str, maker: str) -> Response | tuple[str, int]:
    """What the form does not carry stays as it is."""
    found = maker_of(maker)
    kept = {one.kind: one.url for one in found.links}
    typed = {kind: request.form.get(kind.value, kept.get(kind, "")) for kind in LinkKind}
    wrong = Complaints()
    try:
        with attempt():
            put_links(found, typed)
    except Invalid as error:
        wrong.take(error)
        return _page(maker_of(maker), wrong), 422
    visit.tell("success", _("Saved."))
    return redirect(url_for("seller.links.edit", maker=maker), 303)
