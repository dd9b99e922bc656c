"""Messages of payment providers: verified, put into the inbox, answered at once. Nothing is believed here."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, request

from catalog.errors import Invalid, NotFound
from catalog.text import N_
from marketplace.payments.charges import receive
from marketplace.payments.providers import provider_of

pages = Blueprint("payments", __name__)
LARGEST = 256_000

log = structlog.get_logger("hooks")


@pages.post("/payments/<provider>")
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
