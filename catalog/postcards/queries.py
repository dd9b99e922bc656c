"""Finding cards."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from catalog.db import db
from catalog.media.models import Image
from catalog.postcards.models import Postcard, PostcardKind


def find_postcard(kind: PostcardKind, code: str, locale: str) -> Image | None:
    """The picture that stands for this thing in this language; None until the worker has drawn it."""
    statement = (
        select(Image)
        .join(Postcard, Postcard.image_id == Image.id)
        .where(Postcard.kind == kind, Postcard.code == code, Postcard.locale == locale)
    )
    return db.session.scalar(statement)


def list_cards_of(paths: Collection[str]) -> list[tuple[PostcardKind, str]]:
    """The things whose card, in any language, is one of these files."""
    rows = select(Postcard.kind, Postcard.code, Image.path).join(Image, Postcard.image_id == Image.id)
    wanted = set(paths)
    return list(dict.fromkeys((kind, code) for kind, code, path in db.session.execute(rows) if path in wanted))
