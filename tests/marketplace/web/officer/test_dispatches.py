"""What Hasan passes on by WhatsApp: to shops of his regencies, what they have not read, without anybody's number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from catalog import clock
from catalog.db import db, transaction
from marketplace.accounts.models import User
from marketplace.notifications import notify
from marketplace.notifications.kinds import Channel
from marketplace.notifications.models import Dispatch
from marketplace.notifications.services import read
from marketplace.sellers.models import Seller
from tests.cast import Cast

PIECE = {
    "piece": {"title": "Kain cual", "title_en": "", "address": "x", "code": "abc"},
    "reason": "Fotonya gelap sekali",
}


def refuse(shop: Seller, subject: str = "one") -> str:
    with transaction():
        notify(db.session.get_one(Seller, shop.id), "product-refused", subject, PIECE)
    return db.session.scalars(
        select(Dispatch.code).where(Dispatch.channel == Channel.WHATSAPP).order_by(Dispatch.id.desc())
    ).first() or ""  # fmt: skip


def post(client: FlaskClient, address: str) -> Any:
    return client.post(address, data={"form_token": client.form_token})  # type: ignore[attr-defined]


def test_shows_what_shops_of_his_regencies_have_not_read(cast: Cast, sign_in: Any) -> None:
    refuse(cast.ratnas)
    refuse(cast.budis)
    page = sign_in(cast.hasan).get("/officer/dispatches").text
    assert "Sanggar Contoh Ratna" in page and "Fotonya gelap sekali" in page
    assert "Timah Contoh Budi" not in page


def test_shows_nobodys_phone_number(cast: Cast, sign_in: Any) -> None:
    refuse(cast.ratnas)
    page = sign_in(cast.hasan).get("/officer/dispatches").text
    assert "https://wa.me/?text=" in page and "81100000000" not in page


def test_what_was_read_or_passed_on_or_is_old_is_gone(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.hasan)
    code = refuse(cast.ratnas, "passed")
    assert post(client, f"/officer/dispatches/{code}/passing").status_code == 303
    assert post(client, f"/officer/dispatches/{code}/passing").status_code == 404
    with clock.frozen(clock.now() - timedelta(days=15)):
        refuse(cast.ratnas, "old")
    assert "https://wa.me" not in client.get("/officer/dispatches").text
    code = refuse(cast.ratnas, "read")
    assert "https://wa.me" in client.get("/officer/dispatches").text
    with transaction():
        read(db.session.get_one(User, cast.ratna.id))
    assert "https://wa.me" not in client.get("/officer/dispatches").text
    assert post(client, f"/officer/dispatches/{code}/passing").status_code == 404


def test_another_regencys_does_not_exist(cast: Cast, sign_in: Any) -> None:
    code = refuse(cast.budis)
    assert post(sign_in(cast.hasan), f"/officer/dispatches/{code}/passing").status_code == 404
