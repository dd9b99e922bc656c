"""The protocol every search engine keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from catalog.search.document import Document
from catalog.search.query import Entry, Query, Results, Suggestion, Verification

Progress = Callable[[int], None]
"""Called with the number of documents done so far."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a rebuild in steps is: the row id of the last product that was read, how many documents are done, and when
    it was begun (seconds since 1970)."""

    last: int
    done: int
    started_at: int


class SearchIndex(Protocol):
    """Finds products.

    Ordering contract: all words before fewer · exact before typo · title before description · adjacent before far ·
    an explicit sort wins · ties by a key that stays the same from page to page. Scores of two engines are not
    comparable, and their order need not be the same beyond this contract.

    A `transactional` index writes through the caller's transaction: what is upserted is found after the commit and
    never existed after a rollback. Any other index may lag: check its hits against the database before showing them.
    """

    transactional: bool

    def upsert(self, documents: Iterable[Document]) -> None:
        """Add documents or replace those with the same code."""

    def delete(self, codes: Iterable[str]) -> None:
        """Remove documents; unknown codes are ignored."""

    def search(self, query: Query) -> Results:
        """One page of hits with total and facets. Never fails because of what was typed."""

    def suggest(self, text: str, locale: str = "id", limit: int = 8) -> list[Suggestion]:
        """Completions of what is being typed, over entries and products, best first."""

    def upsert_entries(self, entries: Iterable[Entry]) -> None:
        """Add suggestion entries or replace those with the same kind and key."""

    def delete_entries(self, kind: str, keys: Iterable[str]) -> None:
        """Remove suggestion entries; unknown keys are ignored."""

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> int:
        """Replace everything by these documents; answers their number. Searches see the old ones until the end. Entries
        are to be given anew."""

    def count(self) -> int:
        """How many documents are held."""

    def verify(self, expected: Iterable[str]) -> Verification:
        """Compare the codes held with those expected."""


class StepwiseIndex(SearchIndex, Protocol):
    """An index that is built anew in steps. Each may be a transaction of its own, by any process; between two of them
    the old index is searched, and what is upserted or deleted is so in both."""

    def is_current(self) -> bool:
        """Whether it is there, and of this version; if not, it wants to be built anew."""

    def begin(self, now: int) -> Stage:
        """Begin a rebuild, or go on with one that was stopped; `now` in seconds since 1970."""

    def stage(self) -> Stage | None:
        """How far the rebuild under way is, None where there is none."""

    def fill(self, documents: Iterable[Document], last: int) -> None:
        """Add the documents of the products up to the row id `last`."""

    def finish(self) -> bool:
        """One step of the end, after all were filled in; True when the new index is the one that is searched. Entries are
        to be given anew then."""

    def forget_visitors(self, at: int) -> None:
        """Throw away what tells the visitors of the days before an instant (seconds since 1970) apart."""
