"""What a buyer may ask for, until when, and of how many pieces."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid, Several
from catalog.money import Money
from marketplace.orders.models import Actor, OrderState
from marketplace.orders.services import complete, sweep_due
from marketplace.returns import services as returns
from marketplace.returns.laws import check_laws
from marketplace.returns.models import Return, ReturnKind, ReturnState
from marketplace.returns.wishes import Wish, what_is_open
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay
from tests.marketplace.returns.coming import WORDS, ask, came, fresh, over, wait, wish


def refused(order: object, **values: object) -> dict[str, str]:
    """The sentences of a refusal, per field."""
    with pytest.raises((Several, Invalid)) as error, transaction():
        returns.ask(order, wish(order, **values))  # type: ignore[arg-type]
    errors = error.value.errors if isinstance(error.value, Several) else [error.value]
    return {one.field or "": one.message for one in errors}


@both_databases
def test_a_return_names_pieces_reason_and_worth_and_waits_for_the_shop(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 2))
    found = ask(order, pieces=1, user=cast.sari)
    (line,) = found.lines
    assert (found.state, found.seller_id, line.quantity) == (ReturnState.ASKED, cast.ratnas.id, 1)
    assert (line.worth, line.granted) == (Money(1_850_000), Money(0))
    assert found.due_at is not None and found.due_at > clock.now() + timedelta(days=2)
    assert [(one.name, one.actor) for one in found.events] == [("ask", Actor.BUYER)]
    order = fresh(order)
    assert (order.open_returns, order.lines[0].returned) == (1, 1)
    assert check_laws() == []


def test_never_more_pieces_than_came_minus_those_in_a_return(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 2))
    code = order.lines[0].code
    assert f"pieces-{code}" in refused(order, pieces=3)
    assert f"pieces-{code}" in refused(order, pieces=-1)
    ask(order)
    assert f"pieces-{code}" in refused(order, pieces=2)
    ask(order)
    with pytest.raises(Conflict), transaction():
        returns.ask(order, wish(order))
    assert check_laws() == []


def test_every_field_that_is_wrong_is_named_at_once(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 1))
    assert set(refused(order, kind="loan", words="rusak")) == {"kind", "words"}
    assert "“Claim”" in refused(order, reason="missing")[f"reason-{order.lines[0].code}"]
    assert "“Return”" in refused(order, kind="claim", reason="changed-mind")[f"reason-{order.lines[0].code}"]
    assert set(refused(order, pieces=0)) == {"pieces"}
    assert set(refused(order, reason="bored", words="x" * 1001)) == {f"reason-{order.lines[0].code}", "words"}
    with pytest.raises(Several), transaction():
        returns.ask(order, Wish("return", {"somebody-elses-line": (1, "damaged")}, WORDS))
    assert db.session.scalar(db.select(db.func.count()).select_from(Return)) == 0


def test_nothing_is_returned_that_has_not_come(cast: Cast) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 1)).purchase
    for step in ("unpaid", "paid"):
        if step == "paid":
            pay(purchase, cast.tono)
        (order,) = orders_of(purchase)
        assert what_is_open(order) == []
        with pytest.raises(Conflict), transaction():
            returns.ask(order, wish(order))


def test_a_changed_mind_counts_only_while_the_buyer_looks_at_it(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 2))
    ask(order, "return", "changed-mind")
    other = over(came(cast, (cast.plaque, 1)))
    assert set(refused(other, reason="changed-mind")) == {f"reason-{other.lines[0].code}"}


def test_what_was_made_to_order_does_not_go_back_for_a_changed_mind(cast: Cast) -> None:
    with transaction():
        made = factories.product(cast.ratnas, "Kain pesanan", stock=None)
    order = came(cast, (made, 1))
    assert set(refused(order, reason="changed-mind")) == {f"reason-{order.lines[0].code}"}
    assert set(refused(order, kind="exchange", reason="changed-mind")) == {f"reason-{order.lines[0].code}"}
    assert ask(order, "remake", "wrong-piece").kind is ReturnKind.REMAKE


def test_only_what_was_made_to_order_is_made_anew(cast: Cast) -> None:
    assert "kind" in refused(came(cast, (cast.shawl, 1)), kind="remake")


def test_after_a_week_only_hidden_defects_are_heard_and_after_half_a_year_nothing(cast: Cast) -> None:
    order = over(came(cast, (cast.shawl, 2)))
    with wait(6):
        ask(order, "claim", "damaged")
    with wait(8):
        assert f"reason-{order.lines[0].code}" in refused(order, reason="damaged")
        ask(order, "claim", "hidden-defect")
    late = over(came(cast, (cast.plaque, 1)))
    with wait(181), pytest.raises(Conflict), transaction():
        returns.ask(late, wish(late, reason="hidden-defect"))


@both_databases
def test_an_open_return_keeps_the_order_from_being_completed(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 1))
    found = ask(order)
    with pytest.raises(Conflict), transaction():
        complete(order, Actor.BUYER)
    with wait(4):
        with transaction():
            assert sweep_due() == 1
        assert fresh(order).state is OrderState.DELIVERED
        with transaction():
            returns.withdraw(found, cast.sari)
    with wait(8):
        with transaction():
            assert sweep_due() == 1
        assert fresh(order).state is OrderState.COMPLETED
    assert check_laws() == []


def test_a_return_given_up_frees_its_pieces_but_not_after_the_shops_no(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 1))
    found = ask(order)
    with transaction():
        returns.withdraw(found, cast.sari)
    found = ask(order)
    with transaction():
        returns.refuse(found, "Kain dikirim dalam keadaan utuh.", cast.ratna)
    with transaction():
        returns.withdraw(found, cast.sari)
    with pytest.raises(Conflict), transaction():
        returns.ask(fresh(order), wish(order))
    assert check_laws() == []
