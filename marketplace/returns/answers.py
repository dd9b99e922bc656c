"""What a seller offers, or an operator decides: checked, filled in, compared with what the buyer asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from catalog import clock
from catalog.errors import DomainError, Invalid, Several
from catalog.money import ZERO, Money, total
from catalog.text import N_, tidy_lines
from marketplace.returns.models import Reason, Remedy, Return, ReturnKind
from marketplace.returns.wishes import WORDS_MOST, member

PROMISE_MOST = 180
"""Days that what is sent or made anew may take."""
ANEW = frozenset({Remedy.REPLACEMENT, Remedy.REMAKE})
WISHED = {
    ReturnKind.RETURN: (Remedy.REFUND, True),
    ReturnKind.EXCHANGE: (Remedy.REPLACEMENT, True),
    ReturnKind.CLAIM: (Remedy.REFUND, False),
    ReturnKind.REMAKE: (Remedy.REMAKE, False),
}
"""What each kind asks for: the remedy, and whether the buyer expects to send the pieces back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a seller offers or an operator decides. `granted` is money per order line's code, all of it unless told."""

    remedy: Remedy | str
    sends_back: bool = False
    promised_on: date | None = None
    granted: Mapping[str, Money] | None = None
    words: str = ""


def check(found: Return, answer: Answer, may_refuse: bool = False) -> Answer:
    """The answer, whole: money per line filled in, the day within bounds."""
    errors: list[DomainError] = []
    remedy = member(Remedy, answer.remedy)
    if remedy is None or (remedy is Remedy.NOTHING and not may_refuse):
        raise Invalid(N_("Choose what you offer."), field="remedy")
    if remedy is Remedy.REMAKE and not all(one.line.is_made_to_order for one in found.lines):
        errors.append(Invalid(N_("Only what was made to order can be made anew."), field="remedy"))
    promised = answer.promised_on if remedy in ANEW else None
    if remedy in ANEW:
        last = clock.today() + timedelta(days=PROMISE_MOST)
        if promised is None or not clock.today() <= promised <= last:
            errors.append(
                Invalid(N_("Choose a day from today to %(last)s."), field="promised_on", last=last)
            )  # fmt: skip
    granted = {one.line.code: one.worth if remedy is Remedy.REFUND else ZERO for one in found.lines}
    if remedy is Remedy.REFUND and answer.granted is not None:
        for one in found.lines:
            sum_ = answer.granted.get(one.line.code, ZERO)
            if not ZERO <= sum_ <= one.worth:
                message = N_("Write a sum from Rp0 to %(most)s.")
                errors.append(Invalid(message, field=f"granted-{one.line.code}", most=one.worth))
            granted[one.line.code] = sum_
        if not errors and not total(granted.values()) and total(one.worth for one in found.lines):
            errors.append(Invalid(N_("Write how much goes back, or refuse with a reason."), field="remedy"))
    words = tidy_lines(answer.words)
    if len(words) > WORDS_MOST:
        errors.append(Invalid(N_("Write at most %(limit)s characters."), field="words", limit=WORDS_MOST))
    if errors:
        raise Several(errors)
    is_missing = all(one.reason is Reason.MISSING for one in found.lines)
    sends_back = answer.sends_back and remedy is not Remedy.NOTHING and found.received_at is None and not is_missing
    return Answer(remedy, sends_back, promised, granted, words)


def is_all(found: Return, answer: Answer) -> bool:
    """Whether nothing is left for the buyer to agree to."""
    remedy, may_be_asked_back = WISHED[found.kind]
    if answer.remedy is not remedy or (answer.sends_back and not may_be_asked_back):
        return False
    if remedy is Remedy.REMAKE:
        return False  # the day is new: the buyer says whether it suits
    return remedy is not Remedy.REFUND or total((answer.granted or {}).values()) == found.worth
