"""What a buyer may ask for, and what somebody asks for: how many pieces of which line, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from catalog import clock
from catalog.errors import Conflict, DomainError, Invalid, Several
from catalog.text import N_, tidy_lines
from marketplace.orders.models import Order, OrderLine, OrderState
from marketplace.returns.models import Reason, ReturnKind, ReturnPhoto
from marketplace.returns.others import Other, list_others, may_differ
from marketplace.returns.spans import spans
from marketplace.returns.states import REASONS

WORDS_LEAST = 10
WORDS_MOST = 1_000
PHOTOS_MOST = 6
NO_EXCHANGE = N_("Another choice can only come in an exchange. Choose “Exchange”, or leave the choice as it is.")
NO_OTHER = N_("This one cannot come instead: only what lies on the shelf and costs the same. Please choose again.")
ALL_OF_IT = N_("Another choice is possible only for all %(count)s pieces at once. Otherwise leave it as it is.")
E = TypeVar("E", bound=StrEnum)


def member(enum: type[E], value: str) -> E | None:
    """The member of `enum` with this value; None for anything else."""
    try:
        return enum(value)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a buyer asks for: pieces and reason per line code; `wanted` is the code of another variant to have instead."""

    kind: ReturnKind | str
    lines: Mapping[str, tuple[int, Reason | str]]
    words: str
    photos: Sequence[ReturnPhoto] = ()
    wanted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Open:
    """What may be asked for pieces of one line today: how many, and why (`reasons` per kind; no kind, no return)."""

    line: OrderLine
    pieces: int
    reasons: Mapping[ReturnKind, frozenset[Reason]] = field(default_factory=dict)


def what_is_open(order: Order) -> list[Open]:
    """Per line what a return may be asked for now; nothing where nothing has arrived or every day is past."""
    arrived = _arrived_at(order)
    if order.state not in (OrderState.DELIVERED, OrderState.COMPLETED) or arrived is None:
        return []
    now = clock.now()
    reasons: set[Reason] = set()
    if now < arrived + timedelta(days=spans().hidden_defect_days):
        reasons.add(Reason.HIDDEN)
    if order.state is OrderState.DELIVERED or now < arrived + timedelta(days=spans().complaint_days):
        reasons |= set(Reason) - {Reason.MIND}
    if order.state is OrderState.DELIVERED:
        reasons.add(Reason.MIND)
    found = []
    for line in order.lines:
        of_line = reasons - ({Reason.MIND} if line.is_for_one_person else set())
        kinds = {
            kind: why & of_line
            for kind, why in REASONS.items()
            if why & of_line and (kind is not ReturnKind.REMAKE or line.is_made_to_order)
        }
        pieces = line.shipped - line.returned
        if kinds and pieces > 0:
            found.append(Open(line, pieces, kinds))
    return found


def _arrived_at(order: Order) -> datetime | None:
    """When the last of its parcels came."""
    return max((one.delivered_at for one in order.shipments if one.delivered_at is not None), default=None)


def read(order: Order, wish: Wish) -> tuple[ReturnKind, list[tuple[OrderLine, int, Reason]], dict[int, Other]]:
    """The wish, checked, with what is to come instead per line id; Several names every wrong field, Conflict when nothing of the order can be asked about."""
    open_ = {one.line.code: one for one in what_is_open(order)}
    if not open_:
        raise Conflict(N_("Nothing of this order can be returned (any more)."))
    errors: list[DomainError] = []
    kind = member(ReturnKind, wish.kind)
    if kind is None or not any(kind in one.reasons for one in open_.values()):
        errors.append(Invalid(N_("Choose what you would like."), field="kind"))
    chosen: list[tuple[OrderLine, int, Reason]] = []
    for code, (pieces, why) in wish.lines.items():
        if pieces == 0:
            continue
        one = open_.get(code)
        most = one.pieces if one else 0
        if not 0 < pieces <= most or one is None:
            errors.append(Invalid(N_("Write a number from 0 to %(most)s."), field=f"pieces-{code}", most=most))
            continue
        reason = member(Reason, why)
        if reason is None or (kind is not None and reason not in one.reasons.get(kind, ())):
            errors.append(Invalid(_why_not(kind, reason, one), field=f"reason-{code}"))
            continue
        chosen.append((one.line, pieces, reason))
    if not chosen and not errors:
        errors.append(Invalid(N_("Say which pieces it is about."), field="pieces"))
    wanted = _wanted(kind, chosen, wish.wanted, errors)
    words = tidy_lines(wish.words)
    if not WORDS_LEAST <= len(words) <= WORDS_MOST:
        message = N_("Write in %(least)s to %(most)s characters what is the matter.")
        errors.append(Invalid(message, field="words", least=WORDS_LEAST, most=WORDS_MOST))
    if len(wish.photos) > PHOTOS_MOST:
        errors.append(Invalid(N_("At most %(limit)s photos."), field="photos", limit=PHOTOS_MOST))
    if any(one.purchase_id != order.purchase_id or one.return_id is not None for one in wish.photos):
        errors.append(Invalid(N_("There is no such picture."), field="photos"))
    if errors or kind is None:
        raise Several(errors)
    return kind, chosen, wanted


def _wanted(
    kind: ReturnKind | None,
    chosen: Sequence[tuple[OrderLine, int, Reason]],
    codes: Mapping[str, str],
    errors: list[DomainError],
) -> dict[int, Other]:
    """What is to come instead, per line id; what cannot is added to `errors`."""
    asked = [(line, pieces, codes[line.code]) for line, pieces, _ in chosen if codes.get(line.code)]
    if asked and kind is not None and kind is not ReturnKind.EXCHANGE:
        errors.append(Invalid(NO_EXCHANGE, field="kind"))
        return {}
    others = list_others([line for line, _, _ in asked])
    found: dict[int, Other] = {}
    for line, pieces, code in asked:
        place = f"wanted-{line.code}"
        other = next((one for one in others.get(line.id, []) if one.code == code), None)
        if may_differ(line) and pieces < line.quantity:
            errors.append(Invalid(ALL_OF_IT, field=place, count=line.quantity))
        elif other is None:
            errors.append(Invalid(NO_OTHER, field=place))
        else:
            found[line.id] = other
    return found


def _why_not(kind: ReturnKind | None, reason: Reason | None, one: Open) -> str:
    fits = {other for other, why in one.reasons.items() if reason in why}
    if reason is Reason.MIND and one.line.is_for_one_person:
        return N_("This piece was made for you, so it cannot go back because you changed your mind.")
    if reason is Reason.MIND and not fits:
        return N_("The days for changing your mind are over.")
    if kind is ReturnKind.REMAKE and not one.line.is_made_to_order:
        return N_("Only what was made to order can be made anew.")
    if reason is Reason.MIND:
        return N_("Whoever changes their mind sends the piece back: choose “Return” or “Exchange” above.")
    if reason is Reason.MISSING and fits:
        return N_("What never came cannot be sent back: choose “Claim” above.")
    return N_("Choose a reason that fits what you would like.")
