"""Scans of certificates: for the shop that sent it, officers of the maker's regency, curators and operators."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.certification.queries import find_scan_for
from marketplace.web.lifecycle import house
from marketplace.web.papers import scan_response
from marketplace.web.visits import visit

pages = Blueprint("scans", __name__)
log = structlog.get_logger("scans")


@pages.get("/scans/<code>")
def show(code: str) -> Response:
    """Every opening is written into the log: who, and which."""
    user = visit.person
    found = find_scan_for(user, code)
    if found is None:
        raise NotFound(N_("There is no such paper."))
    try:
        body = house().ports.private.read(found.path)
    except FileNotFoundError:
        raise NotFound(N_("There is no such paper.")) from None
    log.info("a scan was opened", scan=found.code, by=user.code)
    return scan_response(body, found.format, found.certificate.number)
