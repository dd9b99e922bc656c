"""Tracking numbers. Their forms overlap between couriers, so a number only ever *suggests* one."""

from __future__ import annotations

import re

_FORMS = (
    (re.compile(r"J[A-Z]\d{10}|J[A-Z]{2}\d{12}"), "J&T"),
    (re.compile(r"[A-Z]{2}\d{9}ID"), "Pos Indonesia"),
    (re.compile(r"TG\d{8,}"), "JNE"),
    (re.compile(r"TKP[0-9A-Z]{6,}"), "TIKI"),
    (re.compile(r"[A-Z]{4,6}\d{11}"), "JNE"),
    (re.compile(r"00\d{10}"), "SiCepat"),
)


def tidy_number(number: str) -> str:
    """A tracking number as couriers print it: capitals and digits, without blanks."""
    return re.sub(r"\s+", "", number).upper()


def suggest_courier(number: str) -> str | None:
    """The courier whose numbers look like `number`, to prefill a form; None when several or none would fit."""
    number = tidy_number(number)
    for form, courier in _FORMS:
        if form.fullmatch(number):
            return courier
    return None
