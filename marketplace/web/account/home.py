"""The calm overview: what one has bought, where one works, what can be set."""

from __future__ import annotations

from flask import Blueprint, render_template

from marketplace.orders.queries import list_purchases
from marketplace.web.visits import visit

pages = Blueprint("home", __name__)


@pages.get("/")
def show() -> str:
    return render_template(
        "account/home/show.html", person=visit.person, purchases=list_purchases(visit.person, limit=2)
    )
