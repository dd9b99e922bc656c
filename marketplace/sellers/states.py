"""The life of a shop as a table."""

from __future__ import annotations

from catalog.states import Machine, Transition
from marketplace.sellers.models import SellerState

_S = SellerState

SELLER = Machine(
    Transition("approve", frozenset({_S.APPLIED}), _S.OPEN, frozenset({"operator"})),
    Transition("refuse", frozenset({_S.APPLIED}), _S.REFUSED, frozenset({"operator"})),
    Transition("apply_again", frozenset({_S.REFUSED}), _S.APPLIED, frozenset({"member"})),
    Transition("suspend", frozenset({_S.OPEN}), _S.SUSPENDED, frozenset({"operator"})),
    Transition("reopen", frozenset({_S.SUSPENDED}), _S.OPEN, frozenset({"operator"})),
)
