"""Which words of a query name a place.

Places are no words of documents: Kelapa, Gantung and Payung are places and pieces alike. So a list of a place is offered
beside what was found, and its name is never taken for a slip.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache

from catalog.places.gazetteer import Level, aliases, gazetteer, level_of
from catalog.text import squeeze

LONGEST = 4
"""So many words may be one name."""


def around(codes: Iterable[str]) -> frozenset[str]:
    """The provinces and regencies of these places: a name counts when it is of one of them, or of a district there."""
    return frozenset(part for code in codes for part in (code[:2], code[:5]))


def places_named(words: Sequence[str], near: Collection[str] | None) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """(start, end, codes) of the names among the words, the longest at each word; `near` is what `around` answers, None
    for the whole nation."""
    names = {} if near is not None and not near else _codes()
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + LONGEST), at, -1):
            codes = names.get("".join(words[at:end]), ())
            if near is not None:
                codes = tuple(code for code in codes if code[:5] in near)
            if codes:
                yield at, end, codes
                at = end
                break
        else:
            at += 1


def words_naming(words: Sequence[str], near: Collection[str]) -> frozenset[str]:
    """The words that are part of a name: of a place near, or of any province or regency, which everybody knows."""
    named = [
        *places_named(words, near),
        *(one for one in places_named(words, None) if "".join(words[one[0] : one[1]]) in well_known()),
    ]
    return frozenset(word for start, end, _ in named for word in words[start:end])


@cache
def well_known() -> frozenset[str]:
    """The squeezed names of the provinces and regencies of the nation."""
    return frozenset(
        name for name, codes in _codes().items() if codes and level_of(codes[0]) in (Level.PROVINCE, Level.REGENCY)
    )


@cache
def _codes() -> dict[str, tuple[str, ...]]:
    """Squeezed name → codes, the widest place first; also by English names and what people say ("muntok")."""
    found: dict[str, list[str]] = {}
    for place in gazetteer().values():
        shorter = place.search_name.removeprefix("kepulauan")
        for name in {place.search_name, squeeze(place.name_en), shorter} - {""}:
            found.setdefault(name, []).append(place.code)
    for alias, name in aliases():
        known = found.setdefault(alias, [])
        known.extend(code for code in found.get(name, ()) if code not in known)
    return {name: tuple(codes) for name, codes in found.items()}
