"""Public identifiers. Row ids never leave the process; these do."""

from __future__ import annotations

import hashlib
import random
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Crockford's base 32 in lower case: no i, l, o, u, so that a code survives being read out on the phone.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
CODE = re.compile(r"^[0-9a-hjkmnp-tv-z]{6,26}$")


_dice: ContextVar[random.Random | None] = ContextVar("dice", default=None)


def new_code(length: int = 10) -> str:
    """A random public code: `length` symbols of 5 bits each."""
    dice = _dice.get()
    if dice is not None:
        return "".join(dice.choice(ALPHABET) for _ in range(length))
    return "".join([ALPHABET[byte & 31] for byte in secrets.token_bytes(length)])


@contextmanager
def drawn_from(key: str) -> Iterator[None]:
    """Draw codes from `key`: equal keys, equal codes. For example data only; tokens stay secret all the same."""
    token = _dice.set(random.Random(key))
    try:
        yield
    finally:
        _dice.reset(token)


def new_token() -> str:
    """A secret of 256 bits for a link or a cookie, URL-safe."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What the database keeps of a token: its SHA-256 in hex. Tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def tail_code(slug_and_code: str) -> str:
    """The code behind the last hyphen of an address such as `kain-cual-3f9k2m8qpz`."""
    return slug_and_code.rsplit("-", 1)[-1].lower()
