"""Photos that come in: decoded before anything is written, kept afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g
from werkzeug.datastructures import FileStorage

from catalog.media.models import Image
from catalog.media.pipeline import Picture
from catalog.media.services import store
from marketplace.web.lifecycle import house
from marketplace.web.uploads import all_pictures, lay_down_public


def received(files: Sequence[FileStorage]) -> tuple[list[Picture], list[str]]:
    """The clean pictures, and a sentence for every file that is none. Call it before anything is written."""
    return all_pictures(files, lay_down_public)


def keep(picture: Picture) -> Image:
    """Keep a received picture as the shop's own."""
    return store(house().ports.storage, picture, owner=g.seller.code)
