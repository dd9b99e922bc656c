"""Messages of those who bring shops their money: verified, put into the inbox, answered at once."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, request

from catalog.errors import Invalid, NotFound
from catalog.text import N_
from marketplace.payouts.inbox import receive
from marketplace.payouts.providers import provider_of

pages = Blueprint("payouts", __name__)
LARGEST = 256_000

log = structlog.get_logger("hooks")


@pages.post("/payouts/<provider>")
def create(provider: str) -> Response:
    """204 when the message is in the inbox (again); 400 when it is not the provider's; 5xx lets it come again."""
    found = provider_of(provider)
    if found is None or found.capabilities.is_local:
        raise NotFound(N_("There is nothing here."))
    if (request.content_length or 0) > LARGEST:
        return Response(status=400)
    try:
        hints = found.parse_webhook(dict(request.headers), request.get_data(cache=False))
    except Invalid:
        log.warning("a message without a good signature", provider=found.code)
        return Response(status=400)
    receive(found.code, hints)
    return Response(status=204)
