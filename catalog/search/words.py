"""From text to words: folding, tokens and what is not worth searching for."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files

from catalog.search.spending import without_spending

MAX_WORDS = 10
MAX_WORD = 40

STOP_WORDS = frozenset(
    [
        "yang",
        "dan",
        "di",
        "ke",
        "dari",
        "untuk",
        "dengan",
        "ini",
        "itu",
        "atau",
        "pada",
        "adalah",
        "jual",
        "beli",
        "harga",
        "cari",
        "mau",
        "buat",
        "murah",
        "toko",
        "promo",
        "diskon",
        "the",
        "a",
        "of",
        "for",
        "and",
        "from",
        "with",
        "in",
        "on",
        "to",
        "by",
        "cheap",
        "shop",
        "buy",
    ]
)
"""Small on purpose: longer Indonesian lists eat "bulan", "besar", "baru" and "oleh"."""

SPOKEN = frozenset(files("catalog.search").joinpath("data/spoken.txt").read_text("utf-8").split())
"""What buyers say whether or not a piece has it: never a slip of another word ("ulang tahun" asks for nothing "tahan")."""

_WORD = re.compile(r"[^\W_]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


def fold(text: str) -> str:
    """Lower case without accents; never longer steps than one character to a few, so use `spans` for positions."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    return _FOREIGN.sub(_plain, lowered)


def _plain(match: re.Match[str]) -> str:
    """Letters beyond ASCII without what stands above and below them; an accent by itself vanishes."""
    return "".join(c for c in unicodedata.normalize("NFKD", match.group()) if not unicodedata.combining(c)).lower()


def tokens(text: str) -> list[str]:
    """The words of a text, folded, in order; hyphens and signs separate ("oleh-oleh" is two words)."""
    found: list[str] = _WORD.findall(fold(text))
    if found and max(map(len, found)) > MAX_WORD:
        return [word[:MAX_WORD] for word in found]
    return found


def spans(text: str) -> list[tuple[int, int, str]]:
    """(start, end, folded word) for every word of the text as it is written; for highlighting."""
    if text.isascii():
        return [(match.start(), match.end(), match.group().lower()[:MAX_WORD]) for match in _WORD.finditer(text)]
    composed = unicodedata.normalize("NFC", text)
    found = []
    for match in _WORD.finditer(composed):
        for word in tokens(match.group()):
            found.append((match.start(), match.end(), word))
    return found


def query_words(text: str) -> list[str]:
    """At most ten words to look for, without stop words and what is said of money; none for a text of nothing else, which
    is as good as an empty one."""
    return [word for word in tokens(without_spending(fold(text))) if word not in STOP_WORDS][:MAX_WORDS]


def typed_words(text: str) -> list[str]:
    """The same while somebody types: stop words count where there is nothing else, for they may be beginnings."""
    return query_words(text) or tokens(text)[:MAX_WORDS]
