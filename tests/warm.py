"""What every house of one worker shares, so that a test pays for its house and not for building materials: compiled
routes, compiled templates, compiled statements, read static files. Nothing here knows a setting, a database or a visitor."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from sqlalchemy import Engine
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
_builders: dict[Any, Any] = {}
_compile_builder: Callable[[Rule, bool], Any] = Rule._compile_builder
_load_all = assets.Assets.load_all


def _builder(rule: Rule, append_unknown: bool = True) -> Any:
    key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


@cache
def _read(root: Path) -> tuple[assets.Assets, str]:
    read = assets.Assets(root)
    return read, _load_all(read)


def _loaded(self: assets.Assets) -> str:
    if self.root != Path(__file__).resolve().parent.parent / "static":
        return _load_all(self)
    read, revision = _read(self.root)
    self.by_name, self.by_address, self.bundles = dict(read.by_name), dict(read.by_address), dict(read.bundles)
    return revision


def share() -> None:
    """From here on, every house of this process is built from shared materials."""
    Rule._compile_builder = _builder  # type: ignore[method-assign]
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
