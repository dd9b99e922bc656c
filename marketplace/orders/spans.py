"""How long each state of an order may last. The start of the process hands the settings in; tests their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from catalog import clock
from marketplace.payments.providers import can_be_asked
from marketplace.settings import Settings


@dataclass(frozen=True, slots=True)
class Spans:
    """Hours and days are of the clock, working days of the calendar."""

    payment_hours: int = 24
    payment_grace_hours: int = 24
    """After the window that the buyer is told: a transfer of the last hour must still be seen by an operator."""
    confirm_working_days: int = 2
    ship_grace_working_days: int = 2
    delivery_days: int = 21
    complete_days: int = 3
    cancel_answer_hours: int = 48
    unseen_days: int = 5
    """After a parcel left, if no courier has said anything about it."""
    balance_days: int = 7
    """To pay the balance of what is ready, before the operator's `payment_grace_hours`."""
    send_working_days: int = 2
    """After a balance was paid, for the shop to send it, unless more time was promised."""
    keeps_begun: int = 50
    keeps_ready: int = 100
    """How much of a deposit stays with the shop that is left while the piece is made, and when it is ready; percent."""

    @classmethod
    def of(cls, settings: Settings) -> Spans:
        return cls(
            payment_hours=settings.payment_hours,
            payment_grace_hours=settings.payment_grace_hours,
            confirm_working_days=settings.confirm_days,
            ship_grace_working_days=settings.ship_grace_days,
            delivery_days=settings.delivery_days,
            complete_days=settings.complete_days,
            cancel_answer_hours=settings.cancel_answer_hours,
            unseen_days=settings.unseen_days,
            balance_days=settings.balance_days,
            keeps_begun=settings.deposit_kept_begun,
            keeps_ready=settings.deposit_kept_ready,
        )


_used = Spans()


def use(spans: Spans) -> None:
    """Let these spans hold in this process from now on."""
    global _used
    _used = spans


def spans() -> Spans:
    return _used


def end_of_waiting(method: str, until: datetime) -> datetime:
    """When an order is called off that could be paid by `method` until then. Somebody has to look at a statement; a
    provider that can be asked needs only the time of the asking."""
    return until + (timedelta(minutes=45) if can_be_asked(method) else timedelta(hours=_used.payment_grace_hours))


def end_of(day: date) -> datetime:
    """The instant at which `day` ends in West Indonesia Time."""
    return clock.start_of(day + timedelta(days=1))
