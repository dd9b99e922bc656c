"""Public pictures by their hashed names: immutable, with their exact type, never anything but a picture."""

from __future__ import annotations

import re

from flask import Flask, Response, request

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.web.assets import IMMUTABLE
from marketplace.web.lifecycle import house

_NAME = re.compile(r"^[a-z0-9/]{1,20}(?:[0-9a-f]{24}|[0-9a-f]{64})\.(webp|avif|jpg|png)$")
_TYPES = {"webp": "image/webp", "avif": "image/avif", "jpg": "image/jpeg", "png": "image/png"}


def init_app(app: Flask) -> None:
    app.config["BARE_ENDPOINTS"] |= {"media"}

    @app.get("/media/<path:name>", endpoint="media")
    def media(name: str) -> Response:
        match = _NAME.match(name)
        if match is None:
            raise NotFound(N_("There is no such picture."))
        try:
            body = house().ports.storage.read(name)
        except FileNotFoundError:
            raise NotFound(N_("There is no such picture.")) from None
        response = Response(body, content_type=_TYPES[match[1]])
        response.headers["Cache-Control"] = IMMUTABLE
        response.set_etag(name.rsplit("/", 1)[-1][:32])
        response.make_conditional(request)
        return response
