"""The inbox of hints about payouts and about shops' accounts: the one that payments have, under a name of its own."""

from __future__ import annotations

from marketplace.payments import charges
from marketplace.payments.models import WebhookMessage
from marketplace.payments.providers import Hint

TOPIC = "payout-hint"
_DESK = "payouts/"


def receive(provider: str, hints: list[Hint]) -> int:
    """Put hints into the inbox, each event once, and wake the worker; how many were new."""
    return charges.receive(_DESK + provider, hints, TOPIC)


def desk_of(message: WebhookMessage) -> str:
    """The code of the provider that has sent a message."""
    return message.provider.removeprefix(_DESK)
