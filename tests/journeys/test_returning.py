"""A guest sends a piece back: asks with a photo, the shop agrees and receives it (without a script), the money goes back."""

from __future__ import annotations

import io
from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.inventory.models import Stock
from marketplace.checkout.queries import check_laws as check_laws_of_buying
from marketplace.orders.access import access_token
from marketplace.payments.models import Refund, RefundState
from marketplace.returns.laws import check_laws
from marketplace.returns.models import Return, ReturnState
from tests.journeys import steps
from tests.journeys.conftest import Site, photo
from tests.marketplace.checkout.shopping import guest
from tests.marketplace.returns.coming import came

pytestmark = pytest.mark.browser


def test_a_piece_goes_back_and_so_does_its_money(site: Site, visit: Any) -> None:
    cast = site.cast
    with transaction():
        owner = guest()
    order = came(cast, (cast.shawl, 1), owner=owner)
    code, line, variant = order.purchase.code, order.lines[0].code, cast.shawl.variants[0].id
    left = db.session.scalars(db.select(Stock.on_hand).where(Stock.variant_id == variant)).one()
    token = access_token(site.app.extensions["house"].settings.secret_key, code)

    buyer = visit()
    buyer.goto(f"/en/purchases/{code}?token={token}")
    buyer.get_by_role("link", name="Something is not right").click()
    steps.choose(buyer.locator('input[name="kind"][value="return"]'))
    buyer.locator(f'select[name="reason-{line}"]').select_option("damaged")
    picture = io.BytesIO()
    photo(2, (640, 480)).save(picture, "JPEG")
    chosen = {"name": "robek.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    buyer.locator('input[name="photos"]').set_input_files(chosen)
    buyer.locator('textarea[name="words"]').fill("sobek")
    buyer.get_by_role("button", name="Send to the shop").click()
    assert buyer.locator("#words-error").is_visible(), "too few words are named"
    assert buyer.locator('input[name="kept"]').is_checked(), "and the photo is kept"
    buyer.locator('textarea[name="words"]').fill("Ada benang yang putus di tepi kain.")
    buyer.get_by_role("button", name="Send to the shop").click()
    buyer.wait_for_url(f"**/purchases/{code}/returns/**")
    db.session.rollback()
    ((key, returned),) = db.session.execute(db.select(Return.id, Return.code))
    assert buyer.locator(".review__photos img").count() == 1

    ratna = visit(cast.ratna, java_script_enabled=False)
    ratna.goto(f"/en/seller/{cast.ratnas.code}/returns")
    ratna.locator(f'main a[href$="{returned}"]').first.click()
    assert ratna.get_by_text("Ada benang yang putus").count() and ratna.locator(".review__photos img").count() == 1
    ratna.get_by_role("button", name="Send the answer").click()

    buyer.reload()
    buyer.get_by_role("button", name="I have sent it").click()
    ratna.reload()
    ratna.locator(f'input[name="restock-{line}"]').fill("1")
    ratna.get_by_role("button", name="I have received it").click()

    operator = visit(cast.tono)
    operator.goto("/en/operator/payments")
    row = operator.locator(".queue-row", has_text=returned)
    row.locator('input[name="reference"]').fill("BALIK 1")
    row.get_by_role("button", name="It has been sent").click()
    buyer.reload()
    assert buyer.get_by_text("Money that goes back").count() and buyer.get_by_text("sent on").count()

    db.session.rollback()
    db.session.expire_all()
    assert db.session.get_one(Return, key).state is ReturnState.SETTLED
    assert db.session.scalars(db.select(Refund.state)).all() == [RefundState.SENT]
    assert db.session.scalars(db.select(Stock.on_hand).where(Stock.variant_id == variant)).one() == left + 1
    assert check_laws() == check_laws_of_buying() == []
