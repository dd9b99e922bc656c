"""Fields that only curators' forms need: an instant in West Indonesia Time and a place in an order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField

from catalog.clock import WIB

FORMATS = (
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%d-%m-%Y %H.%M",
    "%d-%m-%Y %H:%M",
    "%d/%m/%Y %H:%M",
)
FIRST_YEAR, LAST_YEAR = 2000, 2100


class MomentField(StringField):
    """A local day and time (WIB); `.data` is an aware datetime or None, and what was typed stays in the box."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not self.typed:
            return
        for form in FORMATS:
            try:
                moment = datetime.strptime(self.typed, form)  # noqa: DTZ007  the zone is added below
            except ValueError:
                continue
            if not FIRST_YEAR <= moment.year <= LAST_YEAR:
                raise ValueError(_("Write a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR))
            self.data = moment.replace(tzinfo=WIB)
            return
        raise ValueError(_("Write a day and a time, for example 2026-12-24 09:00."))

    def _value(self) -> str:
        if getattr(self, "typed", ""):
            return str(self.typed)
        return self.data.astimezone(WIB).strftime("%Y-%m-%dT%H:%M") if self.data else ""


class OrderField(StringField):
    """A whole number from 0; an empty box is 0."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = 0
        if not self.typed:
            return
        if not (self.typed.isascii() and self.typed.isdigit() and len(self.typed) <= 5):
            raise ValueError(_("Write a whole number from 0 to 10,000."))
        self.data = int(self.typed)

    def _value(self) -> str:
        return getattr(self, "typed", "") or str(self.data or 0)
