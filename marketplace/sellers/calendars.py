"""The days on which a shop is away: a value of its own row, so that whoever reads the shop knows them without asking more."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator

from catalog.inventory.workdays import EVERYBODY, Calendar, Closure


class CalendarColumn(TypeDecorator[Calendar]):
    """JSON of `closures` and `rest`, NULL where a shop has no days of its own; Python sees a `Calendar`."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Calendar | None, dialect: Dialect) -> dict[str, Any] | None:
        if value is None or value == EVERYBODY:
            return None
        closures = [
            {
                "since": one.since.isoformat(),
                "until": one.until.isoformat(),
                "words": one.words,
                "words_en": one.words_en,
                "takes_orders": one.takes_orders,
            }
            for one in value.closures
        ]
        return {"closures": closures, "rest": list(value.rest)}

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> Calendar:
        if not value:
            return EVERYBODY
        closures = (
            Closure(
                date.fromisoformat(one["since"]),
                date.fromisoformat(one["until"]),
                one["words"],
                one["words_en"],
                one["takes_orders"],
            )
            for one in value["closures"]
        )
        return Calendar(tuple(closures), tuple(value["rest"]))
