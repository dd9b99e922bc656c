"""The table of states, and what each step asks and tells."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from catalog import clock, signals
from catalog.db import transaction
from catalog.errors import Conflict, Several
from catalog.products import services
from catalog.products.models import Product, ProductState
from catalog.products.states import PRODUCT
from tests.cast import Cast

VERBS: dict[str, Any] = {
    "submit": lambda product: services.submit(product, {variant.id for variant in product.variants}),
    "recall": services.recall,
    "refuse": services.refuse,
    "publish": services.publish,
    "withdraw": services.withdraw,
    "hold": services.hold,
    "release": services.release,
}
OPEN = {(state, name) for state in ProductState for name in VERBS if PRODUCT.may(state, name)}
CLOSED = [(state, name) for state in ProductState for name in VERBS if (state, name) not in OPEN]


def put(product: Product, state: ProductState) -> None:
    with transaction():
        product.state = state


@pytest.mark.parametrize(("state", "name"), CLOSED)
def test_refuses_every_step_that_the_table_does_not_know(cast: Cast, state: ProductState, name: str) -> None:
    put(cast.shawl, state)
    with pytest.raises(Conflict), transaction():
        VERBS[name](cast.shawl)
    assert cast.shawl.state is state


@pytest.mark.parametrize(("state", "name"), sorted(OPEN))
def test_makes_every_step_that_the_table_knows(cast: Cast, state: ProductState, name: str) -> None:
    put(cast.shawl, state)
    with transaction():
        VERBS[name](cast.shawl)
    assert cast.shawl.state is PRODUCT.transitions[name].target


def test_an_incomplete_piece_is_not_submitted_and_stays_a_draft(cast: Cast) -> None:
    put(cast.shawl, ProductState.DRAFT)
    with transaction():
        cast.shawl.care = ""
        with pytest.raises(Several) as caught:
            services.submit(cast.shawl, set())
    assert [error.field for error in caught.value.errors] == ["stock", "care"]
    assert cast.shawl.state is ProductState.DRAFT


def test_going_on_sale_again_makes_nothing_look_new(cast: Cast) -> None:
    first = cast.shawl.published_at
    with transaction():
        services.withdraw(cast.shawl, "season")
    with clock.frozen(clock.now() + timedelta(days=90)), transaction():
        VERBS["submit"](cast.shawl)
        services.publish(cast.shawl)
    assert cast.shawl.published_at == first


def test_tells_when_it_comes_and_goes(cast: Cast) -> None:
    heard: list[tuple[str, str]] = []

    def published(product: Product, **_: Any) -> None:
        heard.append(("published", product.code))

    def withdrawn(product: Product, reason: str) -> None:
        heard.append((f"withdrawn {reason}", product.code))

    with (
        signals.product_published.connected_to(published),
        signals.product_withdrawn.connected_to(withdrawn),
        transaction(),
    ):
        services.hold(cast.shawl, "closed")
        services.release(cast.shawl)
        services.withdraw(cast.shawl, "sold elsewhere")
    assert [what for what, _ in heard] == ["withdrawn closed", "published", "withdrawn sold elsewhere"]
