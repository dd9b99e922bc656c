"""Files of a shop's own prices: taken, or told row by row what is wrong."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, redirect, url_for

from catalog.errors import Invalid, NotFound
from catalog.text import N_
from marketplace.shipping.models import RateImport
from marketplace.shipping.queries import find_import
from marketplace.web.errors import sentence
from marketplace.web.rates import bring_in, failures_file, wrong_rows
from marketplace.web.seller.desk import page
from marketplace.web.seller.rates import overview

pages = Blueprint("imports", __name__)


def _find(code: str) -> RateImport:
    report = find_import(g.seller, code)
    if report is None:
        raise NotFound(N_("There is nothing here."))
    return report


@pages.get("/shop/rates/imports")
def index(seller: str) -> Any:
    """The address of a refused file, opened again."""
    return redirect(url_for("seller.rates.index"), 303)


@pages.post("/shop/rates/imports")
def create(seller: str) -> Any:
    try:
        report = bring_in(g.seller)
    except Invalid as error:
        return overview(sentence(error)), error.status
    return redirect(url_for("seller.imports.show", code=report.code), 303)


@pages.get("/shop/rates/imports/<code>")
def show(seller: str, code: str) -> str:
    report = _find(code)
    return page("seller/imports/show.html", "shop", report=report, rows=wrong_rows(report))


@pages.get("/shop/rates/imports/<code>/failures.csv")
def failures(seller: str, code: str) -> Response:
    return failures_file(_find(code))
