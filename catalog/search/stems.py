"""Stems of two languages, as a fallback beside the exact word.

Indonesian by PySastrawi (Nazief-Adriani with a dictionary), because Snowball's Indonesian spoils the trade's own words
(kelapa → lapa, kebaya → baya). It is slow on a new word (0.1 to 4 ms), so everything is kept by vocabulary: in this
process, and in the index, from which `learn` brings it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from threading import Lock
from typing import Any

import Stemmer  # type: ignore[import-not-found]

PROTECTED = frozenset(
    [
        "kelapa",
        "kebaya",
        "pelawan",
        "penganten",
        "batikan",
        "setaman",
        "oleh",
        "perak",
        "pemali",
        "membalong",
        "merawang",
        "teritip",
        "toboali",
        "selatan",
        "sungai",
        "sadai",
        "rangkui",
        "tanjungpandan",
        "perajin",
        "pengrajin",
        "kerajinan",
    ]
)
"""Words whose stem means something else. "oleh-oleh" reaches us as its halves."""

MAX_KNOWN = 500_000

_known: dict[str, tuple[str, ...]] = {}
_inflected: dict[str, tuple[str, ...]] = {}
"""Only the words with more than one form, and only the further ones."""

_english = Stemmer.Stemmer("english")
_lock = Lock()


@cache
def _indonesian() -> Any:
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory  # type: ignore[import-untyped]

    return StemmerFactory().create_stemmer()


def forms(word: str) -> tuple[str, ...]:
    """The folded word first, then its Indonesian and English stems where they differ."""
    found = _known.get(word)
    if found is None:
        found = _stem(word)
        _keep(word, found)
    return found


def further(words: Mapping[str, object]) -> list[str]:
    """The forms of these words that are not among them, in their order."""
    if not words.keys() <= _known.keys():
        for word in words:
            forms(word)
    inflected = [word for word in words if word in _inflected]
    return list(dict.fromkeys(form for word in inflected for form in _inflected.get(word, ()) if form not in words))


def _keep(word: str, found: tuple[str, ...]) -> None:
    if len(_known) >= MAX_KNOWN:
        _known.clear()
        _inflected.clear()
    if len(found) > 1:
        _inflected[word] = found[1:]
    _known[word] = found


def learn(words: Iterable[tuple[str, str]]) -> None:
    """Take over forms that were found earlier: (word, all forms joined by a blank)."""
    for word, joined in words:
        if word not in _known:
            _keep(word, tuple(joined.split(" ")))


def _stem(word: str) -> tuple[str, ...]:
    if len(word) < 4 or word in PROTECTED or not word.isascii() or not word.isalpha():
        return (word,)
    with _lock:
        english = _english.stemWord(word)
        indonesian = _indonesian().stem(word) if len(word) > 4 else word
    return tuple(dict.fromkeys((word, indonesian or word, english)))
