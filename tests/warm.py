"""What every house of one worker shares, so that a test pays for its house and not for building materials: compiled
routes, compiled templates, compiled statements, read static files, the empty queue. Nothing here knows a setting, a
database or a visitor."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from time import sleep
from typing import Any

from flask.templating import DispatchingJinjaLoader
from huey.storage import SqliteStorage
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.util import LRUCache
from werkzeug.routing.rules import Rule

from marketplace.web import assets


class Compiled(BytecodeCache):
    """Compiled templates by their text's checksum, in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self.kept.get((bucket.key, bucket.checksum))
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_compiled = Compiled()
_statements: dict[type, Any] = {}
_rules: dict[Any, tuple[Any, ...]] = {}
_names: dict[str, list[str]] = {}
_compile: Callable[[Rule], None] = Rule.compile
_list_templates: Callable[[DispatchingJinjaLoader], list[str]] = DispatchingJinjaLoader.list_templates
_load_all = assets.Assets.load_all
_initialize_schema: Callable[[SqliteStorage], None] = SqliteStorage.initialize_schema


def _compiled_rule(rule: Rule) -> None:
    """What a rule is made of follows from its words and from the converters that the map has."""
    there = rule.map
    key = (
        rule.rule,
        rule.subdomain,
        rule.host,
        rule.merge_slashes,
        there.host_matching,
        repr(rule.defaults),
        tuple(rule.arguments),
        tuple(there.converters.values()),
    )
    if key not in _rules:
        _compile(rule)
        _rules[key] = (
            rule._parts,
            rule._trace,
            rule._converters,
            frozenset(rule.arguments),
            rule._build.__func__,  # type: ignore[attr-defined]
            rule._build_unknown.__func__,  # type: ignore[attr-defined]
        )
        return
    rule._parts, rule._trace, rule._converters, arguments, build, build_unknown = _rules[key]
    rule.arguments = set(arguments)
    rule._build = build.__get__(rule, None)
    rule._build_unknown = build_unknown.__get__(rule, None)


def _template_names(loader: DispatchingJinjaLoader) -> list[str]:
    folder = f"{loader.app.root_path}/{loader.app.template_folder}"
    if folder not in _names:
        _names[folder] = _list_templates(loader)
    return _names[folder]


@cache
def _empty_queue() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "queue.db"
        SqliteStorage("empty", str(path), fsync=False)
        return path.read_bytes()


def _copied_schema(storage: SqliteStorage) -> None:
    path = Path(storage.filename)
    if storage.name == "empty" or path.exists():
        _initialize_schema(storage)
    else:
        path.write_bytes(_empty_queue())


@cache
def _read(root: Path) -> assets.Assets:
    read = assets.Assets(root)
    _load_all(read)
    return read


def _loaded(self: assets.Assets) -> None:
    if self.root != Path(__file__).resolve().parent.parent / "static":
        _load_all(self)
        return
    read = _read(self.root)
    self.by_name, self.by_address, self.bundles = dict(read.by_name), dict(read.by_address), dict(read.bundles)


def share() -> None:
    """From here on, every house of this process is built from shared materials."""
    Rule.compile = _compiled_rule  # type: ignore[method-assign]
    DispatchingJinjaLoader.list_templates = _template_names  # type: ignore[method-assign]
    SqliteStorage.initialize_schema = _copied_schema
    assets.Assets.load_all = _loaded  # type: ignore[method-assign]


def use_compiled(environment: Environment) -> None:
    """Let this environment read and write the shared compiled templates."""
    environment.bytecode_cache = _compiled


def use_statements(engine: Engine) -> None:
    """Let this engine, and the mappers that it uses, take statements that an engine of its kind has compiled.

    Statements are kept by dialect, which every engine has anew; those of one class are alike here, so they count as one.
    """
    kind = type(engine.dialect)
    if kind not in _statements:
        _statements[kind] = LRUCache(2000)
        kind.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign, assignment]
        kind.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign, assignment]
    engine._compiled_cache = _statements[kind]


def hurry(engine: Engine) -> None:
    """Let SQLite leave the disk to the system: a test's house outlives no power cut, and waits for none."""

    @event.listens_for(engine, "connect")
    def leave_the_disk(connection: Any, record: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous = OFF")


def hurry_server(address: str) -> None:
    """The same for a PostgreSQL server that was started for the tests; every promise but that of the disk is kept."""
    engine = create_engine("postgresql+psycopg://" + address.split("://", 1)[1], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(text("ALTER SYSTEM SET max_wal_size = '8GB'"))
        connection.execute(text("SELECT pg_reload_conf()"))
        while connection.execute(text("SHOW fsync")).scalar() != "off":
            sleep(0.01)
    engine.dispose()
