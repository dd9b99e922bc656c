"""Certificates of one's regencies: looked at, verified, or given back with a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from catalog.certificates.models import CheckerRole
from marketplace.web import papers
from marketplace.web.officer import territory

pages = Blueprint("certificates", __name__)


def _regencies() -> list[str]:
    return [one.code for one in territory.regencies()]


@pages.get("/certificates")
def index() -> str:
    return papers.desk_index("officer", _regencies())


@pages.get("/certificates/<code>")
def show(code: str) -> str:
    return papers.desk_show("officer", papers.desk_find(code, _regencies()))


@pages.post("/certificates/<code>/decision")
def decide(code: str) -> Any:
    return papers.desk_decide("officer", papers.desk_find(code, _regencies()), CheckerRole.OFFICER)
