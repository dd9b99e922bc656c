"""The forms of statements, one file per bank; see `paper` for how a form is read."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.banking.layouts import bca, bri, generic, given, mandiri
from marketplace.banking.layouts.paper import Layout, Paper, unfold

LAYOUTS: tuple[Layout, ...] = (bca.LAYOUT, bri.LAYOUT, mandiri.LAYOUT, generic.LAYOUT)


def read(text: str, layout: str = "", columns: Mapping[str, str] | None = None) -> Paper:
    """The statement in `text`, in the form of `layout` (by its code), or in whichever it has; `columns` names columns of
    the generic form, or is what a person has said of a table (see `given`). Invalid (field `file`, or of a column)."""
    if columns and "delimiter" in columns:
        return given.unfold(text, columns)
    if columns:
        return unfold(text, [generic.named(columns)])
    return unfold(text, [one for one in LAYOUTS if not layout or one.code == layout] or LAYOUTS)
