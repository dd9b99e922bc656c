"""Names and words: slugs, folding for comparison, and the choice between two languages."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_SPACE = re.compile(r"\s+")


def N_(message: str) -> str:  # noqa: N802  gettext's own name for "extract, translate later"
    """Mark a message for extraction; the web translates it when it is shown."""
    return message


def fold(text: str) -> str:
    """Lower case without accents: what two spellings must share to be compared."""
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def squeeze(text: str) -> str:
    """Only letters and digits, folded: `Pangkal Pinang`, `Pangkalpinang` and `pangkal-pinang` are one."""
    return _NOT_WORD.sub("", fold(text))


def slugify(text: str, limit: int = 80) -> str:
    """Lower-case words joined by hyphens, for reading only; never empty."""
    slug = _NOT_WORD.sub("-", fold(text)).strip("-")
    if len(slug) > limit:
        slug = slug[:limit].rsplit("-", 1)[0]
    return slug or "x"


def tidy(text: str | None) -> str:
    """One line without control characters, outer blanks or runs of blanks."""
    cleaned = "".join(c if unicodedata.category(c)[0] != "C" or c in "\t\n " else "" for c in text or "")
    return _SPACE.sub(" ", cleaned).strip()


def tidy_lines(text: str | None) -> str:
    """Several lines: control and bidirectional override characters gone, at most one empty line in a row."""
    kept = "".join(c for c in (text or "").replace("\r\n", "\n") if c == "\n" or unicodedata.category(c)[0] != "C")
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


_CARD = re.compile(r"(?<!\d)(?:\d[ .-]?){13,18}\d(?!\d)")
_ISSUER = re.compile(r"4|5[1-5]|2[2-7]|3[4-7]|6(?:011|5|2|4[4-9])")


def mask_cards(text: str) -> str:
    """`text` with every digit of the numbers of payment cards hidden: free text is read by people who need none of them.

    A card's number has 14 to 19 digits, begins as those of the big networks do and fits its own check digit (Luhn),
    so permits (13 digits) and nearly all tracking numbers stay as they are.
    """
    seen = "".join(str(unicodedata.digit(c, None)) if unicodedata.digit(c, None) is not None else c for c in text)

    def hide(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match[0])
        return "•••• •••• •••• ••••" if _is_card(digits) else text[match.start() : match.end()]

    kept, place = [], 0
    for match in _CARD.finditer(seen):
        kept += [text[place : match.start()], hide(match)]
        place = match.end()
    return "".join([*kept, text[place:]])


def _is_card(digits: str) -> bool:
    if not _ISSUER.match(digits):
        return False
    doubled = [int(d) * 2 if place % 2 else int(d) for place, d in enumerate(reversed(digits))]
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


@dataclass(frozen=True, slots=True)
class Told:
    """A text and the language that it is really in; `asked` is the language that it was wanted in."""

    text: str
    locale: str
    asked: str

    @property
    def is_other(self) -> bool:
        """Whether it stands in for a text that nobody has written yet."""
        return bool(self.text) and self.locale != self.asked

    @property
    def other(self) -> str:
        """What the `lang` of an element must say, nothing where the page says it already."""
        return self.locale if self.is_other else ""


def told(thing: Any, attribute: str, locale: str) -> Told:
    """`thing.attribute` in `locale`; where that is empty, the other of the two languages steps in."""
    indonesian = str(getattr(thing, attribute, None) or "")
    english = str(getattr(thing, f"{attribute}_en", None) or "")
    if locale == "en":
        return Told(english, "en", locale) if english else Told(indonesian, "id", locale)
    return Told(indonesian, "id", locale) if indonesian or not english else Told(english, "en", locale)


def localized(thing: Any, attribute: str, locale: str) -> str:
    """The text of `told`, for wherever its language is not said."""
    if locale == "en":
        english = getattr(thing, f"{attribute}_en", None)
        if english:
            return str(english)
    return str(getattr(thing, attribute) or getattr(thing, f"{attribute}_en", None) or "")
