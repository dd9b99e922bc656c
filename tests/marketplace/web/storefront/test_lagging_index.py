"""A search server that has not heard of the last changes yet: no page shows what it still remembers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import transaction
from catalog.makers.models import Maker
from catalog.products.models import Product, ProductState
from catalog.products.services import edit, hold, withdraw
from catalog.search.document import Document
from marketplace.settings import Settings
from tests import factories
from tests.fakes.meilisearch_server import MeilisearchServer

GONE, HELD, DRAFTED, RENAMED, HIDDEN = "zamrudtua", "safirtua", "mirahtua", "nilamtua", "akiktua"
"""One word each that only the piece or maker bears which the public may not see any longer."""
EVERY = (GONE, HELD, DRAFTED, RENAMED, HIDDEN)


@pytest.fixture
def server() -> Iterator[MeilisearchServer]:
    with MeilisearchServer() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, server: MeilisearchServer) -> Settings:
    return Settings(
        data_dir=tmp_path / "data", public_url="http://localhost", meili_url=server.url, meili_api_key=server.key
    )


def pages(shawl: Product) -> list[str]:
    """Every kind of page that asks the index or stands beside those that do."""
    craft, place, maker = shawl.craft, shawl.maker.district_code, shawl.maker
    assert craft is not None
    paths = [
        "/", "/products", "/products?sort=newest", f"/products?craft={craft.slug}", f"/products/{shawl.slug}-{shawl.code}",
        "/crafts", f"/crafts/{craft.slug}", "/makers", f"/makers/{maker.slug}-{maker.code}", "/places", f"/places/{place}",
        f"/places/{place[:5]}", "/search", "/search?q=selendang", "/search/suggestions?q=selendang", "/feed.atom",
    ]  # fmt: skip
    for word in EVERY:
        paths += [f"{tongue}{path}?q={word}" for tongue in ("", "/en") for path in ("/search", "/search/suggestions")]
    return [*paths, "/en/", "/en/products", "/sitemap.xml", "/sitemaps/products-1.xml", "/sitemaps/makers-1.xml"]


def read(client: FlaskClient, paths: list[str]) -> dict[str, set[str]]:
    """Which of the words each page shows, what was asked for not counted."""
    found = {}
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        told = answer.text
        asked = path.partition("q=")[2].partition("&")[0]
        found[path] = {word for word in EVERY if word in told and word != asked}
        if asked in EVERY and f"-{asked}" in told:  # its address leads to the piece
            found[path].add(asked)
    return found


def test_nothing_that_the_public_may_not_see_shows_while_the_index_lags_behind(
    app: Flask, client: FlaskClient, server: MeilisearchServer, cast: Any
) -> None:
    with transaction():
        pieces = {word: factories.product(cast.ratnas, f"Selendang -{word}") for word in (GONE, HELD, DRAFTED, RENAMED)}
        hidden = factories.seller(f"Sanggar -{HIDDEN}", owner=factories.user())
        factories.product(hidden, "Selendang tepi pantai")
        ids = {word: piece.id for word, piece in pieces.items()}
        codes = {word: piece.code for word, piece in pieces.items()}
        hidden_id, paths = hidden.id, pages(cast.shawl)
    assert app.test_cli_runner().invoke(args=["search", "rebuild"]).exit_code == 0
    before = read(client, paths)
    for word in EVERY:  # the control: the same reading finds each of them where the public may see it
        assert [path for path in paths if word in before[path] and path.startswith("/search?")], word
        assert [path for path in paths if word in before[path] and path.startswith("/search/suggestions")], word
    assert {GONE, HELD, RENAMED} <= before["/products"] and GONE in before["/sitemaps/products-1.xml"]

    server.pause()
    with transaction() as session:
        withdraw(session.get_one(Product, ids[GONE]))
        hold(session.get_one(Product, ids[HELD]), reason="seller-suspended")
        drafted = session.get_one(Product, ids[DRAFTED])
        drafted.state, drafted.published_at = ProductState.DRAFT, None
        renamed = session.get_one(Product, ids[RENAMED])
        edit(renamed, {"title": "Selendang biru laut", "title_en": "Sea blue shawl"}, renamed.version)
        for maker in session.query(Maker).filter(Maker.name.contains(HIDDEN)):
            maker.is_shown = False
        for piece in session.query(Product).filter_by(seller_id=hidden_id):
            hold(piece, reason="seller-suspended")
    assert {codes[word] for word in codes} <= {one["code"] for one in server.indexes["products"].documents.values()}, (
        "a page that trusted it would leak"
    )
    after = read(client, paths)
    assert {path: words for path, words in after.items() if words} == {}
    assert "Selendang biru laut" in client.get(f"/search?q={RENAMED}").text, "the piece itself stays to be found"


def test_a_draft_that_reached_the_index_by_mistake_is_shown_nowhere(app: Flask, client: FlaskClient, cast: Any) -> None:
    with transaction():
        draft = factories.product(cast.ratnas, f"Selendang -{DRAFTED}", live=False)
        document = Document(code=draft.code, title=draft.title, craft="tenun-cual", price_min=100_000)
        paths = pages(cast.shawl)
    assert app.test_cli_runner().invoke(args=["search", "rebuild"]).exit_code == 0
    search = app.extensions["house"].ports.search
    search.upsert([document])
    search.settle()
    after = read(client, paths)
    assert {path: words for path, words in after.items() if words} == {}
