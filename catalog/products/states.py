"""The life of a product as a table."""

from __future__ import annotations

from catalog.products.models import ProductState
from catalog.states import Machine, Transition

_S = ProductState

PRODUCT = Machine(
    Transition("submit", frozenset({_S.DRAFT, _S.WITHDRAWN}), _S.SUBMITTED),
    Transition("recall", frozenset({_S.SUBMITTED}), _S.DRAFT),
    Transition("refuse", frozenset({_S.SUBMITTED}), _S.DRAFT),
    Transition("publish", frozenset({_S.SUBMITTED}), _S.LIVE),
    Transition("withdraw", frozenset({_S.LIVE, _S.HELD}), _S.WITHDRAWN),
    Transition("hold", frozenset({_S.LIVE}), _S.HELD),
    Transition("release", frozenset({_S.HELD}), _S.LIVE),
)
EDITABLE = frozenset({_S.DRAFT, _S.LIVE, _S.WITHDRAWN, _S.HELD})
"""While a curator looks at it, a product stands still; its seller may recall it."""
COMPLETE = frozenset({_S.LIVE, _S.HELD})
"""States in which nothing on the checklist may go missing."""
