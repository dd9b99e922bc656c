"""A letter or two: the pieces whose names begin with them.

Every word would be too much to read in a large shop, and bm25 would lift the rarest of them. So titles are known by
their first letters (`writing.initials`), and come as in a list: what curators lift first, then the newest.
"""

from __future__ import annotations

import sqlite3

from catalog.search.embedded import bits
from catalog.search.embedded.columns import Columns
from catalog.search.embedded.matching import BEGINNING, ENOUGH, Group, Matched, Tier
from catalog.search.embedded.vocabulary import IN_TITLE, Vocabulary, quoted
from catalog.search.embedded.writing import INITIALS

LOOKED_THROUGH = 200


def is_short(words: list[str], vocabulary: Vocabulary) -> bool:
    """Whether this is no word of any document, and too short to be looked for as the beginning of one."""
    return len(words) == 1 and len(words[0]) < BEGINNING and words[0] not in vocabulary.df


def begun(connection: sqlite3.Connection, vocabulary: Vocabulary, columns: Columns, start: str, locale: str) -> Matched:
    """Titles in the reader's language that begin with `start`; while they are few, also the newest in which one of the
    commonest words with this beginning stands further on."""
    matched = Matched([start], [Group(start)], begins=start)
    _add(matched, columns.beginning(INITIALS[locale == "en"], start))
    if matched.members.bit_count() < ENOUGH:
        _add(matched, bits.from_slots(_further_on(connection, vocabulary, start, locale), columns.size))
    return matched


def _add(matched: Matched, found: int) -> None:
    if fresh := found & ~matched.members:
        matched.tiers.append(Tier(fresh, matched.groups, None))
        matched.members |= fresh


def _further_on(connection: sqlite3.Connection, vocabulary: Vocabulary, start: str, locale: str) -> list[int]:
    words = [(word,) for word, _ in vocabulary.completions(connection, start)]
    if not words:
        return []
    rows = connection.execute(
        "select rowid from search_text where search_text match ? order by rowid desc limit ?",
        (f"{IN_TITLE}({' OR '.join(map(quoted, words))})", LOOKED_THROUGH),
    )
    titles = vocabulary.titles(connection, [slot for (slot,) in rows])
    return sorted(
        slot
        for slot, (title, english) in titles.items()
        if any(word.startswith(start) for word in (locale == "en" and english) or title)
    )
