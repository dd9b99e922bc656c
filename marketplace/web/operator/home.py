"""What waits for the operator today."""

from __future__ import annotations

from flask import Blueprint, render_template

from marketplace.orders.queries import list_overdue
from marketplace.outbox.queries import count_messages
from marketplace.sellers.queries import count_applications

pages = Blueprint("home", __name__)


@pages.get("/")
def show() -> str:
    return render_template(
        "operator/home/show.html",
        applications=count_applications(),
        overdue=list_overdue(limit=20),
        messages=count_messages(),
    )
