"""Writing new objects at once, past the unit of work.

A flush sorts, groups and watches whatever may have changed; for one new row whose values are known that costs two
thirds more than it need. What is written here belongs to the session afterwards, like anything that was read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from catalog.db import db, dialect, insertion


def write(one: Any, *, unless_known: bool = False) -> bool:
    """INSERT a new object with what it was given and the defaults of its columns; its id is known then.

    For subjects whose new rows nobody listens to: the session's `before_flush` does not see it, and what hangs on it by
    relationships is not written (give ids). IntegrityError as from a flush; with `unless_known` a row that some UNIQUE
    refuses is left out, and the answer is False.
    """
    model: Any = type(one)
    key, columns = _columns(model)
    given = one.__dict__
    for name, make in columns:
        if name not in given:
            given[name] = make()
    values = {name: given[name] for name, _ in columns}
    row = db.session.execute(_insert(model, dialect(), unless_known), values).one_or_none()
    if row is None:
        return False
    given[key] = row[0]
    make_transient_to_detached(one)
    session = db.session()
    of_before = session.identity_map.get(identity_key(instance=one))
    if of_before is not None:
        session.expunge(of_before)  # its row went past the session, since the database has given its id anew
    session.add(one)
    transaction: Any = session.get_nested_transaction() or session.get_transaction()
    transaction._new[inspect(one)] = True  # as after a flush: what is rolled back leaves the session
    return True


@cache
def _columns(model: type[Any]) -> tuple[str, list[tuple[str, Callable[[], Any]]]]:
    """The key that the database gives, and the other columns with what they are when nothing was given."""
    table = inspect(model).local_table
    [key] = table.primary_key
    return key.key, [(one.key, _maker(one)) for one in table.c if one is not key]


def _maker(column: Any) -> Callable[[], Any]:
    default = column.default
    if default is None:
        return lambda: None
    return (lambda: default.arg(None)) if default.is_callable else (lambda: default.arg)


@cache
def _insert(model: type[Any], dialect: str, unless_known: bool) -> Any:
    table = model.__table__
    statement = insertion(table, dialect).returning(*table.primary_key)
    return statement.on_conflict_do_nothing() if unless_known else statement
