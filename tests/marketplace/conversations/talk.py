"""What people say to each other, in one line each, for tests."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from sqlalchemy import inspect

from catalog.db import db, transaction
from catalog.media.pictures import Kept, Picture
from marketplace.accounts.models import User
from marketplace.conversations import services
from marketplace.conversations.models import Conversation, Post, Side
from tests.cast import Cast


@cache
def small_picture(text: str = "a picture") -> Picture:
    """A received picture of a few made-up bytes."""

    def kept(kind: str, width: int) -> Kept:
        body = f"{text} {kind} {width}".encode()
        return Kept(kind, width, width, hashlib.sha256(body).hexdigest(), body)

    return Picture(kept("jpeg", 900), (kept("webp", 320), kept("webp", 640)))


def here(thing: Any) -> Any:
    """The same row in the present session, whatever became of the session that it was read in."""
    return db.session.get_one(type(thing), inspect(thing).identity)


def me(person: User) -> User:
    return here(person)  # type: ignore[no-any-return]


def begin(cast: Cast, buyer: User | None = None, product: Any = None, shop: Any = None) -> Conversation:
    """The conversation of Sari about Ratna's shawl, unless told otherwise. Inside a transaction."""
    return services.begin_about_product(me(buyer or cast.sari), here(product or cast.shawl), here(shop or cast.ratnas))


def ask(cast: Cast, text: str = "Apakah ada yang merah?", **values: Any) -> Post:
    """Sari asks Ratna, in a transaction of her own."""
    with transaction():
        return services.say(begin(cast), me(cast.sari), Side.BUYER, text, **values)


def answer(cast: Cast, text: str = "Ada, Bu, tinggal tiga helai.", **values: Any) -> Post:
    """Ratna answers Sari."""
    with transaction():
        return services.say(begin(cast), me(cast.ratna), Side.SELLER, text, **values)
