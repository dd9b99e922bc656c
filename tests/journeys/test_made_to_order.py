"""A guest orders a piece with a deposit, sees it on the loom, pays the balance when it is ready, and it is sent."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from catalog.db import db, transaction
from marketplace.orders.models import Order, OrderState
from tests import factories
from tests.journeys import steps
from tests.journeys.conftest import Site, hang_pictures, photo

pytestmark = pytest.mark.browser


def test_deposit_photo_balance_and_parcel(site: Site, visit: Any) -> None:
    cast = site.cast
    with transaction():
        piece = factories.product(cast.ratnas, "Kain pesanan", stock=None)
        piece.variants[0].deposit_percent = 50
    hang_pictures(site.app)
    guest, operator, ratna = visit(), visit(cast.tono), visit(cast.ratna)
    guest.goto(steps.address(piece))
    assert guest.get_by_text("deposit of 50 percent").count()
    steps.put_into_cart(guest, piece)
    url = steps.check_out(guest, "tamu-pesanan@contoh.example")
    order = db.session.scalars(db.select(Order).order_by(Order.id.desc()).limit(1)).one()
    steps.confirm_transfer(operator, guest.locator(".payment-box__sum").inner_text(), f"TRX-{order.code}")

    sheet = f"/en/seller/{cast.ratnas.code}/orders/{order.code}"
    ratna.goto(sheet)
    ratna.get_by_role("button", name="Accept the order").click()
    ratna.goto(sheet)
    assert ratna.locator("form#shipment").count() == 0, "nothing leaves before the balance is paid"
    body = BytesIO()
    photo(2).save(body, "JPEG")
    ratna.locator('input[name="photo"]').set_input_files(
        {"name": "selesai.jpg", "mimeType": "image/jpeg", "buffer": body.getvalue()}
    )
    ratna.get_by_role("button", name="It is ready, ask for the balance").click()
    ratna.get_by_text("The balance is awaited").wait_for()

    guest.goto(url)
    assert guest.locator(".timeline__photo img").count() == 1
    assert guest.get_by_role("link", name="Pay the balance").count() == 1
    steps.confirm_transfer(operator, guest.locator(".payment-box__sum").inner_text(), f"TRX-{order.code}-2")
    ratna.goto(sheet)
    ratna.locator("form#shipment button[type=submit]").last.click()
    guest.goto(url)
    db.session.rollback()
    assert db.session.get_one(Order, order.id, populate_existing=True).state is OrderState.SHIPPED
    assert guest.locator(".payment-box").count() == 0
