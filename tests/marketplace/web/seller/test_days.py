"""Another day for an order: asked at the desk, answered on the purchase's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.db import db
from catalog.inventory import workdays
from marketplace.notifications.models import Notification
from marketplace.orders.models import DayAnswer, DayProposal, Order
from tests.cast import Cast
from tests.marketplace.web.seller.conftest import Desk


@pytest.fixture
def order(cast: Cast, buy: Callable[..., Order]) -> Order:
    return buy(cast.shawl)


def later(order: Order) -> date:
    first = db.session.scalar(db.select(Order.ship_by).where(Order.code == order.code))
    assert first is not None
    return workdays.add(first, 6)


def answers() -> list[DayAnswer | None]:
    db.session.rollback()
    return list(db.session.scalars(db.select(DayProposal.answer).order_by(DayProposal.id)))


def kinds() -> set[str]:
    return set(db.session.scalars(db.select(Notification.kind)))


def test_asked_and_taken(cast: Cast, ratnas: Desk, order: Order, sign_in: Callable[[Any], FlaskClient]) -> None:
    day = later(order)
    assert ratnas.post(f"orders/{order.code}/day", {"day": day.isoformat(), "why": "Hujan terus"}).status_code == 303
    assert "Anda mengusulkan" in ratnas.get(f"orders/{order.code}").text
    assert "order-day-proposed" in kinds()
    sari = sign_in(cast.sari)
    page = f"/purchases/{db.session.get_one(Order, order.id).purchase.code}"
    assert "Hujan terus" in sari.get(page).text
    form = {"form_token": sari.form_token, "answer": "take", "day": day.isoformat()}  # type: ignore[attr-defined]
    assert f'name="day" value="{day}"' in sari.get(page).text
    for old in ("", (day - timedelta(days=1)).isoformat()):  # a page that shows a question from before
        assert sari.post(f"{page}/orders/{order.code}/day", data={**form, "day": old}).status_code == 303
        assert answers() == [None]
        assert "mengusulkan hari lain lagi" in sari.get(page).text
    assert sari.post(f"{page}/orders/{order.code}/day", data=form).status_code == 303
    assert f"Hari lain diusulkan: {day.day} " in sari.get(page).text
    assert answers() == [DayAnswer.ACCEPTED]
    assert db.session.scalar(db.select(Order.ship_by).where(Order.code == order.code)) == day
    assert "order-day-answered" in kinds()
    assert sari.post(f"{page}/orders/{order.code}/day", data=form).status_code == 303  # too late: told, nothing happens
    assert answers() == [DayAnswer.ACCEPTED]


@pytest.mark.parametrize(("day", "why"), [("", "Hujan terus"), ("besok", "Hujan"), ("2020-01-02", "Hujan"), (None, "")])
def test_refuses_a_question_that_is_none_and_keeps_what_was_typed(
    ratnas: Desk, order: Order, day: str | None, why: str
) -> None:
    typed = {"day": later(order).isoformat() if day is None else day, "why": why}
    answer = ratnas.post(f"orders/{order.code}/day", typed)
    assert answer.status_code == 422
    assert typed["day"] in answer.text and why in answer.text and "field__error" in answer.text
    assert answers() == []


def test_another_shop_asks_nothing(budis: Desk, order: Order) -> None:
    typed = {"day": later(order).isoformat(), "why": "Hujan terus"}
    assert budis.post(f"orders/{order.code}/day", typed).status_code == 404
    assert budis.post(f"orders/{order.code}/day/removal").status_code == 404
    assert answers() == []


def test_a_question_is_taken_back_once(ratnas: Desk, order: Order) -> None:
    day = later(order)
    ratnas.post(f"orders/{order.code}/day", {"day": day.isoformat(), "why": "Hujan terus"})
    for _ in range(2):
        assert ratnas.post(f"orders/{order.code}/day/removal").status_code == 303
    assert answers() == [DayAnswer.WITHDRAWN]
