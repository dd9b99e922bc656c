"""The link by which somebody leaves the mails of one kind (RFC 8058). Nothing is stored: the link proves itself."""

from __future__ import annotations

import base64
import hashlib
import hmac

from marketplace.notifications.kinds import KINDS


def leaving_token(secret: str, user_code: str, kind: str) -> str:
    """The token that switches off the mails of `kind` for one person: 144 bits of HMAC-SHA256 behind what it means."""
    digest = hmac.digest(secret.encode(), f"leave:{user_code}:{kind}".encode(), hashlib.sha256)
    return f"{user_code}.{kind}.{base64.urlsafe_b64encode(digest[:18]).decode()}"


def read_token(secret: str, token: str) -> tuple[str, str] | None:
    """(code of the person, kind) that a token names; None when it is not one of ours. Compared in constant time."""
    user_code, _, rest = token.partition(".")
    kind, _, _ = rest.partition(".")
    if kind not in KINDS or not hmac.compare_digest(leaving_token(secret, user_code, kind).encode(), token.encode()):
        return None
    return user_code, kind
