"""Days away: planned at the desk, read by buyers on the piece, in lists and in the cart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.inventory.workdays import EVERYBODY, Calendar
from marketplace.sellers.closures import close
from marketplace.sellers.models import Seller
from tests.cast import Cast
from tests.marketplace.web.seller.conftest import Desk

NOW = datetime(2026, 12, 28, 2, tzinfo=UTC)
FROM, TO = "2026-12-28", "2027-01-05"


def calendar_of(desk: Desk) -> Calendar:
    with transaction():
        return db.session.execute(db.select(Seller.calendar).where(Seller.code == desk.seller)).scalar_one()


def test_buyers_read_until_when_it_is_closed(ratnas: Desk, cast: Cast) -> None:
    maker = f"{cast.shawl.maker.slug}-{cast.shawl.maker.code}"
    with clock.frozen(NOW):
        client = ratnas.client.application.test_client()
        page = f"/products/{cast.shawl.slug}-{cast.shawl.code}"
        variant = cast.shawl.variants[0].code
        assert client.post("/cart", data={"variant": variant}).status_code == 303
        typed = {"since": FROM, "until": TO, "words": "Kami berlibur", "words_en": "We are on holiday"}
        answer = ratnas.post("shop/closures", typed, follow_redirects=True)
        assert answer.status_code == 200 and "Kami berlibur" in answer.text and "Sedang tutup" in answer.text
        told = client.get(page).text
        assert "Kami berlibur" in told and "tutup sampai 5 Jan 2027" in told and "OutOfStock" in told
        assert "Put into the cart" not in client.get(f"/en{page}").text
        assert "We are on holiday" in client.get(f"/en{page}").text
        assert "Tutup sampai 5 Jan" in client.get("/").text
        assert "tutup sampai 5 Jan 2027" in client.get("/cart").text
        refused = client.post("/cart", data={"variant": variant}, follow_redirects=True)
        assert "tutup sampai 5 Jan 2027" in refused.text
        assert "Tutup sampai 5 Jan" in client.get(f"/makers/{maker}").text
        assert ratnas.post(f"shop/closures/{FROM}/removal").status_code == 303
        assert "OutOfStock" not in client.get(page).text and "Tutup sampai" not in client.get("/").text
    assert calendar_of(ratnas) == EVERYBODY


def test_refuses_an_overlap_and_keeps_what_was_typed(ratnas: Desk, cast: Cast) -> None:
    with clock.frozen(NOW):
        assert ratnas.post("shop/closures", {"since": FROM, "until": TO}).status_code == 303
        answer = ratnas.post("shop/closures", {"since": "2027-01-05", "until": "2027-01-09", "words": "Ke pasar"})
        assert answer.status_code == 422
        assert 'value="2027-01-05"' in answer.text and "Ke pasar" in answer.text and "28 Des 2026" in answer.text
        assert ratnas.post("shop/closures", {"since": "30 Desember", "until": TO}).status_code == 422
        assert ratnas.post("shop/closures/2027-01-05/removal").status_code == 404
        assert ratnas.post("shop/closures/besok/removal").status_code == 404
    assert len(calendar_of(ratnas).closures) == 1


def test_orders_that_are_promised_for_days_away_are_named(ratnas: Desk, cast: Cast, buy: Any) -> None:
    with clock.frozen(NOW):
        buy(cast.shawl)
        answer = ratnas.post("shop/closures", {"since": FROM, "until": TO}, follow_redirects=True)
        assert "Satu pesanan dijanjikan pada masa ini" in answer.text


def test_weekdays_of_rest_are_kept_and_a_week_without_work_is_refused(ratnas: Desk, cast: Cast) -> None:
    assert ratnas.post("shop/rest-days", {"rest": ["4", "0"]}).status_code == 303
    assert ratnas.get("shop/closures").text.count(" checked") == 2
    for wrong in (["0", "1", "2", "3", "4"], ["6"], ["besok"]):
        assert ratnas.post("shop/rest-days", {"rest": wrong}).status_code == 422
    assert calendar_of(ratnas).rest == (0, 4)


@pytest.mark.parametrize("path", ["shop/closures", f"shop/closures/{FROM}/removal", "shop/rest-days"])
def test_another_shop_does_not_exist(ratnas: Desk, budis: Desk, cast: Cast, path: str) -> None:
    with clock.frozen(NOW), transaction():
        close(db.session.get_one(Seller, cast.ratnas.id), NOW.date(), NOW.date())
    budis.seller = ratnas.seller
    with clock.frozen(NOW):
        assert budis.post(path, {"since": "2027-02-01", "until": "2027-02-02"}).status_code == 404
    assert len(calendar_of(ratnas).closures) == 1
