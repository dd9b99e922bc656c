"""How values look in a page: money, days, instants, numbers, translated texts, little Markdown."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import nh3
from babel.dates import format_date, format_datetime, get_day_names
from babel.numbers import format_decimal
from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup

from catalog import clock
from catalog.money import Money
from catalog.places.queries import find_place, zone_of
from catalog.text import Told, localized, told
from marketplace.web.chosen import chosen
from marketplace.web.locale import current_locale
from marketplace.web.phases import phase

_markdown = MarkdownIt("zero").enable(["emphasis", "heading", "list", "paragraph", "newline", "link"])
_TAGS = {"h2", "h3", "p", "em", "strong", "ul", "ol", "li", "br", "a"}
_ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def money(value: Money) -> str:
    """`Rp1.250.000`, with no place to break a line."""
    return value.format(current_locale())


_STYLES = {"medium": "d MMM y", "long": "d MMMM y", "full": "EEEE, d MMMM y"}
"""The day before the month, in both languages: no page writes a date in two orders."""


def _on(value: date | datetime) -> date:
    """The day of an instant is the one that the clock of Bangka shows."""
    return value.astimezone(clock.WIB).date() if isinstance(value, datetime) else value


def day(value: date | datetime, style: str = "medium") -> str:
    """`12 Feb 2027`; `style` is medium, long or full, or a pattern of Babel's."""
    return format_date(_on(value), _STYLES.get(style, style), locale=current_locale())


def day_short(value: date | datetime) -> str:
    """`12 Feb`: the year only when it is not this one's or the next half year's."""
    on = _on(value)
    return _day(on, "d MMM" if -30 < (on - clock.today()).days < 300 else "d MMM y", current_locale())


def last_day(deadline: datetime) -> str:
    """`12 Feb 2027`: the last day before a deadline. What ends with a day ends at its last minute, not with the next day."""
    return day(deadline - timedelta(minutes=1))


def weekday(value: date) -> str:
    """`Sel, 2 Des`: a day of the next weeks, for a promise that people plan by."""
    return _day(value, "EEE, d MMM" if value.year == clock.today().year else "EEE, d MMM y", current_locale())


@lru_cache(maxsize=1024)
def _day(value: date, pattern: str, locale: str) -> str:
    return format_date(value, pattern, locale=locale)


def instant(value: datetime, place: str | None = None) -> str:
    """`12 Feb 2027 14.30 WITA` by the clock of `place` (a code of any level); by that of Bangka where none is known."""
    zone = zone_of(place) if place else clock.WIB
    text = format_datetime(
        value.astimezone(zone),
        "d MMM y HH.mm" if current_locale() == "id" else "d MMM y, HH:mm",
        locale=current_locale(),
    )
    return f"{text} {_ZONES.get(str(zone), '')}".strip()


def hour(value: datetime, place: str | None = None) -> str:
    """`14.30 WITA` by the clock of `place`; by that of Bangka where none is known."""
    zone = zone_of(place) if place else clock.WIB
    at = value.astimezone(zone)
    return f"{time_of_day(at.hour * 60 + at.minute)} {_ZONES.get(str(zone), '')}".strip()


def weekday_name(number: int) -> str:
    """`Senin` for 1."""
    return str(get_day_names("wide", locale=current_locale())[number - 1])


def time_of_day(minutes: int) -> str:
    """`08.30` for 510 minutes after midnight."""
    return f"{minutes // 60:02}{'.' if current_locale() == 'id' else ':'}{minutes % 60:02}"


def zone_name(place: str) -> str:
    """`WIB`, `WITA` or `WIT`: the clock of a place, by its code of any level."""
    return _ZONES[str(zone_of(place))]


def number(value: float) -> str:
    if isinstance(value, int):
        digits = f"{value:,}"
        return digits if current_locale() == "en" else digits.replace(",", ".")
    return format_decimal(value, locale=current_locale())


def weight(grams: int) -> str:
    """`650 g`, `1,3 kg`."""
    return f"{number(grams)} g" if grams < 1_000 else f"{number(grams / 1_000)} kg"


def translated(thing: Any, attribute: str) -> str:
    """`thing.attribute` in the page's language, in the other one where that is missing."""
    if isinstance(thing, dict):
        thing = SimpleNamespace(**{attribute: "", **thing})
    return localized(thing, attribute, current_locale())


def told_of(thing: Any, attribute: str) -> Told:
    """`thing.attribute` with the language that it is really in, for pages that say so."""
    if isinstance(thing, dict):
        thing = SimpleNamespace(**{attribute: "", **thing})
    return told(thing, attribute, current_locale())


def place(code: str) -> str:
    """What a reader of the page calls the place with this official code; the code itself when nobody knows it."""
    found = find_place(code)
    return found.title(current_locale()) if found else code


def phone(number: str) -> str:
    """`+62 812-3456-7890`, as people read it; as it is where nobody knows its country."""
    import phonenumbers  # as in `checkout.requests`

    try:
        return str(phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    except phonenumbers.NumberParseException:
        return number


@lru_cache(maxsize=500)
def markdown(text: str | None) -> Markup:
    """Paragraphs, emphasis, lists and links of a text written by people; everything else is shown as typed."""
    return Markup(  # noqa: S704  nh3 has cleaned it
        nh3.clean(
            _markdown.render(text or ""), tags=_TAGS, attributes={"a": {"href"}}, link_rel="nofollow noopener ugc"
        )
    )


def summary(text: str | None, length: int = 155) -> str:
    """The beginning of a text written by people, in one line without marks, cut at a word."""
    words = " ".join(markdown(text).striptags().split())
    if len(words) <= length:
        return words
    return words[: length - 1].rpartition(" ")[0].rstrip(" ,.;:–-") + "…"


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        money=money,
        date=day,
        day=day_short,
        last_day=last_day,
        weekday=weekday,
        hour=hour,
        datetime=instant,
        number=number,
        weight=weight,
        place=place,
        phone=phone,
        t=translated,
        chosen=chosen,
        phase=phase,
        told=told_of,
        markdown=markdown,
        summary=summary,
    )
