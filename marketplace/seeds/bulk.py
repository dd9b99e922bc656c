"""Many rows at once, past the ORM: the statement and the way of every value are worked out once, not for every row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Dialect, Table, insert, select

from catalog.db import db

Row = dict[str, Any]
Process = Callable[[Any], Any]


def put(table: Any, rows: Sequence[Row]) -> None:
    """Insert rows that have the same columns, as plain as they are: no event, no key comes back."""
    if not rows:
        return
    target = table if isinstance(table, Table) else table.__table__
    connection = db.session.connection()
    names = list(rows[0])
    compiled = insert(target).compile(dialect=connection.dialect, column_keys=names)
    same = {column.key: _scalar(column) for column in compiled.insert_prefetch if column.key not in rows[0]}
    columns: list[list[Any]] = []
    for name in names:
        process = _process(target.c[name], connection.dialect)
        found = map(itemgetter(name), rows)
        columns.append(list(map(process, found) if process else found))
    for name, value in same.items():
        process = _process(target.c[name], connection.dialect)
        columns.append([process(value) if process else value] * len(rows))
    told = [*names, *same]
    if compiled.positiontup is not None:
        ordered = [columns[told.index(name)] for name in compiled.positiontup]
        connection.exec_driver_sql(str(compiled), list(zip(*ordered, strict=True)))
    else:
        connection.exec_driver_sql(
            str(compiled), [dict(zip(told, row, strict=True)) for row in zip(*columns, strict=True)]
        )


def _process(column: Column[Any], dialect: Dialect) -> Process | None:
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _scalar(column: Column[Any]) -> Any:
    """The default of a column that the rows leave out: the same for all of them, or it has to be written out."""
    default: Any = column.default
    if default is None or not default.is_scalar:
        raise TypeError(f"rows for {column.table.name} need {column.key}")
    return default.arg


def ids_by(column: Any, key: Any, wanted: Sequence[Any]) -> dict[Any, int]:
    return {found: id_ for id_, found in db.session.execute(select(column, key).where(key.in_(wanted)))}
