"""What people type, as it is kept."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.errors import Invalid
from catalog.text import N_, tidy, tidy_lines


def read_text(field: str, value: str | None, lines: Mapping[str, int], texts: Mapping[str, int]) -> str:
    """What stands in `field`, which is one of `lines` or of `texts`; both name the most letters that a field takes.
    Invalid (`field`) for more."""
    text = tidy(value) if field in lines else tidy_lines(value)
    limit = lines.get(field) or texts[field]
    if len(text) > limit:
        raise Invalid(N_("Write at most %(limit)s characters."), field=field, limit=limit)
    return text
