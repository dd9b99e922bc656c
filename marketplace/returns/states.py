"""The life of a return, as a table; and what the buyer may ask for.

    asked → offered ─┐                         ┌→ to-send-back → sent-back ─┐
      │  └→ refused  ├→ (agreed) ──────────────┼────────────────────────────┼→ settled
      └──────┴→ escalated → decided → appealed ┘→ replacing → replaced ─────┘
                                                                       closed

Every state but the last two has a timer. Silence never leaves anybody waiting: a seller who is silent sends it to the
operator, a buyer who is silent takes what was offered or lets it be, and what an operator decided is carried out when
nobody appeals. Only operators are reminded instead: no decision falls by itself.
"""

from __future__ import annotations

from catalog.states import Machine, Transition
from marketplace.orders.models import Actor
from marketplace.returns.models import Reason, ReturnKind
from marketplace.returns.models import ReturnState as S

_BUYER, _SELLER = frozenset({Actor.BUYER}), frozenset({Actor.SELLER})
_OPERATOR, _SYSTEM = frozenset({Actor.OPERATOR}), frozenset({Actor.SYSTEM})
_SIDES = _BUYER | _SELLER

RETURN: Machine[S] = Machine(
    # The seller answers; a full yes is still welcome after a no.
    Transition("accept", frozenset({S.ASKED, S.REFUSED, S.ESCALATED}), S.AGREED, _SELLER),
    Transition("offer", frozenset({S.ASKED}), S.OFFERED, _SELLER),
    Transition("refuse", frozenset({S.ASKED}), S.REFUSED, _SELLER),
    # The buyer takes it, gives it up, or asks the operator; the clock asks for those who wait.
    Transition("take", frozenset({S.OFFERED}), S.AGREED, _BUYER | _SYSTEM),
    Transition("withdraw", frozenset({S.ASKED, S.OFFERED, S.REFUSED, S.ESCALATED, S.TO_SEND_BACK}), S.CLOSED, _BUYER),
    Transition(
        "escalate",
        frozenset({S.ASKED, S.OFFERED, S.REFUSED, S.SENT_BACK, S.REPLACING, S.REPLACED}),
        S.ESCALATED,
        _SIDES | _SYSTEM,
    ),
    # The operator decides; either side appeals once; the second word is the last.
    Transition("rule", frozenset({S.ESCALATED}), S.DECIDED, _OPERATOR),
    Transition("appeal", frozenset({S.DECIDED}), S.APPEALED, _SIDES),
    Transition("uphold", frozenset({S.DECIDED}), S.AGREED, _SYSTEM),
    Transition("conclude", frozenset({S.ESCALATED, S.APPEALED}), S.AGREED, _OPERATOR),
    # What was agreed is carried out.
    Transition("await", frozenset({S.AGREED}), S.TO_SEND_BACK),
    Transition("send_back", frozenset({S.TO_SEND_BACK}), S.SENT_BACK, _BUYER),
    Transition("receive", frozenset({S.TO_SEND_BACK, S.SENT_BACK}), S.AGREED, _SELLER | _SYSTEM),
    Transition("replace", frozenset({S.AGREED}), S.REPLACING),
    Transition("send_anew", frozenset({S.REPLACING}), S.REPLACED, _SELLER),
    Transition("satisfy", frozenset({S.REPLACED}), S.SETTLED, _BUYER | _SYSTEM),
    Transition("settle", frozenset({S.AGREED}), S.SETTLED),
    Transition("close", frozenset({S.AGREED, S.REFUSED, S.TO_SEND_BACK}), S.CLOSED, _SYSTEM),
)

TERMINAL = frozenset({S.SETTLED, S.CLOSED})

MAY_ESCALATE: dict[S, Actor] = {
    S.OFFERED: Actor.BUYER,
    S.REFUSED: Actor.BUYER,
    S.REPLACED: Actor.BUYER,
    S.SENT_BACK: Actor.SELLER,
}
"""Whose turn it is to ask the operator; the clock may always."""

_FAULTS = frozenset({Reason.DAMAGED, Reason.WRONG, Reason.NOT_AS_DESCRIBED, Reason.HIDDEN})

REASONS: dict[ReturnKind, frozenset[Reason]] = {
    ReturnKind.RETURN: _FAULTS | {Reason.LATE, Reason.MIND},
    ReturnKind.EXCHANGE: _FAULTS | {Reason.MIND},
    ReturnKind.CLAIM: _FAULTS | {Reason.LATE, Reason.MISSING},
    ReturnKind.REMAKE: _FAULTS,
}
"""What may be asked for why."""
