"""One page for everybody, with holes for one: what is kept is nobody's, what is shown is as if it were made for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from catalog.products.models import Product, Variant
from catalog.products.services import withdraw
from catalog.search import upkeep
from marketplace.accounts.models import Session
from marketplace.carts.models import CartLine
from marketplace.web import caching, holes
from tests.conftest import both_databases

PATHS = ("/", "/en/", "/products", "/en/products?craft=pewter", "/search?q=cual", "/crafts", "/makers", "/places",
         "/collections", "product", "/pages/terms")  # fmt: skip
PEOPLE = ("sari", "ratna", "budi", "dewi", "hasan", "tono")


@pytest.fixture
def shop(app: Flask, cast: Any) -> Any:
    with transaction():
        upkeep.rebuild(app.extensions["house"].ports.search)
    return cast


def address(product: Product) -> str:
    return f"/products/{product.slug}-{product.code}"


def where(path: str, shop: Any) -> str:
    return address(shop.shawl) if path == "product" else path


@pytest.fixture
def guest(app: Flask, shop: Any) -> FlaskClient:
    """Somebody without an account who has two pieces in the cart and a notice to read."""
    client = app.test_client()
    client.post("/cart", data={"variant": shop.plaque.variants[0].code, "quantity": "2"})
    return client


@pytest.mark.parametrize("path", PATHS)
def test_a_filled_page_is_the_page_made_for_one(
    app: Flask, shop: Any, guest: FlaskClient, sign_in: Any, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    path = where(path, shop)
    everyone = {name: sign_in(getattr(shop, name)) for name in PEOPLE} | {"guest": guest, "stranger": app.test_client()}
    guest.get("/cart")  # reads the notice, so that both answers are without it
    kept = {name: [client.get(path).data for _ in range(2)] for name, client in everyone.items()}
    monkeypatch.setattr(holes, "leave_open", lambda: None)
    with transaction():
        db.session.get_one(Variant, shop.plaque.variants[0].id).sku = "forget-what-is-kept"
    for name, client in everyone.items():
        made = client.get(path).data
        assert kept[name] == [made, made], name
    assert len({pages[0] for pages in kept.values()}) == len(kept)


@pytest.mark.parametrize("name", PEOPLE)
def test_what_a_person_has_made_is_a_strangers_page_to_strangers(
    app: Flask, shop: Any, sign_in: Any, name: str
) -> None:
    before = app.test_client().get("/products").data
    with transaction():
        db.session.get_one(Variant, shop.plaque.variants[0].id).sku = "forget-what-is-kept"
    person = sign_in(getattr(shop, name))
    person.post(
        "/cart", data={"variant": shop.shawl.variants[0].code, "quantity": "3", "form_token": person.form_token}
    )
    mine = person.get("/products")
    assert getattr(shop, name).name in mine.text
    assert mine.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in mine.headers
    other = app.test_client().get("/products")
    assert other.data == before
    assert b"header__name" not in other.data
    assert b"header__count" not in other.data


def test_the_view_does_not_run_again_and_only_the_visitor_is_asked_about(
    app: Flask, guest: FlaskClient, shop: Any, count_queries: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/", "/products", address(shop.shawl)):
        guest.get(path)
        guest.get(path)
        with count_queries(at_most=4):
            assert guest.get(path).status_code == 200


def test_a_strangers_visit_serves_the_next_known_visitor(
    app: Flask, guest: FlaskClient, shop: Any, count_queries: Callable[..., Any]
) -> None:
    app.test_client().get("/products")
    with count_queries(at_most=4):
        assert "header__count" in guest.get("/products").text


def test_a_notice_is_shown_once_on_a_kept_page(app: Flask, guest: FlaskClient, shop: Any) -> None:
    app.test_client().get("/products")
    assert "flashes" in guest.get("/products").text
    assert "flashes" not in guest.get("/products").text


def test_the_cart_count_is_always_todays(guest: FlaskClient, shop: Any) -> None:
    assert 'bottom-bar__count">2<' in guest.get("/products").text
    guest.post("/cart", data={"variant": shop.shawl.variants[0].code, "quantity": "1"})
    assert 'bottom-bar__count">3<' in guest.get("/products").text


@pytest.mark.parametrize("people", ["guest", "sari"])
def test_nobody_sees_yesterdays_price(app: Flask, guest: FlaskClient, sign_in: Any, shop: Any, people: str) -> None:
    client = guest if people == "guest" else sign_in(shop.sari)
    assert "1.850.000" in client.get(address(shop.shawl)).text
    with transaction():
        db.session.get_one(Variant, shop.shawl.variants[0].id).price = Money(1_990_000)
    assert "1.990.000" in client.get(address(shop.shawl)).text


def test_nobody_sees_what_was_withdrawn(guest: FlaskClient, shop: Any) -> None:
    assert guest.get(address(shop.shawl)).status_code == 200
    with transaction():
        withdraw(db.session.get_one(Product, shop.shawl.id))
    assert guest.get(address(shop.shawl)).status_code == 404


def test_form_tokens_are_each_ones_own(sign_in: Any, shop: Any) -> None:
    sari, budi = sign_in(shop.sari), sign_in(shop.budi)
    pages = [client.get(address(shop.shawl)).text for client in (sari, budi, sari)]
    assert pages[0] == pages[2]
    assert sari.form_token in pages[0]
    assert sari.form_token not in pages[1]
    assert budi.form_token in pages[1]


def test_marks_never_reach_a_reader(app: Flask, guest: FlaskClient, sign_in: Any, shop: Any) -> None:
    for client in (app.test_client(), guest, sign_in(shop.ratna)):
        for path in (*PATHS, "/cart", "/nothing-here", "/products/nothing-here"):
            for _ in range(2):
                text = client.get(where(path, shop)).text
                assert holes.OPEN not in text
                assert "\ue000" not in text


@pytest.mark.parametrize("typed", ["\ue000tools\ue001", "\ue000form-token\ue001", "\ue000:form-token\ue001"])
def test_what_people_write_is_never_a_hole(sign_in: Any, shop: Any, typed: str) -> None:
    sari = sign_in(shop.sari)
    with transaction():
        db.session.get_one(Product, shop.shawl.id).description = f"Ditenun {typed} di Mentok."
    for path in (f"/search?q={typed}", address(shop.shawl)):
        for _ in range(2):
            text = sari.get(path).text
            assert text.count('id="cart-link"') == 1
            assert f"Ditenun {sari.form_token}" not in text


class TestSwitchedOff:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return replace(settings, page_cache_mb=0)

    def test_pages_are_whole_without_a_memory(self, app: Flask, guest: FlaskClient, shop: Any) -> None:
        for client in (app.test_client(), guest):
            text = client.get("/products").text
            assert holes.OPEN not in text
            assert 'id="cart-link"' in text


def test_what_a_stand_in_has_found_is_kept_for_nobody(
    app: Flask, guest: FlaskClient, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = app.extensions["house"].ports.search
    search = index.search
    monkeypatch.setattr(index, "search", lambda query: replace(search(query), by_stand_in=True))
    guest.get("/cart")
    assert 'class="notice' in guest.get("/products").text
    monkeypatch.undo()
    assert 'class="notice' not in guest.get("/products").text


def test_what_was_made_in_a_moment_that_is_over_is_not_kept() -> None:
    shelf: holes.Shelf[str] = holes.Shelf(100)
    assert shelf.find("page", 1) is shelf.find("another", 2) is None
    shelf.keep("page", 1, "of yesterday", 10)
    assert shelf.find("page", 2) is None
    shelf.keep("page", 2, "of today", 10)
    assert shelf.find("page", 2) == "of today"


def another_guest(app: Flask, shop: Any, quantity: int) -> FlaskClient:
    client = app.test_client()
    client.post("/cart", data={"variant": shop.plaque.variants[0].code, "quantity": str(quantity)})
    client.get("/cart")  # reads the notice
    return client


@both_databases
class TestGuestsAreAlike:
    def test_the_second_of_two_is_answered_before_anything_is_asked(
        self, app: Flask, shop: Any, count_queries: Callable[..., Any]
    ) -> None:
        first, second, third = (another_guest(app, shop, pieces) for pieces in (2, 2, 1))
        made = first.get("/products")
        with count_queries(at_most=0):
            again = second.get("/products")
        assert again.data == made.data
        assert again.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in again.headers
        assert 'bottom-bar__count">1<' in third.get("/products").text
        assert "bottom-bar__count" not in app.test_client().get("/products").text

    def test_a_guest_with_something_to_be_told_is_like_nobody(self, app: Flask, shop: Any) -> None:
        assert 'class="flashes' not in another_guest(app, shop, 2).get("/products").text
        told = app.test_client()
        told.post("/cart", data={"variant": shop.plaque.variants[0].code, "quantity": "2"})
        assert ['class="flashes' in told.get("/products").text for _ in range(2)] == [True, False]

    def test_what_was_put_aside_does_not_count(self, app: Flask, shop: Any) -> None:
        guest = another_guest(app, shop, 2)
        assert 'bottom-bar__count">2<' in guest.get("/products").text
        with transaction():
            db.session.scalars(select(CartLine)).one().saved_at = clock.now()
        assert "bottom-bar__count" not in guest.get("/products").text

    def test_a_cart_that_changed_while_the_page_was_made_is_not_kept_for_others(
        self, app: Flask, shop: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        two, nine = another_guest(app, shop, 2), another_guest(app, shop, 1)
        monkeypatch.setattr(caching.Reader, "guest", lambda *_: (1,))
        assert 'bottom-bar__count">2<' in two.get("/products").text
        monkeypatch.undo()
        assert 'bottom-bar__count">1<' in nine.get("/products").text

    @pytest.mark.parametrize("span", [timedelta(hours=2), timedelta(days=60)])
    def test_who_was_long_away_is_looked_at_again(self, app: Flask, shop: Any, span: timedelta) -> None:
        guest = another_guest(app, shop, 2)
        assert 'bottom-bar__count">2<' in guest.get("/products").text
        is_remembered = span < timedelta(days=30)
        with clock.frozen(clock.now() + span):
            assert ("bottom-bar__count" in guest.get("/products").text) == is_remembered
            seen = db.session.scalars(select(Session.seen_at)).one()
            assert (clock.now() - seen < timedelta(minutes=1)) == is_remembered

    def test_a_guest_who_signs_in_is_a_guest_no_more(self, app: Flask, shop: Any, sign_in: Any) -> None:
        sari = sign_in(shop.sari)
        another_guest(app, shop, 2).get("/products")
        sari.post(
            "/cart", data={"variant": shop.plaque.variants[0].code, "quantity": "2", "form_token": sari.form_token}
        )
        sari.get("/cart")
        assert shop.sari.name.split()[0] in sari.get("/products").text
