"""The migrations lead to the schema of the models, on both databases, up and down."""

from __future__ import annotations

from typing import Any

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text

from catalog.db import Base, db, transaction
from catalog.search import Query
from catalog.search.embedded import schema
from marketplace import create_app
from marketplace.documents import triggers as of_documents
from marketplace.ledger import triggers
from marketplace.settings import Settings
from tests import factories


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    app = create_app(Settings(data_dir=tmp_path, database_url=url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _checks() -> dict[str, set[str]]:
    found = {}
    inspector = inspect(db.engine)
    for table in inspector.get_table_names():
        if not table.startswith(("search_", "alembic_")):
            found[table] = {str(one["name"]) for one in inspector.get_check_constraints(table)}
    return found


# SQLite cannot read an index of an expression back; what it promises is asked in test_migrated_rows.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_models_equal_the_migrated_schema(bare: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda thing, name, kind, *rest: not str(name).startswith("search_"),
            },
        )
        assert compare_metadata(context, Base.metadata) == []
        if connection.dialect.name == "sqlite":
            made = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
            wanted = triggers.SQLITE | of_documents.SQLITE
            assert {name: sql for name, sql in made if name in wanted} == wanted
        else:
            for who in (triggers, of_documents):
                names = list(who.POSTGRESQL_FUNCTIONS)
                made = connection.execute(
                    text("SELECT proname, prosrc FROM pg_proc WHERE proname LIKE :like"),
                    {"like": names[0].partition("_")[0] + "%"},
                ).all()
                assert dict(made) == {name: sql.split("$$")[1] for name, sql in who.POSTGRESQL_FUNCTIONS.items()}
            standing = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")).scalars()
            assert set(of_documents.POSTGRESQL) <= set(standing)
        assert triggers.missing(connection) == []


def test_checks_of_the_migrations_are_those_of_the_models(
    bare: Flask, tmp_path: Any, request: pytest.FixtureRequest
) -> None:
    flask_migrate.upgrade()
    migrated = _checks()
    flask_migrate.downgrade(revision="base")
    with transaction() as session:
        db.metadata.create_all(session.connection())
    assert _checks() == migrated
    assert any(name.endswith("_whole") for names in migrated.values() for name in names) is (
        db.engine.dialect.name == "sqlite"
    )


def test_down_leaves_nothing_and_up_works_again(bare: Flask) -> None:
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    left = {name for name in inspect(db.engine).get_table_names() if not name.startswith(("search_", "alembic_"))}
    assert left == set()
    flask_migrate.upgrade()
    assert "orders" in inspect(db.engine).get_table_names()


def test_a_release_with_another_index_finds_everything_before_it_opens(
    bare: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = bare.extensions["house"].ports.embedded
    flask_migrate.upgrade()
    with transaction():
        factories.places()
        code = factories.product(factories.seller(owner=factories.user())).code
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    flask_migrate.upgrade()
    assert index.search(Query("selendang")).codes == (code,)
    assert index.suggest("tenun")
