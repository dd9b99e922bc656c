"""The signed link by which a guest follows a purchase. Nothing is stored: the link proves itself."""

from __future__ import annotations

import base64
import hashlib
import hmac


def access_token(secret: str, code: str) -> str:
    """The token that opens purchase `code`: 192 bits of HMAC-SHA256, URL-safe."""
    digest = hmac.digest(secret.encode(), b"purchase:" + code.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:24]).decode()


def token_fits(secret: str, code: str, token: str) -> bool:
    """Whether `token` opens purchase `code`; compared in constant time."""
    return hmac.compare_digest(access_token(secret, code).encode(), token.encode("utf-8", "replace"))
