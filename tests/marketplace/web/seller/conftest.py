"""Desks: a signed-in client of one shop that knows its codes and fills in forms."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image as PillowImage
from werkzeug.test import TestResponse

from catalog.db import transaction
from marketplace.carts import services as carts
from marketplace.carts.models import Owner
from marketplace.checkout import queries as checkout_queries
from marketplace.checkout.services import CheckoutRequest, place
from marketplace.orders.models import Order
from tests.cast import Cast


@dataclass
class Desk:
    """One shop's desk in a browser."""

    client: FlaskClient
    seller: str
    product: str
    maker: str

    def get(self, path: str = "") -> TestResponse:
        return self.client.get(f"/seller/{self.seller}/{path}")

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        data = {"form_token": self.client.form_token, **(data or {})}  # type: ignore[attr-defined]
        return self.client.post(f"/seller/{self.seller}/{path}", data=data, **options)


@pytest.fixture
def ratnas(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> Desk:
    codes = (cast.ratnas.code, cast.shawl.code, cast.shawl.maker.code)
    return Desk(sign_in(cast.ratna), *codes)


@pytest.fixture
def budis(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> Desk:
    """Budi at his own desk."""
    codes = (cast.budis.code, cast.plaque.code, cast.plaque.maker.code)
    return Desk(sign_in(cast.budi), *codes)


@pytest.fixture
def buy(cast: Cast) -> Callable[..., Order]:
    """`buy(product)` → an order of Sari's for it, paid in cash at pick-up unless told otherwise."""

    def order(product: Any, delivery: str = "pickup", method: str = "cash", quantity: int = 1) -> Order:
        with transaction():
            from catalog.db import db
            from catalog.products.models import Product
            from marketplace.accounts.models import User

            piece = db.session.get_one(Product, product.id)
            owner = Owner(user=db.session.get_one(User, cast.sari.id))
            seller = db.session.scalar(db.select(_seller()).where(_seller().id == piece.seller_id))
            carts.add(owner, piece.variants[0].code, quantity)
            chosen = {seller.code: delivery}
            prepared = checkout_queries.prepare(owner, place_code="19.05.01", deliveries=chosen, payment_method=method)
            assert prepared.quote is not None
            asked = CheckoutRequest(
                key=prepared.cart.checkout_key, digest=prepared.quote.digest, email="sari@contoh.example", recipient="Sari Utami",
                phone="0812 3456 7890", address="Jalan Mawar 3", place_code="19.05.01", postal_code="33311",
                deliveries=chosen, payment_method=method, notes={}, locale="id",
            )  # fmt: skip
            placed = place(owner, asked)
            found = placed.purchase.orders[0]
            _load(found)
        return found

    return order


def _seller() -> Any:
    from marketplace.sellers.models import Seller

    return Seller


def _load(order: Order) -> None:
    """What tests read after the session is gone."""
    _ = (order.code, order.state, order.total, order.id)


def jpeg(width: int = 900, height: int = 1100, seed: int = 1) -> io.BytesIO:
    """A real picture of a camera's kind."""
    picture = PillowImage.effect_mandelbrot((width, height), (-2 + seed / 50, -1.5, 1, 1.5), 60).convert("RGB")
    body = io.BytesIO()
    picture.save(body, "JPEG", quality=80)
    body.seek(0)
    return body
