"""The edition rises exactly once per commit that changes what the public sees, and at nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask

from catalog.db import db, transaction
from catalog.edition import Edition, edition, raise_edition
from catalog.inventory import services as inventory
from catalog.money import Money
from catalog.products.models import Product
from tests import factories
from tests.conftest import both_databases


def number() -> int:
    db.session.rollback()
    return edition()


@both_databases
def test_rises_once_however_much_a_commit_changes(app: Flask, cast: Any) -> None:
    before = number()
    with transaction() as session:
        shawl = session.get(Product, cast.shawl.id)
        shawl.title = "Selendang"
        session.flush()
        shawl.variants[0].price = Money(2_000_000)
        inventory.adjust(shawl.variants[0], 1, "found")
        raise_edition()
        factories.product(cast.budis, "Plakat kedua")
    assert number() == before + 1


@both_databases
def test_does_not_rise_on_a_rollback_nor_afterwards(app: Flask, cast: Any) -> None:
    before = number()
    with pytest.raises(ZeroDivisionError), transaction() as session:
        session.get(Product, cast.shawl.id).title = "Never"
        session.flush()
        raise ZeroDivisionError
    assert number() == before
    with transaction():
        factories.user("Baru")
    assert number() == before, "the mark must not survive the rollback"


def test_does_not_rise_for_what_nobody_sees(app: Flask, cast: Any) -> None:
    before = number()
    with transaction() as session:
        factories.user("Baru")
        session.merge(cast.sari).name = "Sari Baru"
        session.get(Product, cast.shawl.id).title = cast.shawl.title  # the same words
    assert number() == before


def test_rises_for_what_is_deleted(app: Flask, cast: Any) -> None:
    before = number()
    with transaction() as session:
        shawl = session.get(Product, cast.shawl.id)
        session.delete(shawl.pictures[0])
    assert number() == before + 1


def test_rises_for_changes_past_the_orm(app: Flask, cast: Any) -> None:
    before = number()
    with transaction():
        inventory.reserve({cast.shawl.variants[0].id: 1}, "order-1")
    assert number() == before + 1
    with transaction():
        inventory.release("order-1")
    assert number() == before + 2


def test_makes_its_row_where_there_is_none(app: Flask) -> None:
    with transaction() as session:
        session.execute(db.delete(Edition))
    with transaction():
        raise_edition()
    assert number() == 1


@both_databases
def test_a_refusal_half_way_keeps_the_mark_of_what_came_before(app: Flask, cast: Any) -> None:
    before = number()
    with transaction() as session:
        inventory.adjust(session.get(Product, cast.shawl.id).variants[0], 1, "found")
        with suppress(ZeroDivisionError), session.begin_nested():
            with session.begin_nested():
                factories.user("Baru")
            raise ZeroDivisionError
    assert number() == before + 1


@both_databases
def test_a_savepoint_leaves_the_one_row_to_the_commit(app: Flask, cast: Any, count_queries: Callable[..., Any]) -> None:
    with transaction() as session:
        with session.begin_nested():
            session.get(Product, cast.shawl.id).title = "Selendang"
        with count_queries(at_most=0):
            assert session.info["raises_edition"]
