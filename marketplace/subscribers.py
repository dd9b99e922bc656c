"""Who hears what: signals of both halves connected to those who write rows because of them."""

from __future__ import annotations

from marketplace.notifications import account
from marketplace.ports import Ports


def connect(ports: Ports) -> None:
    """Connect every subscriber of this house."""
    account.connect()
