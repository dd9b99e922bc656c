"""Photos that come in: decoded before anything is written, kept afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g
from werkzeug.datastructures import FileStorage

from catalog.errors import Invalid, Unavailable
from catalog.media.models import Image
from catalog.media.pipeline import Limits, Picture, receive
from catalog.media.services import lay_down, store
from catalog.text import tidy
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import house, let_others_write

MB = 1_000_000


def received(files: Sequence[FileStorage]) -> tuple[list[Picture], list[str]]:
    """The clean pictures, and a sentence for every file that is none. Call it before anything is written."""
    if not files:
        return [], []
    limits = Limits(max_bytes=house().settings.upload_mb * MB)
    bodies = [(tidy(file.filename)[:60], file.stream.read(limits.max_bytes + 1)) for file in files]
    let_others_write()
    pictures: list[Picture] = []
    refused: list[str] = []
    for name, body in bodies:
        try:
            picture = receive(body, limits)
            lay_down(house().ports.storage, picture)
        except Invalid as error:
            refused.append(f"{name}: {sentence(error)}")
        except Unavailable as error:
            if not pictures:
                raise
            refused.append(f"{name}: {sentence(error)}")
        else:
            pictures.append(picture)
    return pictures, refused


def keep(picture: Picture) -> Image:
    """Keep a received picture as the shop's own."""
    return store(house().ports.storage, picture, owner=g.seller.code)
