"""The links of shared lists and of watches. Nothing is stored but what they are made of: they prove themselves."""

from __future__ import annotations

import base64
import hashlib
import hmac


def list_token(secret: str, share_code: str) -> str:
    """The token that opens a shared list."""
    return _token(secret, "wishlist", share_code)


def read_list_token(secret: str, token: str) -> str | None:
    """The share code that a token names; None when it is not one of ours."""
    return _read(secret, "wishlist", token)


def watch_token(secret: str, code: str) -> str:
    """The token that confirms or ends a watch."""
    return _token(secret, "watch", code)


def read_watch_token(secret: str, token: str) -> str | None:
    """The watch's code that a token names; None when it is not one of ours."""
    return _read(secret, "watch", token)


def _token(secret: str, use: str, code: str) -> str:
    digest = hmac.digest(secret.encode(), f"{use}:{code}".encode(), hashlib.sha256)
    return f"{code}.{base64.urlsafe_b64encode(digest[:18]).decode()}"


def _read(secret: str, use: str, token: str) -> str | None:
    """Compared in constant time."""
    code = token.partition(".")[0]
    return code if hmac.compare_digest(_token(secret, use, code).encode(), token.encode("utf-8", "replace")) else None
