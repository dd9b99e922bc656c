"""Pictures of conversations: handed to the two sides and to operators, kept by nobody on the way."""

from __future__ import annotations

from flask import Blueprint, Response, request

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.conversations.queries import find_attachment_for
from marketplace.web.lifecycle import house
from marketplace.web.visits import visit

pages = Blueprint("attachments", __name__)

TYPES = {"jpeg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}


@pages.get("/attachments/<code>")
def show(code: str) -> Response:
    """`size=small` is what stands in the thread."""
    found = find_attachment_for(visit.person, code)
    if found is None:
        raise NotFound(N_("There is no such picture."))
    name, kind, _width, _height = found.file(small=request.args.get("size") == "small")
    try:
        body = house().ports.private.read(name)
    except FileNotFoundError:
        raise NotFound(N_("There is no such picture.")) from None
    response = Response(body, content_type=TYPES[kind])
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
