"""Pages by key: the next page starts after the last row shown, so depth costs nothing and nothing is shown twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request

from catalog.codes import CODE

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows to show and, when there are more, the code that the next page starts after."""

    rows: Sequence[T]
    next_after: str | None

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def cut(rows: Sequence[Any], size: int) -> Page[Any]:
    """A page of `size` from `size + 1` rows that were asked for; rows have a `code`."""
    return Page(rows[:size], rows[size - 1].code if len(rows) > size else None)


def after() -> str | None:
    """The `after` code of the address; None on the first page or when it is no code."""
    text = request.args.get("after", "")
    return text if CODE.match(text) else None


def at() -> str:
    """The place of the `after` row as it was shown: of lists that are sorted by what may change meanwhile."""
    return request.args.get("at", "")[:40]


def before() -> str | None:
    """The `before` code of the address: what stands earlier than it. None when it is no code."""
    text = request.args.get("before", "")
    return text if CODE.match(text) else None
