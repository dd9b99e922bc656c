"""The request schema of Stripe is the installed SDK's own: its parameter types, read from a form-encoded body."""

from __future__ import annotations

import importlib
import re
import typing
from typing import Any, Literal, NotRequired, Required, get_args, get_origin

from typing_extensions import get_type_hints, is_typeddict


class Bad(Exception):
    """A refusal as Stripe words it."""

    def __init__(
        self, message: str, code: str | None = None, param: str | None = None, status: int = 400,
        kind: str = "invalid_request_error",
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.code, self.param, self.status, self.kind = code, param, status, kind


_HINTS: dict[Any, dict[str, Any]] = {}


def params(name: str) -> Any:
    """`checkout._session_create_params.SessionCreateParams` → the type."""
    module, _, kind = name.rpartition(".")
    return getattr(importlib.import_module("stripe.params." + module), kind)


def unflat(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][0]=x` → `{"a": {"b": {"0": "x"}}}`."""
    root: dict[str, Any] = {}
    for key, value in pairs:
        names = re.findall(r"[^\[\]]+", key)
        here = root
        for name in names[:-1]:
            here = here.setdefault(name, {})
        here[names[-1]] = value
    return root


def checked(kind: Any, value: Any, path: str = "") -> Any:
    """`value` in the declared types; Bad for what the SDK does not declare."""
    while get_origin(kind) in (NotRequired, Required):
        kind = get_args(kind)[0]
    origin = get_origin(kind)
    if is_typeddict(kind):
        return _object(kind, value, path)
    if origin is typing.Union or str(origin) == "<class 'types.UnionType'>":
        return _any_of(get_args(kind), value, path)
    if origin is list:
        rows = [value[key] for key in sorted(value, key=int)] if isinstance(value, dict) else value
        if not isinstance(rows, list):
            raise Bad(f"Invalid array: {path}", "parameter_invalid_array", path)
        return [checked(get_args(kind)[0], one, f"{path}[{number}]") for number, one in enumerate(rows)]
    if origin is dict:
        return {name: checked(get_args(kind)[1], one, f"{path}[{name}]") for name, one in value.items()}
    if origin is Literal:
        if value not in get_args(kind):
            raise Bad(f"Invalid {path}: {value!r}", "parameter_invalid", path)
        return value
    if kind is bool and (value in ("true", "false") or isinstance(value, bool)):  # a form spells it, JSON has it
        return value in ("true", True)
    if kind is int and not isinstance(value, bool) and re.fullmatch(r"-?\d+", str(value)):
        return int(value)
    if kind in (int, bool):
        raise Bad(f"Invalid {kind.__name__}: {path}", f"parameter_invalid_{kind.__name__}", path)
    return value


def _object(kind: Any, value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Bad(f"Invalid object: {path}", "parameter_invalid_object", path)
    hints, found = _hints(kind), {}
    for name, one in value.items():
        if name not in hints:
            raise Bad(f"Received unknown parameter: {path}[{name}]", "parameter_unknown", name)
        found[name] = checked(hints[name], one, f"{path}[{name}]" if path else name)
    for name in kind.__required_keys__:
        if name not in value:
            raise Bad(f"Missing required param: {path}[{name}].", "parameter_missing", name)
    return found


def _any_of(kinds: tuple[Any, ...], value: Any, path: str) -> Any:
    first: Bad | None = None
    for kind in sorted(kinds, key=lambda one: (one is str, not is_typeddict(one))):  # open enums end in `| str`
        try:
            return checked(kind, value, path)
        except Bad as error:
            first = first or error
        except AttributeError:
            continue
    raise first or Bad(f"Invalid {path}", "parameter_invalid", path)


def _hints(kind: Any) -> dict[str, Any]:
    if kind not in _HINTS:
        names: dict[str, Any] = {}
        for module in ("stripe._request_options", "stripe._stripe_context", "stripe._stripe_object", kind.__module__):
            names.update(vars(importlib.import_module(module)))
        _HINTS[kind] = get_type_hints(kind, names, include_extras=True)
    return _HINTS[kind]
