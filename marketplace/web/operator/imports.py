"""Files of prices that came in: taken, or told row by row what is wrong."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for

from catalog.errors import Invalid, NotFound
from catalog.text import N_
from marketplace.shipping.models import RateImport
from marketplace.shipping.queries import find_import
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import give_up
from marketplace.web.operator.rates import overview
from marketplace.web.rates import bring_in, failures_file, wrong_rows

pages = Blueprint("imports", __name__)


def _find(code: str) -> RateImport:
    report = find_import(None, code)
    if report is None:
        raise NotFound(N_("This report is not kept any more."))
    return report


@pages.get("/rates/imports")
def index() -> Any:
    """The address of a refused file, opened again."""
    return redirect(url_for("operator.rates.index"), 303)


@pages.post("/rates/imports")
def create() -> Any:
    try:
        report = bring_in(None)
    except Invalid as error:
        give_up()
        return overview(sentence(error)), error.status
    return redirect(url_for("operator.imports.show", code=report.code), 303)


@pages.get("/rates/imports/<code>")
def show(code: str) -> str:
    report = _find(code)
    return render_template("operator/imports/show.html", report=report, rows=wrong_rows(report))


@pages.get("/rates/imports/<code>/failures.csv")
def failures(code: str) -> Response:
    return failures_file(_find(code))
