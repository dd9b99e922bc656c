"""Public identifiers. Row ids never leave the process; these do."""

from __future__ import annotations

import hashlib
import re
import secrets

# Crockford's base 32 in lower case: no i, l, o, u, so that a code survives being read out on the phone.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
CODE = re.compile(r"^[0-9a-hjkmnp-tv-z]{6,26}$")


def new_code(length: int = 10) -> str:
    """A random public code: `length` symbols of 5 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_token() -> str:
    """A secret of 256 bits for a link or a cookie, URL-safe."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What the database keeps of a token: its SHA-256 in hex. Tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def tail_code(slug_and_code: str) -> str:
    """The code behind the last hyphen of an address such as `kain-cual-3f9k2m8qpz`."""
    return slug_and_code.rsplit("-", 1)[-1].lower()
