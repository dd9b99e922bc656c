"""The checkout with a courier outside the house: asked while nobody waits for us, and done without when it is silent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.money import Money
from marketplace.carts import services as carts
from marketplace.settings import Settings
from marketplace.shipping import courier as couriers
from marketplace.shipping.models import CourierService, KeptQuote, ShippingRate
from tests.cast import Cast
from tests.fakes.biteship_server import BiteshipServer
from tests.marketplace.checkout.shopping import JAKARTA, of


@pytest.fixture
def server() -> Iterator[BiteshipServer]:
    with BiteshipServer() as server:
        yield server
    couriers.use(None)


@pytest.fixture
def settings(settings: Settings, server: BiteshipServer) -> Settings:
    return replace(settings, biteship_url=server.url, biteship_key=server.key)


@pytest.fixture
def sari(cast: Cast, sign_in: Any) -> FlaskClient:
    with transaction() as session:
        service = CourierService(code="tabel000", courier="Kurir", name="Tabel")
        session.add(service)
        session.flush()
        values = {"origin": "19.05", "destination": "31", "price": Money(77_000), "days_min": 3, "days_max": 5}
        session.add(ShippingRate(service_id=service.id, **values))
        carts.add(of(cast.sari), cast.shawl.variants[0].code, 1)
    client: FlaskClient = sign_in(cast.sari)
    return client


def draft(client: FlaskClient, **more: str) -> str:
    typed = {"form_token": client.form_token, "place_code": JAKARTA, **more}  # type: ignore[attr-defined]
    assert client.post("/checkout/draft", data=typed).status_code == 303
    return client.get("/checkout").text


def test_prices_come_from_outside_and_no_lock_is_held_meanwhile(
    app: Flask, cast: Cast, sari: FlaskClient, server: BiteshipServer
) -> None:
    locked: list[bool] = []
    answer = server.answer

    def watch(*args: Any) -> tuple[int, bytes]:
        path = app.extensions["house"].settings.data_dir / "kriyaloka.db"
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            locked.append(False)
        except sqlite3.OperationalError:
            locked.append(True)
        finally:
            other.close()
        return answer(*args)

    server.answer = watch  # type: ignore[method-assign]
    page = draft(sari)
    assert locked == [False]
    assert "SiCepat Reguler" in page and "Rp28.000" in page and "Kurir Tabel" not in page
    page = draft(sari, **{f"deliveries-{cast.ratnas.code}": "courier:jne-reg", "payment_method": "bank-transfer"})
    assert len(server.asked) == 1 and "Rp1.882.000" in page


@pytest.mark.parametrize("status", [401, 429, 500])
def test_the_table_speaks_when_nobody_answers(sari: FlaskClient, server: BiteshipServer, status: int) -> None:
    server.status = status
    page = draft(sari)
    assert "Kurir Tabel" in page and "Rp77.000" in page


def test_a_page_that_was_never_asked_offers_to_ask(sari: FlaskClient, server: BiteshipServer) -> None:
    draft(sari)
    assert "Tanya harga hari ini" not in sari.get("/checkout").text
    with transaction() as session:
        session.execute(db.delete(KeptQuote))
    assert "Tanya harga hari ini" in sari.get("/checkout").text
