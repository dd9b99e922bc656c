"""What one has bought."""

from __future__ import annotations

from flask import Blueprint, render_template

from marketplace.orders.queries import list_purchases
from marketplace.web import paging
from marketplace.web.visits import visit

pages = Blueprint("purchases", __name__)

PAGE = 10


@pages.get("/purchases")
def index() -> str:
    rows = list_purchases(visit.person, after=paging.after(), limit=PAGE + 1)
    return render_template("account/purchases/index.html", page=paging.cut(rows, PAGE))
