"""The house's doors to the outside, in one record. `wiring` decides what stands behind each."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.media.storage import Storage
from catalog.search.index import SearchIndex, StepwiseIndex
from marketplace.notifications.mail import Mailer
from marketplace.shipping.courier import Courier


@dataclass(frozen=True)
class Ports:
    """Protocols only: nothing here knows whether a part is embedded or real."""

    storage: Storage
    private: Storage
    """Files without an address: every one is handed out by a route that knows who may have it."""
    mailer: Mailer
    search: SearchIndex
    embedded: StepwiseIndex
    """The engine inside the house: `search` itself, or what stands by where a server does the searching."""
    courier: Courier | None = None
    """A courier outside the house; the rate table needs no door."""
