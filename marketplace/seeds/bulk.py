"""Many rows at once, past the ORM."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, insert, select

from catalog.db import db

Row = dict[str, Any]


def put(table: Any, rows: Sequence[Row]) -> None:
    if rows:
        db.session.execute(insert(table if isinstance(table, Table) else table.__table__), rows)


def ids_by(column: Any, key: Any, wanted: Sequence[Any]) -> dict[Any, int]:
    return {found: id_ for id_, found in db.session.execute(select(column, key).where(key.in_(wanted)))}
