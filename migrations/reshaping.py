"""Changing the constraints of a table on SQLite, which can only be made anew: its words are edited, its rows moved.

Alembic's batch mode reads a table back without its CHECKs; this keeps every word that is not meant to change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


def reshape(
    table: str,
    drop: Sequence[str] = (),
    add: Sequence[str] = (),
    columns: Sequence[str] = (),
    drop_columns: Sequence[str] = (),
    keep: Sequence[str] = (),
) -> None:
    """Take away constraints by their names, add others (`CONSTRAINT name CHECK (…)`), add or take away whole columns.

    A column that is dropped and added again in other words keeps its values when `keep` names it. SQLite only; env.py has switched foreign keys off, and other tables keep pointing at the name.
    """
    connection = op.get_bind()
    words = connection.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"), {"name": table}
    ).scalar_one()
    indexes = connection.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name AND sql IS NOT NULL"),
        {"name": table},
    ).scalars()
    indexes = [one for one in indexes if not any(re.search(rf"\b{name}\b", one) for name in drop_columns)]
    names = [row[1] for row in connection.execute(sa.text(f"PRAGMA table_info({table})"))]
    kept = ", ".join(name for name in names if name not in drop_columns or name in keep)
    parts = [one for one in _parts(words) if not _names(one, drop, drop_columns)]
    first = next((n for n, one in enumerate(parts) if one.startswith("CONSTRAINT")), len(parts))
    parts[first:first] = columns
    connection.execute(sa.text(f"CREATE TABLE {table}__new (\n\t" + ", \n\t".join([*parts, *add]) + "\n)"))
    connection.execute(sa.text(f"INSERT INTO {table}__new ({kept}) SELECT {kept} FROM {table}"))
    connection.execute(sa.text(f"DROP TABLE {table}"))
    connection.execute(sa.text(f"ALTER TABLE {table}__new RENAME TO {table}"))
    for one in indexes:
        connection.execute(sa.text(one))


def _names(part: str, constraints: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether a part of the table's words is one of these constraints or columns, or the whole-number check of one."""
    match = re.match(r'CONSTRAINT "?(\w+)"?|"?(\w+)"?', part)
    if match is None:
        return False
    whole = re.fullmatch(r"ck_\w+?_whole", match[1] or "")
    return (
        (match[1] or "") in constraints
        or (match[2] or "") in columns
        or bool(whole and any(f"typeof({name})" in part for name in columns))
    )


def _parts(words: str) -> list[str]:
    """What stands between the outer brackets, cut at the commas that are in no bracket of their own."""
    inner = words[words.index("(") + 1 : words.rindex(")")]
    parts, depth, begin, quoted = [], 0, 0, False
    for place, sign in enumerate(inner):
        if sign == "'":
            quoted = not quoted
        elif not quoted:
            depth += (sign == "(") - (sign == ")")
            if sign == "," and depth == 0:
                parts.append(inner[begin:place])
                begin = place + 1
    return [one.strip() for one in [*parts, inner[begin:]]]
