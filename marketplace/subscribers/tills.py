"""Reminding whoever has held cash for too long: the shop that keeps a gallery, the shop that took it itself, or
the operators where a courier did."""

from __future__ import annotations

from catalog.db import transaction
from marketplace.accounts.models import Role
from marketplace.bookkeeping.tills import list_holders
from marketplace.notifications import notify


def remind_of_cash() -> None:
    """Each once for the day since which it is overdue; what is brought in part is reminded of again when the rest is."""
    with transaction():
        for one in list_holders():
            if one.is_overdue and one.seller is not None:
                where = one.point.name if one.point is not None else ""
                code = one.point.code if one.point is not None else one.seller.code
                values = {"sum": one.sum, "since": one.since, "where": where}
                notify(one.seller, "cash-overdue", f"{code}-{one.overdue_on}", values)
            elif one.is_overdue and one.service is not None:
                values = {"sum": one.sum, "since": one.since, "courier": one.name}
                notify(Role.OPERATOR, "cod-overdue", f"{one.service.code}-{one.overdue_on}", values)
