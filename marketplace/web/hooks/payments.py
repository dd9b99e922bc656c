"""Messages of payment providers."""

from __future__ import annotations

from flask import Blueprint, Response

from marketplace.payments.charges import receive
from marketplace.payments.providers import provider_of
from marketplace.web.hooks.messages import take

pages = Blueprint("payments", __name__)


@pages.post("/payments/<provider>")
def create(provider: str) -> Response:
    return take(provider_of(provider), receive)
