"""A life as a table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest

from catalog.errors import Conflict, Forbidden
from catalog.states import Machine, Transition


class Lamp(StrEnum):
    NEW = "new"
    LIT = "lit"
    OUT = "out"


@dataclass
class Thing:
    state: Lamp = Lamp.NEW
    other: Lamp = Lamp.NEW


LIFE = Machine(
    Transition("light", frozenset({Lamp.NEW, Lamp.OUT}), Lamp.LIT, frozenset({"keeper"})),
    Transition("blow", frozenset({Lamp.LIT}), Lamp.OUT),
)


def test_follows_the_table() -> None:
    thing = Thing()
    assert LIFE.apply(thing, "light", "keeper") is Lamp.LIT
    assert thing.state is Lamp.LIT
    assert LIFE.apply(thing, "blow", "wind") is Lamp.OUT


def test_refuses_from_the_wrong_state_and_changes_nothing() -> None:
    thing = Thing()
    with pytest.raises(Conflict, match="new"):
        LIFE.apply(thing, "blow")
    assert thing.state is Lamp.NEW


def test_refuses_the_wrong_actor_before_the_wrong_state() -> None:
    thing = Thing(Lamp.LIT)
    with pytest.raises(Forbidden):
        LIFE.apply(thing, "light", "wind")
    assert thing.state is Lamp.LIT


def test_an_unknown_transition_is_a_fault_and_no_refusal() -> None:
    with pytest.raises(KeyError):
        LIFE.apply(Thing(), "explode")


def test_says_what_is_open() -> None:
    assert LIFE.open_from(Lamp.NEW, "keeper") == ["light"]
    assert LIFE.open_from(Lamp.NEW, "wind") == []
    assert LIFE.open_from(Lamp.NEW) == ["light"]
    assert LIFE.may(Lamp.LIT, "blow", "anybody")


def test_moves_another_attribute() -> None:
    thing = Thing()
    LIFE.apply(thing, "light", "keeper", attribute="other")
    assert (thing.state, thing.other) == (Lamp.NEW, Lamp.LIT)


def test_two_rows_of_one_name_are_refused() -> None:
    row = Transition("light", frozenset({Lamp.NEW}), Lamp.LIT)
    with pytest.raises(ValueError):
        Machine(row, row)


def test_knows_where_it_ends() -> None:
    assert Machine(Transition("light", frozenset({Lamp.NEW}), Lamp.LIT)).terminal() == {Lamp.LIT}
    assert LIFE.terminal() == set()
