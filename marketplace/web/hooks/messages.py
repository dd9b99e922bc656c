"""How every message of a partner is taken: verified, put into the inbox, answered at once. Nothing is believed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import structlog
from flask import Response, request

from catalog.errors import Invalid, NotFound
from catalog.text import N_

LARGEST = 256_000

log = structlog.get_logger("hooks")


class Sender(Protocol):
    """Whoever sends messages, as far as this door knows them."""

    code: str
    capabilities: Any

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> list[Any]: ...


def take(sender: Sender | None, receive: Callable[[str, list[Any]], object]) -> Response:
    """204 when the message is in the inbox (again); 400 when it is not the sender's; 5xx lets it come again."""
    if sender is None or sender.capabilities.is_local:
        raise NotFound(N_("There is nothing here."))
    if (request.content_length or 0) > LARGEST:
        return Response(status=400)
    try:
        hints = sender.parse_webhook(dict(request.headers), request.get_data(cache=False))
    except Invalid:
        log.warning("a message without a good signature", provider=sender.code)
        return Response(status=400)
    receive(sender.code, hints)
    return Response(status=204)
