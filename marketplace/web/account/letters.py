"""A way on from pages that are opened from a mail, when the link is over."""

from __future__ import annotations

from flask import render_template


def over(again: str) -> tuple[str, int]:
    """The page for a link that cannot be used; `again` is the endpoint where a new one is made."""
    return render_template("account/over.html", again=again), 404
