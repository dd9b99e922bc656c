"""The point of a picture that stays in view when it is cut: one of nine, as a form sends it."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from catalog.errors import Invalid
from catalog.text import N_

POINTS = [(x, y) for y in (15, 50, 85) for x in (15, 50, 85)]


def focal_point() -> tuple[int, int]:
    """`point` of the form, `x-y` in percent. Invalid for anything else."""
    x, _dash, y = request.form.get("point", "").partition("-")
    if not (x.isascii() and x.isdigit() and y.isascii() and y.isdigit() and (int(x[:4]), int(y[:4])) in POINTS):
        raise Invalid(N_("Choose one of the nine points."), field="point")
    return int(x), int(y)


def focal_points() -> list[tuple[int, int, str]]:
    """The nine points and what they are called."""
    names = [
        _("top left"), _("top"), _("top right"), _("left"), _("middle"), _("right"), _("bottom left"), _("bottom"), _("bottom right"),
    ]  # fmt: skip
    return [(x, y, name) for (x, y), name in zip(POINTS, names, strict=True)]
