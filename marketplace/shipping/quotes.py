"""What a courier outside the house has said, kept for a while, so that a price that was shown is the price that is paid.

1. Before anything is written: `questions` says what is not known yet, `ask` asks (the network; no transaction waits).
2. `keep` writes the answers down, each under the digest of what was asked: where from, where to, which boxes.
3. The page and `checkout.place` read them again (`find_kept`), so that both come to the same quote.

An answer is fresh for a quarter of an hour and counts for two hours. A courier that did not answer is left alone for a
minute, and the rate table speaks meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import change, db
from catalog.errors import Unavailable
from catalog.money import Money
from catalog.places.queries import find_place
from marketplace.sellers.models import DeliveryKind, DeliveryOffer, Seller
from marketplace.shipping.courier import Courier, Parcel, ServiceQuote, Stop, outside
from marketplace.shipping.models import KeptQuote

FRESH = timedelta(minutes=15)
FRESH_AFTER_FAILURE = timedelta(minutes=1)
COUNTS = timedelta(hours=2)
PATIENCE_SECONDS = 8.0
"""How long one press of a button may wait for all answers together."""

log = structlog.get_logger("shipping")


@dataclass(frozen=True, slots=True)
class Question:
    origin: Stop
    destination: Stop
    parcels: tuple[Parcel, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of where from, where to and which boxes; what they are worth does not change the price."""
        boxes = sorted((one.weight, one.length, one.width, one.height, one.quantity) for one in self.parcels)
        plain = [self.origin.postal_code, self.destination.postal_code, boxes]
        return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """`quotes` is None when the courier did not answer."""

    digest: str
    quotes: list[ServiceQuote] | None


def question_for(seller: Any, place_code: str, parcels: Sequence[Parcel]) -> Question | None:
    """What there is to ask for a shop's parcel; None where a postal code is not known. `seller` has an id and its place's
    codes."""
    origin = Stop(seller.district_code, _postal_code(seller.village_code or seller.district_code), seller.id)
    destination = Stop(place_code, _postal_code(place_code))
    if not origin.postal_code or not destination.postal_code or not parcels:
        return None
    return Question(origin, destination, tuple(parcels))


def _postal_code(place_code: str) -> str:
    place = find_place(place_code) or find_place(place_code[:8])
    return place.postal_codes[0] if place and place.postal_codes else ""


def questions(parcels: Mapping[int, Sequence[Parcel]], place_code: str | None) -> list[Question]:
    """What has to be asked before these sellers (by id) can be priced: nothing without a courier outside, nothing that
    is fresh."""
    if outside() is None or not place_code or not parcels:
        return []
    sellers = db.session.scalars(
        select(Seller)
        .join(DeliveryOffer, DeliveryOffer.seller_id == Seller.id)
        .where(Seller.id.in_(parcels), DeliveryOffer.kind == DeliveryKind.COURIER)
    )
    wanted = {one.digest: one for seller in sellers if (one := question_for(seller, place_code, parcels[seller.id]))}
    fresh = set(
        db.session.scalars(
            select(KeptQuote.digest).where(KeptQuote.digest.in_(wanted), KeptQuote.fresh_until > clock.now())
        )
    )
    return [one for digest, one in wanted.items() if digest not in fresh]


def ask(courier: Courier, asked: Iterable[Question]) -> list[Answer]:
    """Ask, one after the other, for PATIENCE_SECONDS at most; who does not answer is noted and not waited for again."""
    began = time.monotonic()
    answers = []
    for question in asked:
        quotes = None
        if time.monotonic() - began < PATIENCE_SECONDS:
            try:
                quotes = courier.quote(question.origin, question.destination, question.parcels)
            except Unavailable as error:
                log.warning("the courier outside is passed over", reason=str(error))
        answers.append(Answer(question.digest, quotes))
    return answers


def keep(answers: Iterable[Answer]) -> None:
    """Write answers down, in the place of older ones to the same question."""
    now = clock.now()
    for answer in answers:
        span = FRESH if answer.quotes is not None else FRESH_AFTER_FAILURE
        values: dict[str, Any] = {
            "services": [_plain(one) for one in answer.quotes or []],
            "fresh_until": now + span,
            "expires_at": now + COUNTS,
        }
        same = KeptQuote.digest == answer.digest
        if change(update(KeptQuote).where(same).values(**values)):
            continue
        try:
            with db.session.begin_nested():
                db.session.add(KeptQuote(digest=answer.digest, **values))
        except IntegrityError:  # another tab has asked the same in this moment
            change(update(KeptQuote).where(same).values(**values))


def find_kept(asked: Collection[Question]) -> dict[str, list[ServiceQuote]]:
    """What still counts of earlier answers, by digest, in one query. An empty list says that nothing was offered."""
    rows = db.session.execute(
        select(KeptQuote.digest, KeptQuote.services).where(
            KeptQuote.digest.in_({one.digest for one in asked}), KeptQuote.expires_at > clock.now()
        )
    )
    return {row.digest: [_living(one) for one in row.services] for row in rows}


def forget_quotes() -> int:
    """Answers that no longer count; how many went."""
    return change(delete(KeptQuote).where(KeptQuote.expires_at < clock.now()))


def _plain(quote: ServiceQuote) -> dict[str, Any]:
    return {
        "key": quote.key, "name": quote.name, "price": quote.price.rupiah, "days": [quote.days_min, quote.days_max],
    }  # fmt: skip


def _living(row: dict[str, Any]) -> ServiceQuote:
    return ServiceQuote(row["key"], row["name"], Money(row["price"]), *row["days"])
