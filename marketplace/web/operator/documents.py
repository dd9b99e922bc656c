"""Invoices and receipts of any order."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from marketplace.web.billing import paper
from marketplace.web.operator.orders import find

pages = Blueprint("documents", __name__)


@pages.get("/orders/<code>/documents/<kind>")
def show(code: str, kind: str) -> Any:
    return paper([find(code)], kind)
