"""Asking the data whether a law holds: a statement per law finds the rows that break it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from catalog.db import db

EXAMPLES = 5
Law = tuple[str, str, Select[Any]]
"""Its name, what it says, and a statement whose first column names what breaks it."""


@dataclass(frozen=True, slots=True)
class LawBreach:
    """`count` rows break `law`; `examples` are codes of the first few."""

    law: str
    what: str
    count: int
    examples: list[str]


def breaches(laws: Iterable[Law]) -> list[LawBreach]:
    """Every one of `laws` that does not hold now."""
    found = []
    for law, what, query in laws:
        broken = query.subquery()
        count = db.session.scalar(select(func.count()).select_from(broken)) or 0
        if count:
            examples = db.session.scalars(select(broken.c[0]).limit(EXAMPLES)).all()
            found.append(LawBreach(law, what, count, [str(one) for one in examples]))
    return found
