"""How the bytes of an answer are packed for who asks: what a browser says that it can unpack, and what it says that not."""

from __future__ import annotations

from functools import lru_cache

from werkzeug.http import parse_accept_header

OURS = ("br", "gzip")
"""The smallest first."""


@lru_cache(maxsize=200)
def encoding_of(accepted: str) -> str:
    """`br`, `gzip` or nothing, for a header `Accept-Encoding`; never what it refuses (`br;q=0`)."""
    willing = {name.strip().lower() for name, quality in parse_accept_header(accepted) if quality > 0}
    return next((one for one in OURS if one in willing), "")
