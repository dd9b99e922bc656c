"""What pages opened from a mail have in common: no Referer, no search engine, and a way on when the link is over."""

from __future__ import annotations

from flask import Response, render_template


def keep_quiet(response: Response) -> Response:
    """After every page whose address carries a token: the address is told to nobody."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def over(again: str) -> tuple[str, int]:
    """The page for a link that cannot be used; `again` is the endpoint where a new one is made."""
    return render_template("account/over.html", again=again), 404
