"""The filter language of Meilisearch, as its parser has it, evaluated over facets."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Any


class Refused(Exception):
    """An answer with a status, a code of the documentation, and a message."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def normal(value: str) -> str:
    """`normalize_facet`: trimmed, compatibility decomposition, lower case."""
    return unicodedata.normalize("NFKD", value.strip()).lower()


def leaves(document: dict[str, Any], above: str = "") -> list[str]:
    """The dotted paths of all values."""
    found = []
    for name, value in document.items():
        path = f"{above}{name}"
        found += leaves(value, f"{path}.") if isinstance(value, dict) else [path]
    return found


def flat(document: dict[str, Any], path: str) -> list[Any]:
    """All values under a dotted path; arrays on the way are gone through, so what stood together stands apart."""
    held: list[Any] = [document]
    for part in path.split("."):
        found: list[Any] = []
        for one in held:
            if isinstance(one, dict) and part in one:
                value = one[part]
                found.extend(value if isinstance(value, list) else [value])
        held = found
    return held


def _holds(document: Any, path: str) -> bool:
    """Whether there is something under a path, be it an empty list."""
    for part in path.split("."):
        if not isinstance(document, dict) or part not in document:
            return False
        document = document[part]
    return True


class Facet:
    """One attribute's values: numbers and texts in two separate stores."""

    def __init__(self, documents: dict[int, dict[str, Any]], path: str) -> None:
        self.texts: dict[str, set[int]] = {}
        self.numbers: dict[float, set[int]] = {}
        self.shown: dict[str, str] = {}
        self.has: set[int] = set()
        self.empty: set[int] = set()
        self.null: set[int] = set()
        for number, document in documents.items():
            held = flat(document, path)
            if not held and _holds(document, path):
                self.empty.add(number)
            for value in held:
                self.has.add(number)
                if value is None:
                    self.null.add(number)
                elif value in ("", {}):
                    self.empty.add(number)
                if isinstance(value, bool):
                    value = "true" if value else "false"
                if isinstance(value, int | float):
                    self.numbers.setdefault(float(value), set()).add(number)
                elif isinstance(value, str):
                    key = normal(value)[:468]
                    self.shown.setdefault(key, value)
                    self.texts.setdefault(key, set()).add(number)
        self._texts, self._numbers = sorted(self.texts), sorted(self.numbers)

    def equal(self, value: str) -> set[int]:
        found = set(self.texts.get(normal(value), ()))
        number = _number(value)
        return found | self.numbers.get(number, set()) if number is not None else found

    def within(self, low: str | None, high: str | None, with_low: bool, with_high: bool) -> set[int]:
        """One range look-up: some element lies inside."""
        found: set[int] = set()
        bounds = [None if one is None else _number(one) for one in (low, high)]
        if all(one is None or number is not None for one, number in zip((low, high), bounds, strict=True)):
            found |= self._range(self._numbers, self.numbers, bounds[0], bounds[1], with_low, with_high)
        texts = [None if one is None else normal(one) for one in (low, high)]
        return found | self._range(self._texts, self.texts, texts[0], texts[1], with_low, with_high)

    @staticmethod
    def _range(
        keys: list[Any], held: dict[Any, set[int]], low: Any, high: Any, with_low: bool, with_high: bool
    ) -> set[int]:
        start = 0 if low is None else (bisect_left if with_low else bisect_right)(keys, low)
        end = len(keys) if high is None else (bisect_right if with_high else bisect_left)(keys, high)
        return set().union(*(held[key] for key in keys[start:end]))

    def distribution(self, candidates: set[int]) -> dict[str, int]:
        counted = {self.shown[key]: len(held & candidates) for key, held in self.texts.items()}
        counted.update(
            (f"{number:g}" if number % 1 else str(int(number)), len(held & candidates))
            for number, held in self.numbers.items()
        )
        return {value: count for value, count in counted.items() if count}

    def stats(self, candidates: set[int]) -> dict[str, float] | None:
        held = [number for number in self._numbers if self.numbers[number] & candidates]
        return {"min": held[0], "max": held[-1]} if held else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<sign>!=|>=|<=|[=<>()\[\],])|(?P<word>[\w.\-]+))"""
)
_KEYWORDS = {"AND", "OR", "IN", "NOT", "TO", "EXISTS", "IS", "NULL", "EMPTY", "CONTAINS", "STARTS", "WITH"}

Look = Callable[[str, str], Facet]
"""(attribute, operator) → its facet; refuses what is not declared for that operator."""


class Parser:
    def __init__(self, text: str, everything: set[int], look: Look) -> None:
        self._everything, self._look = everything, look
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if not match:
                raise Refused("invalid_search_filter", f"Was expecting an operation at `{text[at : at + 20]}`.")
            kind = str(match.lastgroup)
            value = match.group(kind)
            if kind == "quoted":
                value = value[1:-1].replace("\\" + value[0], value[0])
            self._tokens.append((kind, value))
            at = match.end()
        self._at = 0

    def result(self) -> set[int]:
        found = self._or()
        if self._at < len(self._tokens):
            raise Refused("invalid_search_filter", f"Found unexpected characters: `{self._tokens[self._at][1]}`.")
        return found

    def _peek(self) -> str | None:
        return (
            self._tokens[self._at][1]
            if self._at < len(self._tokens) and self._tokens[self._at][0] != "quoted"
            else None
        )

    def _take(self, *expected: str) -> str:
        if self._at >= len(self._tokens) or (expected and self._peek() not in expected):
            raise Refused("invalid_search_filter", f"Was expecting {' or '.join(expected) or 'a value'}.")
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _value(self) -> str:
        if self._at < len(self._tokens):
            kind, text = self._tokens[self._at]
            if kind == "sign" or (kind == "word" and text in _KEYWORDS):
                raise Refused("invalid_search_filter", f"Was expecting a value but instead got `{text}`.")
        return self._take()

    def _or(self) -> set[int]:
        found = self._and()
        while self._peek() == "OR":
            self._take()
            found = found | self._and()
        return found

    def _and(self) -> set[int]:
        found = self._not()
        while self._peek() == "AND":
            self._take()
            found = found & self._not()
        return found

    def _not(self) -> set[int]:
        if self._peek() == "NOT":
            self._take()
            return self._everything - self._not()
        if self._peek() == "(":
            self._take()
            found = self._or()
            self._take(")")
            return found
        return self._condition()

    def _condition(self) -> set[int]:
        attribute = self._value()
        sign = self._peek()
        if sign in ("=", "!="):
            self._take()
            found = self._look(attribute, sign).equal(self._value())
            return found if sign == "=" else self._everything - found
        if sign in (">", ">=", "<", "<="):
            self._take()
            value, facet = self._value(), self._look(attribute, sign)
            return (
                facet.within(value, None, sign == ">=", True)
                if sign[0] == ">"
                else facet.within(None, value, True, sign == "<=")
            )
        if sign == "IN":
            self._take()
            return self._in(attribute)
        if sign == "NOT":
            self._take()
            if self._take("IN", "EXISTS") == "IN":
                return self._everything - self._in(attribute)
            return self._everything - self._look(attribute, "EXISTS").has
        if sign == "EXISTS":
            self._take()
            return self._look(attribute, "EXISTS").has & self._everything
        if sign == "IS":
            return self._is(attribute)
        if sign == "CONTAINS":
            raise Refused("feature_not_enabled", "Using `CONTAINS` requires enabling an experimental feature.")
        if sign == "STARTS":
            self._take()
            self._take("WITH")
            start, facet = normal(self._value()), self._look(attribute, "=")
            return set().union(*(held for key, held in facet.texts.items() if key.startswith(start)))
        low = self._value()
        self._take("TO")
        return self._look(attribute, "TO").within(low, self._value(), True, True)

    def _is(self, attribute: str) -> set[int]:
        self._take("IS")
        facet = self._look(attribute, "EXISTS")
        is_not = self._peek() == "NOT"
        if is_not:
            self._take()
        found = facet.null if self._take("NULL", "EMPTY") == "NULL" else facet.empty
        return self._everything - found if is_not else found & self._everything

    def _in(self, attribute: str) -> set[int]:
        facet = self._look(attribute, "=")
        self._take("[")
        found: set[int] = set()
        while self._peek() != "]":
            found |= facet.equal(self._value())
            if self._peek() == ",":
                self._take()
            elif self._peek() != "]":
                raise Refused("invalid_search_filter", "Expected only comma-separated field names inside `IN[..]`.")
        self._take("]")
        return found


def evaluate(given: Any, everything: set[int], look: Look) -> set[int]:
    """A filter as text, or a list (all of) of texts or lists (any of)."""
    if given is None:
        return everything
    if isinstance(given, str):
        return Parser(given, everything, look).result() & everything if given.strip() else everything
    if not isinstance(given, list):
        raise Refused(
            "invalid_search_filter",
            f"Invalid syntax for the filter parameter: `expected String, Array, found: {given}`.",
        )
    found = everything
    for one in given:
        if isinstance(one, list):
            either: set[int] = set()
            for part in one:
                if not isinstance(part, str):
                    raise Refused("invalid_search_filter", "Invalid syntax for the filter parameter: expected String.")
                either |= evaluate(part, everything, look)
            found = found & either
        elif isinstance(one, str):
            found = found & evaluate(one, everything, look)
        else:
            raise Refused("invalid_search_filter", "Invalid syntax for the filter parameter: expected String, Array.")
    return found
