"""Closing a day: everything is checked first, and a day that does not add up is not closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalog.errors import Conflict, Forbidden
from catalog.text import N_
from marketplace.accounts.models import Role, User
from marketplace.banking.laws import check_laws as check_laws_of_statements
from marketplace.bookkeeping.bookings import count_waiting
from marketplace.bookkeeping.laws import check_laws as check_laws_of_books
from marketplace.ledger import days
from marketplace.ledger.models import ClosedDay
from marketplace.orders.breaches import LawBreach
from marketplace.payouts.laws import check_laws as check_laws_of_payouts
from marketplace.reconciliation.services import count_unanswered


@dataclass(frozen=True, slots=True)
class Checks:
    """What was looked at before a day is closed."""

    broken: list[LawBreach] | None
    """None: nobody has asked the laws yet. They go through the whole book."""
    differences: int
    """With the outside, that nobody has answered."""
    waiting: int
    """Bookings that a second operator has not looked at."""


def check_everything() -> list[LawBreach]:
    """Every law of the ledger, of orders, of payouts and of statements that does not hold now."""
    return [*check_laws_of_books(), *check_laws_of_payouts(), *check_laws_of_statements()]


def checks(asks_laws: bool = True) -> Checks:
    return Checks(check_everything() if asks_laws else None, count_unanswered(), count_waiting())


def close_day(day: date, note: str, operator: User, found: Checks) -> ClosedDay:
    """Close it with what was `found`. Conflict while a law is broken; see `ledger.days.close` for the rest.
    ValueError where the laws were not asked."""
    if found.broken is None:
        raise ValueError("a day is closed only after every law was asked")
    if not operator.has_role(Role.OPERATOR):
        raise Forbidden(N_("Only operators may do this."))
    if found.broken:
        raise Conflict(N_("The books do not add up: put that right first, then close the day."))
    return days.close(day, operator, differences=found.differences, note=note)
