"""The signed link by which a guest follows a purchase, and the code that proves who comes for an order.

Nothing is stored: both are signed, so that they prove themselves.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from catalog.codes import ALPHABET

PICKUP_SYMBOLS = 6
_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", " ": None, "-": None, "·": None})


def access_token(secret: str, code: str) -> str:
    """The token that opens purchase `code`: 192 bits of HMAC-SHA256, URL-safe."""
    digest = hmac.digest(secret.encode(), b"purchase:" + code.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:24]).decode()


def token_fits(secret: str, code: str, token: str) -> bool:
    """Whether `token` opens purchase `code`; compared in constant time."""
    return hmac.compare_digest(access_token(secret, code).encode(), token.encode("utf-8", "replace"))


def pickup_code(secret: str, order_code: str) -> str:
    """What the buyer shows when an order is picked up, for example `7K3 P9Q`: 30 bits, to be tried a few times only."""
    digest = hmac.digest(secret.encode(), b"pickup:" + order_code.encode(), hashlib.sha256)
    symbols = "".join(ALPHABET[byte % 32] for byte in digest[:PICKUP_SYMBOLS]).upper()
    return f"{symbols[:3]} {symbols[3:]}"


def pickup_code_fits(secret: str, order_code: str, typed: str) -> bool:
    """Whether `typed` is the order's pick-up code; forgiving about case, gaps and letters that look like digits."""
    plain = "".join(typed.casefold().split()).translate(_MISREAD)
    known = pickup_code(secret, order_code).casefold().replace(" ", "")
    return hmac.compare_digest(known.encode(), plain.encode("utf-8", "replace"))
