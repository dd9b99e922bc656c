"""A life as a table: which transition leads from where to where, and who may make it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from catalog.errors import Conflict, Forbidden
from catalog.text import N_

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Transition(Generic[S]):
    """One row of a table. An empty `actors` means that any actor may."""

    name: str
    sources: frozenset[S]
    target: S
    actors: frozenset[str] = field(default_factory=frozenset)


class Machine(Generic[S]):
    """The table of one kind of thing, and the function that obeys it."""

    def __init__(self, *transitions: Transition[S]) -> None:
        self.transitions = {one.name: one for one in transitions}
        if len(self.transitions) != len(transitions):
            raise ValueError("two transitions share a name")

    def may(self, state: S, name: str, actor: str | None = None) -> bool:
        """Whether `name` is open from `state` for `actor` (None asks for any actor)."""
        one = self.transitions[name]
        return state in one.sources and (actor is None or not one.actors or actor in one.actors)

    def open_from(self, state: S, actor: str | None = None) -> list[str]:
        """The names of the transitions that `actor` could make now."""
        return [name for name in self.transitions if self.may(state, name, actor)]

    def apply(self, subject: Any, name: str, actor: str | None = None, attribute: str = "state") -> S:
        """Move `subject` along `name`; Forbidden for the wrong actor, Conflict from the wrong state."""
        one = self.transitions[name]
        state = getattr(subject, attribute)
        if one.actors and actor is not None and actor not in one.actors:
            raise Forbidden(N_("You may not do this."))
        if state not in one.sources:
            raise Conflict(N_("This is no longer possible: the state is now “%(state)s”."), state=str(state))
        setattr(subject, attribute, one.target)
        return one.target

    def terminal(self) -> set[S]:
        """States that nothing leads out of."""
        targets = {one.target for one in self.transitions.values()}
        sources = {source for one in self.transitions.values() for source in one.sources}
        return targets - sources
