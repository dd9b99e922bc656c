"""Asking for a shop: refusals at their field, one application at a time, the answer with its reason, once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.db import db, transaction
from marketplace.accounts.models import User
from marketplace.sellers import services
from marketplace.sellers.models import Seller, SellerState
from marketplace.sellers.queries import latest_application
from tests.cast import Cast

ASKED = {
    "name": "Rumah Tenun Sari", "kind": "household", "crafts": ["tenun-cual"], "place_q": "Mentok, Bangka Barat", "place_asked": "Mentok, Bangka Barat",
    "place_code": "19.05.01", "address": "Jalan Mawar 3", "phone": "0812 3456 7890", "accepts_cash": "y", "note": "Terima kasih",
}  # fmt: skip


@pytest.fixture
def sari(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> FlaskClient:
    return sign_in(cast.sari)


def _send(client: FlaskClient, path: str = "applications", **more: Any) -> Any:
    return client.post(f"/account/{path}", data={"form_token": client.form_token, **ASKED, **more})  # type: ignore[attr-defined]


def _shop() -> Seller | None:
    db.session.expire_all()
    return db.session.scalar(db.select(Seller).where(Seller.name.like("Rumah Tenun%")))


def test_applies_and_reads_where_it_stands(sari: FlaskClient) -> None:
    assert sari.get("/account/applications").location.endswith("/applications/new")
    answer = _send(sari)
    shop = _shop()
    assert answer.status_code == 303 and shop is not None and shop.state is SellerState.APPLIED
    assert answer.location.endswith(shop.code)
    assert sari.get(answer.location).status_code == 200
    assert sari.get(f"/en{answer.location}").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "ab"), ("crafts", []), ("crafts", ["none-such"]), ("kind", "company"), ("address", ""), ("phone", "x"), ("place_q", ""),
     ("place_q", "Zzyzx"), ("people", "-1"), ("founded", "tahun lalu"), ("story", "x" * 6001), ("note", "x" * 1001)],
)  # fmt: skip
def test_names_the_field_and_keeps_the_rest(sari: FlaskClient, field: str, value: Any) -> None:
    answer = _send(sari, **{field: value})
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
    assert "Jalan Mawar 3" in answer.text or field == "address"
    assert _shop() is None


def test_one_application_at_a_time(sari: FlaskClient) -> None:
    assert _send(sari).status_code == 303
    answer = _send(sari, name="Rumah Tenun Kedua")
    assert answer.status_code == 409 and "Rumah Tenun Kedua" in answer.text


def test_another_persons_application_does_not_exist(
    cast: Cast, sari: FlaskClient, sign_in: Callable[[Any], FlaskClient]
) -> None:
    budi = cast.budi
    code = _send(sari).location.rsplit("/", 1)[-1]
    other = sign_in(budi)
    for path in ("", "/edit"):
        assert other.get(f"/account/applications/{code}{path}").status_code == 404
    assert _send(other, f"applications/{code}").status_code == 404


def test_corrects_and_asks_again_after_a_refusal(cast: Cast, sari: FlaskClient) -> None:
    tono = cast.tono.id
    code = _send(sari).location.rsplit("/", 1)[-1]
    assert sari.get(f"/account/applications/{code}/edit").status_code == 303
    assert _send(sari, f"applications/{code}").status_code == 409
    with transaction():
        shop = db.session.scalars(db.select(Seller).where(Seller.code == code)).one()
        application = latest_application(shop)
        assert application is not None
        services.refuse(application, db.session.get_one(User, tono), "Mohon tulis alamat yang lebih lengkap.")
    for path in ("", "/edit"):
        assert "alamat yang lebih lengkap" in sari.get(f"/account/applications/{code}{path}").text
    assert sari.get("/account/applications").location.endswith(code)
    assert _send(sari, f"applications/{code}", address="x").status_code == 422
    assert _send(sari, f"applications/{code}", address="Jalan Mawar 3, RT 02 RW 01").status_code == 303
    shop_now = _shop()
    assert shop_now is not None and shop_now.state is SellerState.APPLIED and shop_now.address.endswith("RW 01")
