"""A browser's name in words, from what it says of itself. Good enough to recognise one's own, never a proof."""

from __future__ import annotations

import re

from flask_babel import gettext as _

# The first that matches wins: most browsers also claim to be others.
_BROWSERS = (
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"OPR/|Opera|OPT/", "Opera"),
    (r"UCBrowser|UCWEB", "UC Browser"),
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"Vivaldi/", "Vivaldi"),
    (r"FBA[NV]/|FB_IAB", "Facebook"),
    (r"Instagram", "Instagram"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"(Chrome|CriOS|Chromium)/", "Chrome"),
    (r"Version/.*Safari/", "Safari"),
)
_SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"CrOS", "ChromeOS"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"Linux|X11", "Linux"),
)


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, agent)), "")


def browser_name(agent: str) -> str:
    """`Chrome on Android`, in the reader's language."""
    browser, system = _first(_BROWSERS, agent), _first(_SYSTEMS, agent)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("Unknown browser")
