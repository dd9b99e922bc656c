"""Certificates of all makers: looked at, verified, or given back with a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from catalog.certificates.models import CheckerRole
from marketplace.web import papers

pages = Blueprint("certificates", __name__)


@pages.get("/certificates")
def index() -> str:
    return papers.desk_index("curator", None)


@pages.get("/certificates/<code>")
def show(code: str) -> str:
    return papers.desk_show("curator", papers.desk_find(code, None))


@pages.post("/certificates/<code>/decision")
def decide(code: str) -> Any:
    return papers.desk_decide("curator", papers.desk_find(code, None), CheckerRole.CURATOR)
