"""Rows that are read only to be shown: objects of their models that belong to no session.

The ORM prepares every column of every entity for change, whenever it reads; a page that shows a piece with its maker, its
pictures and its shop changes nothing, and read as stills they cost a fifth. Methods and properties of the models work as
ever. What was not read is not there: asking for it raises instead of asking the database, and a session refuses to write it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import FromClause

from catalog.db import Model

M = TypeVar("M", bound=Model)


def still(model: type[M], **values: Any) -> M:
    """An object of `model` that has these attributes and no others."""
    thing = object.__new__(model)
    thing.__dict__.update(values)
    return thing


class Stills:
    """Several models in one `select(*stills.columns)`; every column of each, in their order.

    A model stands for its own table, `(model, table)` for an alias of it.
    """

    def __init__(self, *parts: type[Model] | tuple[type[Model], FromClause]) -> None:
        self.columns: list[Any] = []
        self._cuts: list[tuple[type[Model], tuple[str, ...], int, int, int]] = []
        for part in parts:
            model, table = part if isinstance(part, tuple) else (part, part.__table__)
            start = len(self.columns)
            names = tuple(column.key for column in model.__table__.c)
            self.columns += [table.c[name] for name in names]
            key = next(place for place, column in enumerate(model.__table__.c) if column.primary_key)
            self._cuts.append((model, names, start, start + len(names), start + key))

    def of(self, row: Sequence[Any]) -> list[Any]:
        """The objects of a row, None where an outer join found nothing."""
        found: list[Any] = []
        for model, names, start, end, key in self._cuts:
            if row[key] is None:
                found.append(None)
                continue
            thing = object.__new__(model)
            thing.__dict__.update(zip(names, row[start:end], strict=True))
            found.append(thing)
        return found
