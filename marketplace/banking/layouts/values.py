"""Sums and days as banks write them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from catalog.errors import Invalid
from catalog.text import N_, squeeze, tidy

IN = frozenset({"cr", "c", "k", "kr", "kredit", "credit", "masuk", "in"})
OUT = frozenset({"db", "d", "dr", "debet", "debit", "keluar", "out"})
_NOTHING = frozenset({"", "-", "–", "—"})
_SIDE = re.compile(r"\s*(cr|db|dr|[cdk])\.?$", re.IGNORECASE)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january", "feb februari february peb", "mar maret march mrt", "apr april", "mei may",
            "jun juni june", "jul juli july", "agu agustus ags agt august aug", "sep september sept",
            "okt oktober october oct", "nov november nop", "des desember december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[ ,T].*)?")
_IN_WORDS = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3,9})\.?[- ](\d{4}|\d{2})(?:[ ,].*)?")
_YEARLESS = re.compile(r"(\d{1,2})/(\d{1,2})")
HIGHEST = 10**13


def read_sum(text: str, field: str = "sum", decimal: str = "") -> tuple[int, int]:
    """(rupiah, sen), both of the sum's own sign: `1,250,000.00`, `1.250.000,00`, `.00`, `Rp 5.000`, `-1250,50`,
    `287,490.00 DB` (money that left: below zero). Nothing, or a dash alone, is nothing.

    A lone mark before three digits groups (banks write two digits of sen); `decimal` says which mark stands before the
    sen, where somebody has told. Invalid for anything else.
    """
    raw = tidy(text).lstrip("'").strip()
    if raw in _NOTHING:
        return 0, 0
    side = _SIDE.search(raw)
    if side:
        raw = raw[: side.start()]
    sign = -1 if side and side[1].casefold() in OUT else 1
    raw = re.sub(r"^(rp\.?|idr)\s*|\s*idr$", "", raw, flags=re.IGNORECASE)
    if raw[:1] in ("-", "−", "+"):
        sign *= 1 if raw[0] == "+" else -1
        raw = raw[1:].strip()
        raw = re.sub(r"^(rp\.?|idr)\s*", "", raw, flags=re.IGNORECASE)
    elif raw[:1] == "(" and raw[-1:] == ")":
        sign, raw = -sign, raw[1:-1]
    elif raw[-1:] == "-":
        sign, raw = -sign, raw[:-1]
    whole, sen = _parts(raw.replace(" ", "").replace("\u00a0", ""), decimal)
    if whole is None or int(whole) > HIGHEST:
        message = N_("“%(given)s” is no sum. Banks write 1,250,000.00 or 1.250.000,00.")
        raise Invalid(message, field=field, given=tidy(text)[:40])
    return sign * int(whole), sign * int(sen.ljust(2, "0"))


def _parts(raw: str, decimal: str) -> tuple[str | None, str]:
    """(digits before the sen, digits of the sen); None when it is no number."""
    if re.fullmatch(r"[0-9]{1,20}", raw):
        return raw, "0"
    for group, mark in ((",", "."), (".", ",")):
        if decimal not in ("", mark):
            continue
        grouped = rf"[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+"
        match = re.fullmatch(rf"({grouped}|[0-9]{{0,20}})(?:{re.escape(mark)}([0-9]{{1,2}}))?", raw)
        if match and (match[1] or match[2]):
            return match[1].replace(group, "") or "0", match[2] or "0"
    return None, "0"


def read_side(text: str) -> int:
    """1 for money that came, -1 for money that left, 0 where nothing is said. Invalid for other words."""
    word = squeeze(text)
    if not word:
        return 0
    if word in IN or word in OUT:
        return 1 if word in IN else -1
    message = N_("“%(given)s” does not say whether money came (CR) or left (DB).")
    raise Invalid(message, field="side", given=tidy(text)[:40])


def read_day(text: str, first: date | None, last: date, is_month_first: bool = False) -> date:
    """A day; one without a year lies as late as it can, not after `last` nor before `first`. Invalid (field `day`)."""
    raw = tidy(text).lstrip("'").strip()
    if raw.casefold() in ("pend", "pending"):
        raise Invalid(N_("The bank has not booked this line yet. Bring it in tomorrow."), field="day")
    try:
        if match := _YEAR_FIRST.fullmatch(raw):
            found = date(int(match[1]), int(match[2]), int(match[3]))
        elif match := _DAY_FIRST.fullmatch(raw):
            day, month = (2, 1) if is_month_first else (1, 2)
            found = date(_year(match[3]), int(match[month]), int(match[day]))
        elif match := _IN_WORDS.fullmatch(raw):
            found = date(_year(match[3]), _MONTHS[match[2].casefold()], int(match[1]))
        elif match := _YEARLESS.fullmatch(raw):
            found = _latest(int(match[1]), int(match[2]), last)
        else:
            raise ValueError(raw)
    except (ValueError, KeyError):
        message = N_("“%(given)s” is no day. Write it as 31/12/2026.")
        raise Invalid(message, field="day", given=tidy(text)[:40]) from None
    if found > last or (first is not None and found < first):
        raise Invalid(N_("This day lies outside of the statement's days, or ahead of us."), field="day")
    return found


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _latest(day: int, month: int, last: date) -> date:
    for year in (last.year, last.year - 1, *((last.year - n) for n in range(2, 5) if (day, month) == (29, 2))):
        try:
            found = date(year, month, day)
        except ValueError:
            if (day, month) == (29, 2):
                continue
            raise
        if found <= last:
            return found
    raise ValueError("no such day")


def tomorrow(today: date) -> date:
    """Banks far to the east are a day ahead of a clock in Jakarta at most."""
    return today + timedelta(days=1)
