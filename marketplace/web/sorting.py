"""How lists of orders may be sorted, in words."""

from __future__ import annotations

from flask_babel import gettext as _

from marketplace.orders.sorting import Sorting


def sorting_names() -> dict[Sorting, str]:
    return {
        Sorting.NEWEST: _("Newest first"),
        Sorting.DEADLINE: _("Next deadline first"),
        Sorting.STATE: _("State of the order"),
        Sorting.PAYMENT: _("State of the payment"),
    }
