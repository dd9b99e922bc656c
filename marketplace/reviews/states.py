"""The life of a review, as a table.

    waiting → published ⇄ withheld

`publish` is the end of an exchange. `withhold` and `republish` are decisions of moderators about reports and appeals.
"""

from __future__ import annotations

from enum import StrEnum

from catalog.states import Machine, Transition
from marketplace.reviews.models import ReviewState as S


class Mover(StrEnum):
    """Who moves a review."""

    EXCHANGE = "exchange"
    MODERATOR = "moderator"


REVIEW: Machine[S] = Machine(
    Transition("publish", frozenset({S.WAITING}), S.PUBLISHED, frozenset({Mover.EXCHANGE})),
    Transition("withhold", frozenset({S.PUBLISHED}), S.WITHHELD, frozenset({Mover.MODERATOR})),
    Transition("republish", frozenset({S.WITHHELD}), S.PUBLISHED, frozenset({Mover.MODERATOR})),
)
