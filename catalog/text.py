"""Names and words: slugs, folding for comparison, and the choice between two languages."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_SPACE = re.compile(r"\s+")


def N_(message: str) -> str:  # noqa: N802  gettext's own name for "extract, translate later"
    """Mark a message for extraction; the web translates it when it is shown."""
    return message


def fold(text: str) -> str:
    """Lower case without accents: what two spellings must share to be compared."""
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def squeeze(text: str) -> str:
    """Only letters and digits, folded: `Pangkal Pinang`, `Pangkalpinang` and `pangkal-pinang` are one."""
    return _NOT_WORD.sub("", fold(text))


def slugify(text: str, limit: int = 80) -> str:
    """Lower-case words joined by hyphens, for reading only; never empty."""
    slug = _NOT_WORD.sub("-", fold(text)).strip("-")
    if len(slug) > limit:
        slug = slug[:limit].rsplit("-", 1)[0]
    return slug or "x"


def tidy(text: str | None) -> str:
    """One line without control characters, outer blanks or runs of blanks."""
    cleaned = "".join(c if unicodedata.category(c)[0] != "C" or c in "\t\n " else "" for c in text or "")
    return _SPACE.sub(" ", cleaned).strip()


def tidy_lines(text: str | None) -> str:
    """Several lines: control and bidirectional override characters gone, at most one empty line in a row."""
    kept = "".join(c for c in (text or "").replace("\r\n", "\n") if c == "\n" or unicodedata.category(c)[0] != "C")
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def localized(thing: Any, attribute: str, locale: str) -> str:
    """`thing.attribute` in `locale`: Indonesian is the first language, English falls back to it when empty."""
    if locale == "en":
        english = getattr(thing, f"{attribute}_en", None)
        if english:
            return str(english)
    return str(getattr(thing, attribute) or "")
