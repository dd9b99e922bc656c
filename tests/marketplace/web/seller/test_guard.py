"""A desk belongs to its people. What is another shop's does not exist, whatever is asked of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from catalog.db import db, transaction
from catalog.products.models import Product, ProductState
from marketplace.orders.models import Order, OrderState
from marketplace.sellers.models import Seller
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.seller.conftest import Desk

PAGES = ["", "products", "products/new", "stock", "orders", "shop", "shop/edit", "shop/deliveries"]
OF_A_PIECE = ["", "/edit", "/pictures", "/options", "/variants", "/preview"]


@pytest.mark.parametrize("path", PAGES)
def test_sends_strangers_to_the_door(app: Flask, cast: Cast, path: str) -> None:
    answer = app.test_client().get(f"/seller/{cast.ratnas.code}/{path}")
    assert answer.status_code == 303 and "/account/session/new" in answer.location


@pytest.mark.parametrize("path", PAGES)
def test_another_shop_does_not_exist(ratnas: Desk, budis: Desk, path: str) -> None:
    assert budis.client.get(f"/seller/{ratnas.seller}/{path}").status_code == 404
    assert ratnas.get(path).status_code == 200
    assert ratnas.client.get(f"/en/seller/{ratnas.seller}/{path}").status_code == 200


@pytest.mark.parametrize("path", OF_A_PIECE)
def test_another_shops_piece_does_not_exist_at_ones_own_desk(ratnas: Desk, budis: Desk, path: str) -> None:
    assert budis.get(f"products/{ratnas.product}{path}").status_code == 404
    assert ratnas.get(f"products/{ratnas.product}{path}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/pictures",
        "/pictures/descriptions",
        "/options",
        "/variants",
        "/submission",
        "/submission/removal",
        "/withdrawal",
    ],
)
def test_another_shops_piece_cannot_be_touched(ratnas: Desk, budis: Desk, path: str) -> None:
    data = {"title": "Punya Budi", "version": "1", "note": ""}
    assert budis.post(f"products/{ratnas.product}{path}", data).status_code == 404
    piece = db.session.scalar(db.select(Product).where(Product.code == ratnas.product))
    assert piece is not None and piece.state is ProductState.LIVE and piece.title.startswith("Selendang")


@pytest.mark.parametrize("path", ["", "/slip"])
def test_another_shops_order_does_not_exist(
    cast: Cast, ratnas: Desk, budis: Desk, buy: Callable[..., Order], path: str
) -> None:
    code = buy(cast.shawl).code
    assert budis.get(f"orders/{code}{path}").status_code == 404
    assert ratnas.get(f"orders/{code}{path}").status_code == 200


@pytest.mark.parametrize("path", ["confirmation", "shipment", "delivery", "cancellation"])
def test_another_shops_order_cannot_be_moved(cast: Cast, budis: Desk, buy: Callable[..., Order], path: str) -> None:
    order = buy(cast.shawl)
    code, key = order.code, order.id
    assert budis.post(f"orders/{code}/{path}", {"reason": "Tidak ada lagi"}).status_code == 404
    assert db.session.get_one(Order, key).state is OrderState.TO_CONFIRM


def test_another_shops_maker_cannot_be_rewritten(ratnas: Desk, budis: Desk) -> None:
    assert budis.get(f"makers/{ratnas.maker}/edit").status_code == 404
    assert budis.post(f"makers/{ratnas.maker}", {"name": "Punya Budi"}).status_code == 404


def test_a_form_without_its_token_changes_nothing(ratnas: Desk) -> None:
    answer = ratnas.client.post(f"/seller/{ratnas.seller}/products", data={"title": "Tanpa tanda"})
    assert answer.status_code == 403
    assert db.session.scalar(db.select(Product).where(Product.title == "Tanpa tanda")) is None


def test_a_link_from_a_mail_opens_the_piece(app: Flask, ratnas: Desk) -> None:
    with app.test_request_context():
        from flask import url_for

        assert url_for("seller.products.edit", seller=ratnas.seller, code=ratnas.product).endswith(
            f"/{ratnas.product}/edit"
        )
        assert url_for("account.applications.show", code=ratnas.seller).endswith(ratnas.seller)


def test_desk_asks_the_database_seldom(
    cast: Cast, ratnas: Desk, buy: Callable[..., Order], count_queries: Callable[..., Any]
) -> None:
    for _number in range(3):
        buy(cast.shawl)
    with transaction():
        for number in range(8):
            factories.product(db.session.get_one(Seller, cast.ratnas.id), f"Kain cual {number}")
    with count_queries(at_most=16):
        assert ratnas.get().status_code == 200
    with count_queries(at_most=14):
        assert ratnas.get("orders").status_code == 200
    with count_queries(at_most=14):
        assert ratnas.get("products").status_code == 200
