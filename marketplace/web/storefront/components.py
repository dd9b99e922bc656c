"""Every component in every state, for those who build the house; a production does not have this page."""

from __future__ import annotations

from flask import Blueprint, render_template

from catalog import clock
from catalog.errors import NotFound
from catalog.money import Money
from catalog.text import N_
from marketplace.web.lifecycle import house

pages = Blueprint("components", __name__)


@pages.get("/_components")
def index() -> str:
    if house().settings.is_production:
        raise NotFound(N_("There is nothing at this address."))
    return render_template("components_gallery.html", rp=Money, sample_at=clock.now())
