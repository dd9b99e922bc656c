"""Back to where somebody came from, and never to another site."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import request, url_for

# A path of printable ASCII as browsers send it. No backslash (browsers read it as a slash), no blank, no control.
_PATH = re.compile(r"^/(?![/\\])[!-\[\]-~]{0,1000}$")


def on_site(address: str | None) -> str | None:
    """The address if it is a path of this site, else None."""
    if not address or not _PATH.match(address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or "//" in parts.path or ".." in parts.path.split("/"):
        return None
    return address


def asked_for() -> str:
    """Where this visitor wants to go on: the form's or the address's `next`, or nothing."""
    return on_site(request.form.get("next") or request.args.get("next")) or ""


def destination() -> str:
    """Where to send a person who has come in."""
    return asked_for() or url_for("account.home.show")
