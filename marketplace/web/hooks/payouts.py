"""Messages of those who bring shops their money."""

from __future__ import annotations

from flask import Blueprint, Response

from marketplace.payouts.inbox import receive
from marketplace.payouts.providers import provider_of
from marketplace.web.hooks.messages import take

pages = Blueprint("payouts", __name__)


@pages.post("/payouts/<provider>")
def create(provider: str) -> Response:
    return take(provider_of(provider), receive)
