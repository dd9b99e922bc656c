"""Public pictures by their hashed names: immutable, with their exact type, never anything but a picture. And pictures
that come with a form: decoded before anything is written, while others may write."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from flask import Flask, Response, request
from werkzeug.datastructures import FileStorage

from catalog.errors import Invalid, NotFound, Unavailable
from catalog.media.pipeline import Limits, Picture, receive
from catalog.media.services import lay_down
from catalog.text import N_, tidy
from marketplace.web.assets import IMMUTABLE
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import house, let_others_write

MB = 1_000_000

_NAME = re.compile(r"^[a-z0-9/]{1,20}(?:[0-9a-f]{24}|[0-9a-f]{64})\.(webp|avif|jpg|png)$")
_TYPES = {"webp": "image/webp", "avif": "image/avif", "jpg": "image/jpeg", "png": "image/png"}


def one_picture(file: FileStorage) -> Picture:
    """The clean picture of a file that came with a form. Invalid and Unavailable as `receive` says."""
    (body,) = _bodies([file])
    let_others_write()
    return receive(body, _limits())


def all_pictures(
    files: Sequence[FileStorage], put: Callable[[Picture], object] = lambda picture: None
) -> tuple[list[Picture], list[str]]:
    """The clean pictures of several files, each `put` where it belongs at once, and a sentence for every file that is
    none."""
    pictures, refused = [], []
    bodies = _bodies(files)
    if bodies:
        let_others_write()
    for file, body in zip(files, bodies, strict=True):
        try:
            picture = receive(body, _limits())
            put(picture)
        except (Invalid, Unavailable) as error:
            refused.append(f"{tidy(file.filename)[:60]}: {sentence(error)}")
        else:
            pictures.append(picture)
    return pictures, refused


def lay_down_public(picture: Picture) -> None:
    """Put a picture where everybody may see it, before its row is written."""
    lay_down(house().ports.storage, picture)


def _limits() -> Limits:
    return Limits(max_bytes=house().settings.upload_mb * MB)


def _bodies(files: Sequence[FileStorage]) -> list[bytes]:
    return [one.stream.read(_limits().max_bytes + 1) for one in files]


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
