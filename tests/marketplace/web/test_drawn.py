"""A card that is kept is the card that would be drawn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup

from catalog import clock
from catalog.crafts.models import Craft
from catalog.db import db, transaction
from catalog.edition import raise_edition
from catalog.inventory.services import set_level
from catalog.makers.models import Maker
from catalog.money import Money
from catalog.products.models import Product, Variant
from catalog.search import upkeep
from marketplace.sellers.closures import close
from marketplace.sellers.models import Seller
from marketplace.web.drawn import Parts
from marketplace.web.storefront import products


@pytest.fixture
def shop(app: Flask, cast: Any) -> Any:
    with transaction():
        upkeep.rebuild(app.extensions["house"].ports.search)
    return cast


def test_a_card_is_drawn_anew_when_what_it_shows_has_changed(app: Flask, shop: Any) -> None:
    client = app.test_client()
    assert "Rp1.850.000" in client.get("/products").text
    with transaction():
        db.session.get_one(Variant, shop.shawl.variants[0].id).price = Money(1_990_000)
        db.session.get_one(Product, shop.shawl.id).title = "Selendang <cual> merah"
    page = client.get("/products").text
    assert "Rp1.850.000" not in page
    assert "Rp1.990.000" in page
    assert "Selendang &lt;cual&gt; merah" in page


def test_every_language_and_place_has_cards_of_its_own(app: Flask, shop: Any) -> None:
    client = app.test_client()
    lists, english = (client.get(path).text for path in ("/products", "/en/products"))
    assert f'href="/products/{shop.shawl.slug}' in lists
    assert f'href="/en/products/{shop.shawl.slug}' in english
    assert "Ready to ship" in english
    assert "Ready to ship" not in lists
    assert "Pewter plaque" in english and shop.plaque.title not in english
    assert "Pewter plaque" not in lists and shop.plaque.title in lists


def test_a_kept_card_is_drawn_once(app: Flask, shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    client.get("/products")
    drawn = []
    module = app.jinja_env.get_template("components/card.html").module
    card = module.card  # type: ignore[attr-defined]
    monkeypatch.setattr(module, "card", lambda *how: drawn.append(how) or card(*how))
    client.get("/products?sort=newest")
    assert not drawn
    with transaction():
        db.session.get_one(Variant, shop.shawl.variants[0].id).price = Money(1_990_000)
    client.get("/products")
    assert len(drawn) == 1


def test_a_card_says_what_is_left_and_that_its_shop_is_away_at_once(app: Flask, shop: Any) -> None:
    def says(what: str, day: datetime) -> bool:
        with clock.frozen(day):
            return what in app.test_client().get("/en/products").text

    saturday, tuesday, monday = (datetime(2026, *day, 3, tzinfo=UTC) for day in ((11, 28), (12, 1), (12, 7)))
    assert not says("Ready to ship · only one", saturday)
    with transaction():
        for variant in db.session.get_one(Product, shop.shawl.id).variants:
            set_level(variant, 1, "counted")
    assert says("Ready to ship · only one", saturday)
    with clock.frozen(saturday), transaction():
        close(db.session.get_one(Seller, shop.ratnas.id), date(2026, 12, 1), date(2026, 12, 5))
    assert not says("Closed until 5 Dec", saturday)
    assert says("Closed until 5 Dec", tuesday)
    assert not says("Closed until 5 Dec", monday)


def test_kept_filters_follow_what_they_count_and_what_it_is_called(app: Flask, shop: Any) -> None:
    client = app.test_client()
    shawl = shop.shawl.craft
    path = "/en/products"

    def filters() -> str:
        return client.get(path).text.partition('id="filters"')[2].partition("</filter-form>")[0]

    first = filters()
    assert f'class="facet__label">{shawl.name_en or shawl.name}<' in first
    with transaction():
        db.session.get_one(Craft, shawl.id).name_en = "Woven <anew>"
    renamed = filters()
    assert 'class="facet__label">Woven &lt;anew&gt;<' in renamed
    with transaction():
        db.session.get_one(Variant, shop.shawl.variants[0].id).price = Money(9_990_000)
        upkeep.rebuild(app.extensions["house"].ports.search)
    assert "9,990,000" in filters()
    assert "checked" not in filters()
    chosen = client.get(f"{path}?craft={shawl.slug}").text
    assert f'value="{shawl.slug}" checked' in chosen


def test_parts_are_bounded_and_the_forgotten_go_first() -> None:
    parts = Parts(10)
    for key in ("a", "b"):
        parts.keep(key, Markup(key * 5))
    assert parts.find("a") == "aaaaa"
    parts.keep("c", Markup("ccccc"))
    assert (parts.find("a"), parts.find("b"), parts.size) == ("aaaaa", None, 10)


def test_what_a_page_shows_of_a_piece_is_drawn_again_when_it_changes_and_only_then(
    app: Flask, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, drawn = app.test_client(), []
    draw = products._drawn
    monkeypatch.setattr(products, "_drawn", lambda *told, **more: drawn.append(told) or draw(*told, **more))
    path = f"/en/products/{shop.shawl.slug}-{shop.shawl.code}"

    def page() -> str:
        return client.get(path).text

    first = page()
    with transaction():
        raise_edition()
    assert page() == first
    assert len(drawn) == 1
    piece, variant = shop.shawl.id, shop.shawl.variants[0].id

    def rename() -> None:
        db.session.get_one(Maker, shop.shawl.maker_id).name = "Bengkel <Baru>"

    for change, said in (
        (lambda: setattr(db.session.get_one(Variant, variant), "price", Money(1_990_000)), "Rp1,990,000"),
        (lambda: set_level(db.session.get_one(Variant, variant), 1, "count"), "only one"),
        (lambda: setattr(db.session.get_one(Product, piece), "care_en", "Wash by *hand*."), "Wash by <em>hand</em>."),
        (rename, "Bengkel &lt;Baru&gt;"),
        (
            lambda: close(
                db.session.get_one(Seller, shop.shawl.seller_id), clock.today(), clock.today() + timedelta(9)
            ),
            "is closed until",
        ),
    ):
        before, times = page(), len(drawn)
        assert said not in before
        with transaction():
            change()
        assert said in page(), said
        assert len(drawn) == times + 1
    with clock.frozen(clock.now() + timedelta(10)):
        assert "is closed until" not in page()
    assert page().count("<html") == 1
    assert "Masukkan ke keranjang" not in page()
    assert client.get(path.removeprefix("/en")).text.count("Wash by") == 0


def test_head_and_foot_are_drawn_once_and_lead_to_this_page_in_the_other_language(app: Flask, shop: Any) -> None:
    client = app.test_client()
    for path, other in (
        ("/products", "/en/products"),
        ("/products?sort=price_low&craft=%22%3E", "/en/products?sort=price_low&amp;craft=%22%3E"),
        ("/en/makers", "/makers"),
    ):
        page = client.get(path).text
        assert page.count(f'class="language-switch" href="{other}"') == 2
        assert "\ue002" not in page
    assert 'value="cual"' in client.get("/search?q=cual").text
    client.post("/cart", data={"variant": shop.shawl.variants[0].code}, headers={"Sec-Fetch-Site": "same-origin"})
    assert "header__count" in client.get("/products?sort=rating").text
    assert "header__count" not in app.test_client().get("/products?sort=rating").text
