"""Values that travel through JSON and come out as themselves: money, days and instants carry a tag."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from catalog.money import Money


def plain(value: Any) -> Any:
    """`value` as JSON holds it; TypeError for what cannot travel (a row, a set, a float)."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)  # a member of an enum, too
        case Money():
            return {"rupiah": value.rupiah}
        case datetime():
            return {"instant": value.astimezone(UTC).isoformat()}
        case date():
            return {"day": value.isoformat()}
        case Mapping():
            return {str(name): plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
    raise TypeError(f"a notification carries plain values, not {type(value).__name__}")


def living(value: Any) -> Any:
    """What `plain` made, as itself again."""
    if isinstance(value, dict):
        if set(value) == {"rupiah"}:
            return Money(value["rupiah"])
        if set(value) == {"instant"}:
            return datetime.fromisoformat(value["instant"])
        if set(value) == {"day"}:
            return date.fromisoformat(value["day"])
        return {name: living(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [living(inner) for inner in value]
    return value
