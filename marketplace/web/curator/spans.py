"""How long something has waited or still lasts, in words; and days on which things were answered."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_timedelta
from flask_babel import gettext as _

from catalog import clock
from marketplace.web.locale import current_locale


def in_words(since: datetime, until: datetime | None = None) -> str:
    """`3 days` between two instants; until now unless told otherwise."""
    return format_timedelta((until or clock.now()) - since, threshold=1.2, locale=current_locale())


def waiting(since: datetime) -> str:
    return _("waiting for %(span)s", span=in_words(since))
