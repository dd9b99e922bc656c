"""How long each state of a return may last, and until when one may be opened."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.settings import Settings


@dataclass(frozen=True, slots=True)
class Spans:
    """Days are of the calendar unless they are called working days."""

    complaint_days: int = 7
    """After arrival, for whatever can be seen at once."""
    hidden_defect_days: int = 180
    """After arrival, for what shows in use."""
    answer_working_days: int = 3
    choice_days: int = 3
    """For the buyer to take an offer or to ask the operator."""
    send_days: int = 7
    transit_days: int = 21
    receive_working_days: int = 3
    """For the seller to look at it, once the courier says that it has arrived."""
    decision_working_days: int = 5
    appeal_days: int = 3
    grace_working_days: int = 2
    """After the promised day of what is sent or made anew."""

    @classmethod
    def of(cls, settings: Settings) -> Spans:
        return cls(
            complaint_days=settings.complaint_days,
            hidden_defect_days=settings.hidden_defect_days,
            answer_working_days=settings.return_answer_days,
            choice_days=settings.return_choice_days,
            send_days=settings.return_send_days,
            transit_days=settings.delivery_days,
            receive_working_days=settings.return_receive_days,
            decision_working_days=settings.return_decision_days,
            appeal_days=settings.return_appeal_days,
            grace_working_days=settings.ship_grace_days,
        )


_used = Spans()


def use(spans: Spans) -> None:
    """Let these spans hold in this process from now on."""
    global _used
    _used = spans


def spans() -> Spans:
    return _used
