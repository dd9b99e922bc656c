"""The life of a payment: a rank that only rises. Effects hang on these transitions, not on messages from outside."""

from __future__ import annotations

from catalog.states import Machine, Transition
from marketplace.payments.models import PaymentState as S

PAYMENT: Machine[S] = Machine(
    Transition("settle", frozenset({S.PENDING}), S.PAID),
    Transition("expire", frozenset({S.PENDING}), S.EXPIRED),
    Transition("cancel", frozenset({S.PENDING}), S.CANCELLED),
    Transition("arrive_late", frozenset({S.EXPIRED, S.CANCELLED}), S.LATE),
    Transition("refund", frozenset({S.PAID, S.LATE}), S.REFUNDED),
)
