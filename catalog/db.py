"""The database: one `db`, its column types, its naming convention, and the one way to write.

SQLite and PostgreSQL are held to the same promises. SQLite's INTEGER columns would store 1.5 and '12abc', so every
whole number is guarded by `CHECK (typeof(x) = 'integer')`. A transaction is read-only unless it was opened by
`transaction()`; a write transaction takes SQLite's write lock at once (`BEGIN IMMEDIATE`), because a lock upgraded
later fails immediately however long `busy_timeout` is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import insert as insert_on_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from catalog.codes import new_code
from catalog.gates import Gate
from catalog.money import Money as MoneyValue

BUSY_TIMEOUT_MS = 5_000


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:

    class Model(Base):
        """What every table inherits."""

        __abstract__ = True
else:
    Model = db.Model


class Money(TypeDecorator[MoneyValue]):
    """Whole rupiah in 64 bits; Python sees `catalog.money.Money`."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: MoneyValue | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if not isinstance(value, MoneyValue):
            raise TypeError(f"a money column takes Money, not {type(value).__name__}")
        return value.rupiah

    def process_result_value(self, value: int | None, dialect: Dialect) -> MoneyValue | None:
        return None if value is None else MoneyValue(int(value))

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return Integer() if isinstance(value, int) else self


class Quantity(TypeDecorator[int]):
    """A whole count in 64 bits; refuses booleans and floats before they reach the database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise TypeError(f"a quantity is a whole number, not {type(value).__name__}")
        return value


class Instant(TypeDecorator[datetime]):
    """An instant: aware UTC in Python; timestamptz on PostgreSQL, naive UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("an instant must be aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Code(TypeDecorator[str]):
    """A public code; see `catalog.codes`. Give a column `default=code_of(n)` and `unique=True`."""

    impl = String(26)
    cache_ok = True


def code_of(length: int) -> Callable[[], str]:
    """A column default that makes codes of `length` symbols."""

    def make() -> str:
        return new_code(length)

    return make


def choice(enum: type[StrEnum], name: str) -> Enum:
    """A column type for a StrEnum: its values as text, held by a CHECK named `name`."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def _is_whole(column: Any) -> bool:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    return isinstance(kind, Integer | BigInteger | SmallInteger)


@event.listens_for(Table, "after_parent_attach")
def _guard_whole_numbers(table: Table, parent: Any) -> None:
    if not isinstance(parent, MetaData) or parent is not Base.metadata:
        return
    for column in table.columns:
        if _is_whole(column) and not column.primary_key:
            test = f"typeof({column.name}) = 'integer'"
            if column.nullable:
                test = f"{column.name} IS NULL OR {test}"
            table.append_constraint(CheckConstraint(test, name=f"{column.name}_whole").ddl_if(dialect="sqlite"))


_writing: ContextVar[bool] = ContextVar("writing", default=False)


def is_writing() -> bool:
    """Whether the present context holds the right to write."""
    return _writing.get()


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # SQLAlchemy's begin event below says BEGIN, not the driver
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "cache_size = -4000",
            "mmap_size = 0",
            "temp_store = MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


_gates: dict[str, Gate] = {}
_passed: ContextVar[Gate | None] = ContextVar("passed_gate", default=None)


def _pass_gate(connection: Connection) -> None:
    if _passed.get() is None:
        url = connection.engine.url
        gate = _gates.setdefault(str(url), Gate(url.database))
        if gate.enter(BUSY_TIMEOUT_MS / 1_000):
            _passed.set(gate)


def _leave_gate(connection: Connection | None = None) -> None:
    gate = _passed.get()
    if gate is not None:
        _passed.set(None)
        gate.leave()


event.listen(Engine, "rollback", _leave_gate)


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    writing = _writing.get()
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        if connection.info.get("query_only") is not (not writing):
            raw.execute(f"PRAGMA query_only = {int(not writing)}")
            connection.info["query_only"] = not writing
        if writing:
            _pass_gate(connection)
            connection.info["changes"] = raw.total_changes
        # Through SQLAlchemy, so that "database is locked" arrives as its OperationalError like any other.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
    elif connection.dialect.driver == "psycopg":
        raw.read_only = not writing


def say_savepoints_plainly(engine: Engine) -> None:
    """SQLAlchemy composes and compiles every SAVEPOINT anew, as if it were the first; the names are its own and plain."""
    dialect: Any = engine.dialect
    for deed, words in (("savepoint", "SAVEPOINT"), ("release_savepoint", "RELEASE SAVEPOINT")):
        setattr(dialect, f"do_{deed}", partial(_say, words))


def _say(words: str, connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"{words} {name}")


@contextmanager
def writing() -> Iterator[None]:
    """Let transactions that begin inside write. The web's lifecycle and `transaction()` use it; nobody else."""
    if _writing.get():
        raise RuntimeError("a write transaction is open already: services never open or commit one")
    token = _writing.set(True)
    try:
        yield
    finally:
        _leave_gate()
        _writing.reset(token)


@contextmanager
def transaction() -> Iterator[Session]:
    """One write transaction for a job, a command or a test: commits at the end, rolls back when anything is raised.

    A read transaction of the same session is ended first, so objects loaded before keep their values but belong to
    the past; load what you change inside.
    """
    session = db.session()
    with writing():
        session.rollback()
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


def change(statement: Any, values: Mapping[str, Any] | None = None) -> int:
    """Carry out an UPDATE or DELETE past the ORM; how many rows it changed. `values` are what a composed one asks for."""
    result = db.session.execute(statement, values, execution_options={"synchronize_session": False})
    return int(result.rowcount)  # type: ignore[attr-defined]


def has_written() -> bool:
    """Whether the present transaction has changed anything, through the ORM or past it."""
    session = db.session()
    if session.new or session.dirty or session.deleted:
        return True
    if not session.in_transaction():
        return False
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.dbapi_connection
        return bool(raw.total_changes != connection.info.get("changes", raw.total_changes))
    return session.scalar(text("SELECT pg_current_xact_id_if_assigned()")) is not None


def dialect() -> str:
    """`sqlite` or `postgresql`: whichever carries out the statements of this session."""
    return str(db.session.get_bind().dialect.name)


def insertion(table: Any, dialect: str) -> Any:
    """An INSERT that knows ON CONFLICT, as this dialect writes it."""
    return insert_on_sqlite(table) if dialect == "sqlite" else insert_on_postgresql(table)


def lay_triggers(connection: Connection, sqlite: Iterable[str], postgresql: Iterable[str]) -> None:
    """Make triggers, as this database writes them, once their tables are there."""
    for statement in sqlite if connection.dialect.name == "sqlite" else postgresql:
        connection.exec_driver_sql(statement)


def lock(statement: Any) -> Any:
    """`statement` with row locks (FOR UPDATE); SQLite holds its one write lock anyway and ignores it."""
    return statement.with_for_update()
