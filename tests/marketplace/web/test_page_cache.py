"""Shared pages: the same bytes for every visitor without our cookie, from memory, and never older than a commit."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from catalog import clock
from catalog.collections import services as collections
from catalog.db import db, transaction
from catalog.inventory import services as inventory
from catalog.inventory.models import PLENTY
from catalog.money import Money
from catalog.products.models import PriceSpan, Product, Variant
from catalog.products.services import hold, release
from catalog.search import upkeep
from tests import factories


@pytest.fixture
def shop(app: Flask, cast: Any) -> Any:
    """The cast, with the search index filled."""
    with transaction():
        upkeep.rebuild(app.extensions["house"].ports.search)
    return cast


def address(product: Product) -> str:
    return f"/products/{product.slug}-{product.code}"


def again(thing: Any) -> Any:
    return db.session.get(type(thing), thing.id)


class TestOneAnswerForAll:
    @pytest.mark.parametrize(
        "path", ["/", "/en/", "/products", "/en/products", "/crafts", "/makers", "/places", "/collections", "product"]
    )
    def test_two_strangers_get_the_same_bytes(self, app: Flask, shop: Any, path: str) -> None:
        path = address(shop.shawl) if path == "product" else path
        first = app.test_client().get(path, headers={"User-Agent": "one", "Accept-Language": "en"})
        second = app.test_client(use_cookies=False).get(
            path, headers={"User-Agent": "two", "Cookie": "theme=dark; other=1"}
        )
        assert first.status_code == second.status_code == 200
        assert first.data == second.data
        assert first.headers["ETag"] == second.headers["ETag"]
        assert first.headers["Cache-Control"].startswith("public, max-age=30")
        assert "Set-Cookie" not in first.headers
        assert {"Cookie", "Accept-Encoding"} <= {one.strip() for one in first.headers["Vary"].split(",")}

    def test_a_kept_page_asks_the_database_nothing(
        self, client: FlaskClient, shop: Any, count_queries: Callable[..., Any]
    ) -> None:
        for path in ("/", "/products", address(shop.shawl)):
            first = client.get(path).data
            with count_queries(at_most=0):
                assert client.get(path).data == first

    def test_flask_never_sees_a_kept_page(self, app: Flask, client: FlaskClient, shop: Any) -> None:
        client.get("/")
        seen: list[str] = []
        app.before_request_funcs.setdefault(None, []).append(lambda: seen.append("flask"))
        client.get("/")
        assert seen == []

    def test_both_languages_are_kept_apart(self, client: FlaskClient, shop: Any) -> None:
        for _ in range(2):
            assert '<html lang="id"' in client.get("/products").text
            assert '<html lang="en"' in client.get("/en/products").text

    def test_queries_are_kept_apart(self, client: FlaskClient, shop: Any) -> None:
        for _ in range(2):
            assert shop.plaque.title in client.get("/products?craft=pewter").text
            assert shop.plaque.title not in client.get("/products?craft=tenun-cual").text


class TestTheWire:
    def test_an_unchanged_page_is_not_sent_again(self, client: FlaskClient, shop: Any) -> None:
        etag = client.get("/").headers["ETag"]
        answer = client.get("/", headers={"If-None-Match": etag})
        assert answer.status_code == 304
        assert answer.data == b""
        assert answer.headers["ETag"] == etag
        assert client.get("/", headers={"If-None-Match": '"other"'}).status_code == 200

    @pytest.mark.parametrize(
        ("accepted", "encoding", "unpack"),
        [
            ("br, gzip", "br", brotli.decompress),
            ("gzip, deflate", "gzip", gzip.decompress),
            ("", None, bytes),
            ("identity", None, bytes),
            ("br;q=0, gzip", "gzip", gzip.decompress),
            ("gzip;q=0.5, br; q=0.0", "gzip", gzip.decompress),
            ("gzip;q=0", None, bytes),
            ("*", None, bytes),
        ],
    )
    def test_bytes_are_compressed_as_the_browser_likes(
        self, client: FlaskClient, shop: Any, accepted: str, encoding: str | None, unpack: Callable[[bytes], bytes]
    ) -> None:
        plain = client.get("/").data
        for path in ("/", "/cart"):
            for _ in range(2):
                answer = client.get(path, headers={"Accept-Encoding": accepted})
                assert answer.headers.get("Content-Encoding") == encoding
                assert int(answer.headers["Content-Length"]) == len(answer.data)
                if path == "/":
                    assert unpack(answer.data) == plain

    def test_a_head_says_what_a_get_would(self, client: FlaskClient, shop: Any) -> None:
        for path in ("/", "/cart", "/nothing"):
            get, head = client.get(path), client.head(path)
            assert head.status_code == get.status_code
            assert head.data == b""
            assert head.headers["Content-Type"] == get.headers["Content-Type"]
            assert head.headers["Cache-Control"] == get.headers["Cache-Control"]

    def test_a_head_names_no_length_but_that_of_the_get(self, client: FlaskClient, shop: Any) -> None:
        for path in ("/cart", "/nothing", "/"):
            likes = {"Accept-Encoding": "br"}
            lengths = {client.head(path, headers=likes).headers.get("Content-Length") for _ in range(2)} - {None}
            assert lengths <= {client.get(path, headers=likes).headers["Content-Length"]}

    def test_a_page_is_known_again_by_what_it_says(self, app: Flask, client: FlaskClient, shop: Any) -> None:
        """After another version was started the catalog is the same, and pages are not; after a sale it is the other
        way round."""
        path = "/products?craft=pewter"
        etag = client.get(path).headers["ETag"]
        with transaction():
            again(shop.shawl).variants[0].price = Money(1_900_000)
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
        app.wsgi_app.app.application.shelf.kept.clear()  # type: ignore[attr-defined]
        app.after_request_funcs.setdefault(None, []).insert(
            0, lambda answer: (answer.set_data(answer.data + b"<!-- -->"), answer)[1]
        )
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 200

    def test_a_head_first_keeps_no_empty_page(self, client: FlaskClient, shop: Any) -> None:
        assert client.head("/products").status_code == 200
        assert shop.shawl.title in client.get("/products").text


class TestPersonalPages:
    def test_a_known_visitor_gets_a_page_of_their_own_that_nobody_keeps(
        self, app: Flask, shop: Any, sign_in: Any
    ) -> None:
        stranger, sari = app.test_client(), sign_in(shop.sari)
        shared = stranger.get("/").text
        own = sari.get("/")
        assert own.headers["Cache-Control"] == "private, no-store"
        assert own.text != shared
        assert "Sari" not in shared
        assert stranger.get("/").text == shared, "the personal page must not have been kept"

    def test_a_guests_cart_stays_theirs(self, app: Flask, shop: Any) -> None:
        guest, stranger = app.test_client(), app.test_client()
        before = stranger.get("/products").data
        guest.post("/cart", data={"variant": shop.shawl.variants[0].code, "quantity": "1"})
        assert guest.get("/products").headers["Cache-Control"] == "private, no-store"
        assert stranger.get("/products").data == before

    @pytest.mark.parametrize("path", ["/cart", "/account/session/new", "/nothing", "/account/"])
    def test_what_is_not_shared_is_not_kept(self, client: FlaskClient, shop: Any, path: str) -> None:
        assert client.get(path).headers["Cache-Control"] == "private, no-store"

    def test_a_forged_cookie_cannot_fill_the_cache(self, app: Flask, shop: Any) -> None:
        forged = app.test_client(use_cookies=False).get("/", headers={"Cookie": "kriyaloka=made-up"})
        assert forged.headers["Cache-Control"] == "private, no-store"


class TestNeverStale:
    """Every way in which the catalog changes, by the services that change it."""

    def seen(self, client: FlaskClient, path: str) -> str:
        client.get(path)
        return client.get(path).text  # from memory

    def test_a_price(self, client: FlaskClient, shop: Any) -> None:
        assert "1.850.000" in self.seen(client, address(shop.shawl))
        with transaction():
            again(shop.shawl).variants[0].price = Money(1_900_000)
        page = client.get(address(shop.shawl)).text
        assert "1.900.000" in page and "1.850.000" not in page

    def test_a_level_of_stock(self, client: FlaskClient, shop: Any) -> None:
        before = self.seen(client, address(shop.shawl))
        with transaction():
            inventory.set_level(again(shop.shawl).variants[0], 0, "count")
        after = client.get(address(shop.shawl)).text
        assert after != before
        assert "disabled" in after or "habis" in after.casefold()

    def test_a_reservation(self, client: FlaskClient, shop: Any) -> None:
        before = self.seen(client, address(shop.shawl))
        with transaction():
            inventory.reserve({shop.shawl.variants[0].id: 3}, "order-1")
        assert client.get(address(shop.shawl)).text != before

    def test_kept_pages_say_of_every_level_what_a_page_made_now_says(self, app: Flask, shop: Any) -> None:
        """Taking from plenty keeps the pages, since it changes none; the last pieces are counted down on them."""
        stranger, variant = app.test_client(), shop.shawl.variants[0].id
        paths = (address(shop.shawl), "/products", "/")
        with transaction():
            inventory.set_level(again(shop.shawl).variants[0], PLENTY + 2, "count")
        told = set()
        for turn in range(PLENTY + 2):
            tags = [stranger.get(path).headers["ETag"] for path in paths]
            with transaction():
                inventory.reserve({variant: 1}, f"order-{turn}")
            assert (tags == [stranger.get(path).headers["ETag"] for path in paths]) is (turn < 2)
            for path in paths:
                kept, made = stranger.get(path).text, stranger.get(f"{path}?made={turn}").text
                assert kept == made.replace(f"?made={turn}", "")
            told.add(stranger.get(address(shop.shawl)).text)
        assert len(told) > PLENTY  # the control: what is not plenty shows

    def test_a_piece_that_goes_and_comes(self, client: FlaskClient, shop: Any) -> None:
        title = shop.shawl.title
        assert title in self.seen(client, "/products") and title in self.seen(client, "/")
        with transaction():
            hold(again(shop.shawl))
        assert title not in client.get("/products").text and title not in client.get("/").text
        assert client.get(address(shop.shawl)).status_code == 404
        with transaction():
            release(again(shop.shawl))
        assert title in client.get("/products").text and title in client.get("/").text

    def test_a_collection(self, client: FlaskClient, shop: Any) -> None:
        assert "Lebaran" not in self.seen(client, "/")
        with transaction():
            collection = _collection("Lebaran")
            collections.place(collection, again(shop.shawl))
        assert "Lebaran" in client.get("/").text
        with transaction():
            collections.edit_collection(again(collection), {"title": "Hari raya"})
        page = client.get("/").text
        assert "Hari raya" in page and "Lebaran" not in page
        with transaction():
            collections.delete_collection(again(collection))
        assert "Hari raya" not in client.get("/").text

    def test_a_name(self, client: FlaskClient, shop: Any) -> None:
        self.seen(client, "/makers")
        with transaction():
            again(shop.shawl).maker.name = "Sanggar Nama Baru"
        assert "Sanggar Nama Baru" in client.get("/makers").text

    def test_a_new_day(self, app: Flask, client: FlaskClient, shop: Any) -> None:
        seen: list[str] = []
        app.before_request_funcs.setdefault(None, []).append(lambda: seen.append("made"))
        self.seen(client, address(shop.shawl))
        with clock.frozen(clock.now() + timedelta(days=1)):
            self.seen(client, address(shop.shawl))
        assert len(seen) == 2

    def test_a_price_before_on_its_last_day(self, client: FlaskClient, shop: Any) -> None:
        """What is kept in the morning holds until the evening."""
        with transaction() as session:
            again(shop.shawl).published_at = clock.now() - timedelta(days=90)
            session.execute(update(PriceSpan).values(since=clock.now() - timedelta(days=90)))
        with transaction():
            again(shop.shawl).variants[0].price = Money(1_500_000)
        reduced = clock.now()
        last = clock.start_of(reduced.astimezone(clock.WIB).date() + timedelta(days=30))
        for moment, shows in (
            (last - timedelta(hours=1), True),
            (last, False),
            (reduced + timedelta(days=30, minutes=1), False),
        ):
            with clock.frozen(moment):
                assert ("1.850.000" in self.seen(client, address(shop.shawl))) is shows

    def test_an_order_through_the_web(self, app: Flask, shop: Any) -> None:
        from tests.marketplace.checkout.shopping import buy, of

        stranger = app.test_client()
        before = self.seen(stranger, address(shop.shawl))
        buy(of(shop.sari), (shop.shawl, 3))
        assert stranger.get(address(shop.shawl)).text != before

    def test_private_changes_keep_the_pages(
        self, client: FlaskClient, shop: Any, count_queries: Callable[..., Any]
    ) -> None:
        client.get("/")
        with transaction():
            factories.user("Baru")
        with count_queries(at_most=0):
            client.get("/")

    def test_a_page_made_while_a_commit_landed_is_not_kept(self, app: Flask, shop: Any) -> None:
        """Read in the old edition, finished in the new one: shown once, never kept."""
        done = threading.Event()

        def change() -> None:
            with app.app_context(), transaction() as session:
                session.get(Variant, shop.shawl.variants[0].id).price = Money(2_222_000)
            done.set()

        def meanwhile(response: Any) -> Any:
            if not done.is_set():
                thread = threading.Thread(target=change)
                thread.start()
                thread.join()
            return response

        app.after_request_funcs.setdefault(None, []).append(meanwhile)
        client = app.test_client()
        client.get(address(shop.shawl))
        assert done.is_set()
        assert "2.222.000" in client.get(address(shop.shawl)).text


def _collection(title: str) -> Any:
    """A collection that stands on the home page now."""
    collection = collections.create_collection(title, starts_at=clock.now() - timedelta(hours=1))
    collection.on_home = True
    db.session.flush()
    return collection


class TestTheMemory:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return replace(settings, page_cache_mb=1)

    def test_it_stays_within_its_size(self, app: Flask, client: FlaskClient, shop: Any) -> None:
        cache = app.wsgi_app.app.application  # type: ignore[attr-defined]
        cache = cache.shelf
        cache.limit = 200_000
        for number in range(30):
            client.get(f"/products?q=kata{number}")
        assert 0 < cache.size <= 200_000
        assert cache.size == sum(size for _, size in cache.kept.values())


class TestSwitchedOff:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return replace(settings, page_cache_mb=0)

    def test_pages_are_still_the_same_for_all(self, app: Flask, shop: Any) -> None:
        one, two = app.test_client().get("/"), app.test_client().get("/")
        assert one.data == two.data
        assert not app.wsgi_app.app.application.shelf.kept  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        ("path", "budget"), [("/", 6), ("/products", 6), ("product", 6), ("/search?q=cual", 6), ("/cart", 8)]
    )
    def test_a_page_keeps_its_query_budget(
        self, app: Flask, shop: Any, count_queries: Callable[..., Any], path: str, budget: int
    ) -> None:
        path = address(shop.shawl) if path == "product" else path
        client = app.test_client()
        if path == "/cart":
            for piece in (shop.shawl, shop.plaque):
                client.post("/cart", data={"variant": piece.variants[0].code, "quantity": "1"})
        client.get(path)  # names and forms that are read once per process
        with count_queries(at_most=budget):
            assert client.get(path).status_code == 200
