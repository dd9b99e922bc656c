"""Alembic's environment: our metadata, our one way to write, SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import CheckConstraint

from catalog.db import Base, transaction, writing
from catalog.search import upkeep
from marketplace.bookkeeping.opening import open_books

config = context.config
target_metadata = Base.metadata


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """The embedded search index owns its tables (`search_…`) and makes them itself."""
    return not (kind == "table" and name is not None and name.startswith("search_"))


def render_item(kind: str, thing: Any, autogen_context: Any) -> Any:
    """Column types render as what they store; a whole-number check exists on SQLite only."""
    if kind == "type" and type(thing).__module__ == "catalog.db":
        autogen_context.imports.add("import sqlalchemy as sa")
        inner = repr(thing.impl_instance if hasattr(thing, "impl_instance") else thing.impl)
        return f"sa.{inner}"
    if kind == "check" and isinstance(thing, CheckConstraint) and str(thing.name).endswith("_whole"):
        return f'sa.CheckConstraint("{thing.sqltext}", name=op.f("{thing.name}")).ddl_if(dialect="sqlite")'
    return False


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with writing(), engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # A batch move rebuilds tables; on the raw connection, since inside a transaction the pragma does nothing.
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            include_object=include_object,
            render_item=render_item,
            transactional_ddl=True,
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            is_newest = set(context.get_context().get_current_heads()) == set(context.script.get_heads())
    if is_newest:
        while True:  # what was bought before there were books
            with transaction():
                if not open_books():
                    break
    index = current_app.extensions["house"].ports.embedded
    with transaction():
        # A release whose index looks different finds everything again before it opens.
        if index.create() and is_newest and upkeep.count_live():
            upkeep.rebuild(index)


run()
