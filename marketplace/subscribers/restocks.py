"""What was sold out and is there again is told to those who wait for it, at the address that they have now."""

from __future__ import annotations

from typing import Any

from catalog.db import transaction
from catalog.signals import stock_refilled
from marketplace.accounts.models import User
from marketplace.signals import email_changed
from marketplace.wishlists.watches import follow, note_restock, tell_some


def connect() -> None:
    stock_refilled.connect(tell_worker)
    email_changed.connect(follow_address)


def follow_address(user: User, **_: Any) -> None:
    follow(user)


def tell_worker(variant_ids: tuple[int, ...], **_: Any) -> None:
    note_restock(variant_ids)


def tell_all(code: str) -> None:
    """Write to everybody who waits for the variant of this event, in small transactions; stop when it is gone again."""
    while True:
        with transaction():
            if not tell_some(code):
                return
