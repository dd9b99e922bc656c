"""A house without a web: only the tables, for tests of subjects that never see a request."""

from __future__ import annotations

import importlib
import os
import pickle
import pkgutil
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

import catalog
import marketplace
from catalog.db import db, transaction
from catalog.edition import Edition
from catalog.money import Money
from marketplace.checkout import cash
from tests import warm
from tests.cast import bring_in

# The folders of tests share these fixtures by name, so each has its own copy of them: what is made once is kept here.
_made: dict[str, str] = {}
SQLITE_POOL = {"pool_size": 16, "max_overflow": 48, "pool_timeout": 30}


def house(url: str, **engine_options: object) -> Flask:
    """An application that has a database and nothing else."""
    for half in (catalog, marketplace):
        for one in pkgutil.iter_modules(half.__path__, f"{half.__name__}."):
            if one.ispkg and (Path(half.__path__[0]) / one.name.rsplit(".", 1)[-1] / "models.py").exists():
                importlib.import_module(f"{one.name}.models")
    app = Flask("bare")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options or {}
    db.init_app(app)
    cash.use(cash.CashLimits(Money(10**9), 10**4, Money(10**10)))  # only tests of these limits meet them
    with app.app_context():
        warm.use_statements(db.engine)
        warm.hurry(db.engine)
    return app


def furnish(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        db.metadata.create_all(session.connection())
        session.add(Edition(id=1, number=1))


@pytest.fixture(scope="session")
def bare_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables, copied for every test."""
    if "sqlite" in _made:
        return Path(_made["sqlite"])
    path = tmp_path_factory.mktemp("bare") / "empty.db"
    app = house(f"sqlite:///{path}")
    furnish(app)
    with app.app_context():
        with db.engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        db.engine.dispose()
    _made["sqlite"] = str(path)
    return path


@cache
def peopled(empty: Path) -> tuple[Path, bytes]:
    """A copy of that file in which the cast has been brought in, and the cast as it was then."""
    path = empty.with_name("peopled.db")
    shutil.copy(empty, path)
    with house(f"sqlite:///{path}").app_context():
        everybody = bring_in()
        db.session.remove()
        db.engine.dispose()
    return path, pickle.dumps(everybody)


@pytest.fixture(scope="session")
def bare_postgresql(postgresql_server: str) -> str:
    """The address of a PostgreSQL database with the tables, emptied before every test."""
    if "postgresql" in _made:
        return _made["postgresql"]
    base, _, query = postgresql_server.partition("?")
    name = f"bare_{os.getpid()}"
    admin = create_engine("postgresql+psycopg://" + postgresql_server.split("://", 1)[1], isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    admin.dispose()
    url = f"postgresql+psycopg://{base.split('://', 1)[1].rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    app = house(url)
    furnish(app)
    with app.app_context():
        db.engine.dispose()
    _made["postgresql"] = url
    return url


def clear() -> None:
    """Every table empty, counters at one.

    Most tables hold nothing: emptying those that do is twenty times faster than TRUNCATE of all. Keys and triggers (those
    of the ledger refuse both) rest meanwhile, which asks for a superuser.
    """
    asked = " UNION ALL ".join(
        f"SELECT '{one.name}' WHERE EXISTS (SELECT 1 FROM \"{one.name}\")" for one in db.metadata.sorted_tables
    )
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for name in session.scalars(text(asked)).all():
            session.execute(text(f'DELETE FROM "{name}"'))
        session.execute(
            text(
                "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
            )
        )
        for table in ("journals", "postings"):  # which a test may have left without its triggers
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        session.add(Edition(id=1, number=1))


@pytest.fixture
def app(database: str, bare_database: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    if database == "sqlite":
        shutil.copy2(bare_database, tmp_path / "shop.db")
        app = house(f"sqlite:///{tmp_path / 'shop.db'}", **SQLITE_POOL)
    else:
        app = house(request.getfixturevalue("bare_postgresql"), pool_size=20, max_overflow=20, pool_timeout=30)
    with app.app_context():
        if database != "sqlite":
            clear()
        yield app
        db.session.remove()
        db.engine.dispose()
