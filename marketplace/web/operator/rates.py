"""Courier services and their prices, brought in as CSV with a report per row."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from catalog.db import db
from catalog.errors import DomainError
from marketplace.shipping.models import CourierService, ShippingRate
from marketplace.shipping.rates import import_rates
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import give_up
from marketplace.web.visits import visit

pages = Blueprint("rates", __name__)

LARGEST = 4_000_000


def _services() -> list[Any]:
    return list(
        db.session.execute(
            select(CourierService, func.count(ShippingRate.id))
            .outerjoin(ShippingRate, ShippingRate.service_id == CourierService.id)
            .group_by(CourierService.id)
            .order_by(CourierService.courier, CourierService.name)
        )
    )


def _page(problems: list[tuple[int, str, str]] | None = None, error: str = "") -> str:
    return render_template("operator/rates/index.html", services=_services(), problems=problems or [], error=error)


@pages.get("/rates")
def index() -> str:
    return _page()


@pages.post("/rates")
def create() -> Any:
    """Nothing is written while one row is wrong; the report names row, column and what would be right."""
    file = request.files.get("file")
    data = file.read(LARGEST + 1) if file else b""
    if not data:
        return _page(error=_("Choose a CSV file with the prices.")), 422
    if len(data) > LARGEST:
        return _page(error=_("The file is larger than 4 MB. Please split it.")), 413
    try:
        report = import_rates(data)
    except DomainError as error:
        give_up()
        return _page(error=sentence(error)), error.status
    if report.errors:
        problems = [
            (one.row, one.field, _(one.message) % one.params if one.params else _(one.message))
            for one in report.errors[:200]
        ]
        give_up()
        return _page(problems), 422
    visit.tell(
        "success", _("%(created)s prices added, %(updated)s changed.", created=report.created, updated=report.updated)
    )
    return redirect(url_for("operator.rates.index"), 303)
