"""What buyers wrote and what happened stands on the shop's page of today until it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.db import db, transaction
from marketplace.conversations.models import Side
from marketplace.conversations.services import mark_read
from marketplace.notifications import notify
from marketplace.notifications.models import Notification
from marketplace.orders.models import Order
from tests.cast import Cast
from tests.marketplace.conversations.talk import ask, begin, here
from tests.marketplace.web.seller.conftest import Desk


def test_questions_stand_there_until_they_are_read(ratnas: Desk, budis: Desk, cast: Cast) -> None:
    ask(cast, "Apakah ada yang merah marun?")
    assert "Apakah ada yang merah marun?" in ratnas.get().text
    assert "merah marun" not in budis.get().text
    with transaction():
        mark_read(begin(cast), Side.SELLER)
    assert "merah marun" not in ratnas.get().text


def test_orders_stand_there_until_they_are_opened(
    ratnas: Desk, budis: Desk, cast: Cast, buy: Callable[..., Order]
) -> None:
    order = buy(cast.shawl).code
    page = ratnas.get().text
    assert "Kabar terbaru" in page and "Pesanan baru" in page
    assert "Kabar terbaru" not in budis.get().text
    code = db.session.scalars(
        db.select(Notification.code).where(Notification.kind == "order-new", Notification.user_id == cast.ratna.id)
    ).one()
    form = {"form_token": ratnas.client.form_token}  # type: ignore[attr-defined]
    opened = ratnas.client.post(f"/account/notifications/{code}/reading", data=form)
    assert opened.location == f"/seller/{ratnas.seller}/orders/{order}"
    assert "Kabar terbaru" not in ratnas.get().text


def test_the_page_keeps_its_query_budget(ratnas: Desk, cast: Cast, count_queries: Any) -> None:
    ask(cast)
    for number in range(6):
        with transaction():
            notify(
                here(cast.ratnas),
                "order-gone",
                f"n{number}",
                {"order": {"code": "abc", "lines": [{"title": "Kain"}]}, "reason": ""},
            )
    with count_queries(at_most=17):
        assert ratnas.get().text.count("notification__open") == 5
