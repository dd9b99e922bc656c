"""How every conversation with Stripe goes: bounded in time, told apart into answer, no, and silence; signed messages.

SDK 16 with its own API version (`2026-10-28.endive`). What it does not do by itself: it waits 80 seconds, does not
retry, and writes a file about its host; so every call has CONNECT_SECONDS and READ_SECONDS, one retry under the same
idempotency key, and telemetry is off.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import stripe
import structlog

from catalog import clock
from catalog.errors import Invalid, Unavailable
from catalog.text import N_
from marketplace.adapters.breaker import Breaker
from marketplace.payments.providers import Refused

CONNECT_SECONDS = 3.0
READ_SECONDS = 8.0
RETRIES = 1
TOLERANCE = 300
"""Seconds that a message's signature may be older, or (a clock that goes wrong) younger than now."""
LARGEST = 256_000

log = structlog.get_logger("stripe")
stripe.enable_telemetry = False


class Wire:
    """One key of Stripe. `sentence` is what people read when it is silent."""

    def __init__(self, key: str, url: str, breaker: Breaker | None, sentence: str) -> None:
        self.breaker = breaker or Breaker(pause=30.0)
        self.is_live = "_live_" in key
        self.sentence = sentence
        self.client = stripe.StripeClient(
            key,
            base_addresses={"api": url} if url else None,  # type: ignore[arg-type]
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
        )

    def ask(self, call: Callable[[], Any]) -> dict[str, Any]:
        """The answer as plain data. Unavailable when there is none, Refused when it is no; nothing is known after the
        first, and the same call may come again."""
        if not self.breaker.admits():
            raise self.silence()
        try:
            answer = call().to_dict(for_json=True)
        except (stripe.InvalidRequestError, stripe.CardError, stripe.InsufficientFundsError) as error:
            self.breaker.succeeded()
            if error.http_status in (409, 429):
                raise self.silence() from error
            log.warning("refused", code=error.code, param=getattr(error, "param", None), request=error.request_id)
            raise Refused(self.sentence, error.code or str(error.user_message or error)) from error
        except stripe.StripeError as error:
            self.breaker.failed()
            log.warning("no answer", kind=type(error).__name__, status=error.http_status, request=error.request_id)
            raise self.silence() from error
        self.breaker.succeeded()
        return dict(answer)

    def silence(self) -> Unavailable:
        return Unavailable(self.sentence, retry_after=30)


def read_message(headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> dict[str, Any]:
    """A message as data, when one of `secrets` signed it lately; else Invalid."""
    if len(body) <= LARGEST and _is_signed(headers.get("Stripe-Signature", ""), body, secrets):
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            event = None
        if isinstance(event, dict):
            return event
    raise not_signed()


def not_signed() -> Invalid:
    return Invalid(N_("This message is not signed by the payment partner."))


def _is_signed(header: str, body: bytes, secrets: Sequence[str]) -> bool:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(text, header, secret, TOLERANCE)
        except (stripe.SignatureVerificationError, ValueError):
            continue
        return _is_of_now(header)
    return False


def _is_of_now(header: str) -> bool:
    """The SDK looks at messages that are too old; one from the future is no better."""
    try:
        made = next(int(part[2:]) for part in header.split(",") if part.startswith("t="))
    except (StopIteration, ValueError):
        return False
    return made <= clock.now().timestamp() + TOLERANCE
