"""What was chosen of a line and made personal on it, in words for everybody who reads a cart or an order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from catalog.products.personal import Answer, Kind
from catalog.text import localized
from marketplace.web.locale import current_locale
from marketplace.web.speech import gettext as _


def chosen(line: Any) -> str:
    """`XL · Name to engrave: Ratna`, of a line of a cart or of an order."""
    locale = current_locale()
    if isinstance(line, Mapping):  # of a letter, which carries words; one that waits since before may lack some
        line = SimpleNamespace(**{"choices": "", "made": "", **line})
        made = [localized(line, "made", locale)]
    else:
        made = told(line.answers if hasattr(line, "answers") else getattr(line, "personal", ()))
    return " · ".join(text for text in (localized(line, "choices", locale), *made) if text)


def named(line: Any) -> str:
    """`Linen shirt (XL)`: a line's piece, told apart from others of the same product."""
    locale = current_locale()
    title, choices = localized(line, "title", locale), localized(line, "choices", locale)
    return f"{title} ({choices})" if choices else title


def told(answers: Iterable[Answer]) -> list[str]:
    """`Name to engrave: Ratna`, one for every answer."""
    locale = current_locale()
    words = []
    for one in answers:
        said = _("sent as a picture") if one.kind is Kind.FILE else one.shown(locale)
        words.append(f"{localized(one, 'label', locale)}: {said}")
    return words
