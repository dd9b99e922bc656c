"""The house with MEILI_URL: the embedded index in the same commit, the server through the outbox, both in the doctor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from catalog import clock
from catalog.db import db, transaction
from catalog.products.models import Product
from catalog.products.services import edit, withdraw
from catalog.search.query import Query
from marketplace.adapters.meilisearch import MeilisearchIndex
from marketplace.outbox.services import drain
from marketplace.settings import BadSettings, Settings, complete
from tests import factories
from tests.conftest import both_databases
from tests.fakes.meilisearch_server import MeilisearchServer


@pytest.fixture
def server() -> Iterator[MeilisearchServer]:
    with MeilisearchServer() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, server: MeilisearchServer) -> Settings:
    return Settings(
        data_dir=tmp_path / "data", public_url="http://localhost", meili_url=server.url, meili_api_key=server.key
    )


@pytest.fixture
def index(app: Flask) -> MeilisearchIndex:
    index = app.extensions["house"].ports.search
    assert isinstance(index, MeilisearchIndex)
    return index


@pytest.fixture
def code(app: Flask) -> str:
    """A piece on sale, in every index."""
    with transaction():
        factories.places()
        piece = factories.product(factories.seller(owner=factories.user()))
        code = piece.code
    result = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert result.exit_code == 0, result.output
    return code


def end(code: str) -> None:
    with transaction() as session:
        piece = session.scalar(select(Product).where(Product.code == code))
        assert piece is not None
        withdraw(piece)


@both_databases
def test_a_change_reaches_both_engines_and_a_page_never_shows_what_is_gone(
    app: Flask, index: MeilisearchIndex, server: MeilisearchServer, code: str
) -> None:
    assert index.search(Query("selendang")).codes == (code,)
    assert index.fallback.search(Query("selendang")).codes == (code,)
    db.session.rollback()
    end(code)
    if index.fallback.transactional:
        assert index.fallback.count() == 0
    assert len(server.indexes["products"].documents) == 1  # the outbox has not been carried out
    results = index.search(Query("selendang"))
    assert (results.codes, results.total) == ((), 0)
    db.session.rollback()
    drain(app.extensions["house"].handlers)
    index.settle()
    assert len(server.indexes["products"].documents) == 0 and index.fallback.count() == 0
    assert index.breaker.state == "closed"


@both_databases
def test_pages_kept_between_the_commit_and_the_index_are_dropped(
    app: Flask, index: MeilisearchIndex, server: MeilisearchServer, code: str
) -> None:
    """The server hears of a change after the commit; what was shown in between must not stay."""
    visitor = app.test_client()
    with transaction() as session:
        piece = session.scalar(select(Product).where(Product.code == code))
        assert piece is not None
        edit(piece, {"title": "Kain zamrud"}, piece.version)
    between = visitor.get("/search?q=zamrud")
    assert code not in between.text and "public" in between.headers["Cache-Control"]
    drain(app.extensions["house"].handlers)
    assert code in visitor.get("/search?q=zamrud").text


def test_a_change_while_the_server_is_away_waits_in_the_outbox(
    app: Flask, index: MeilisearchIndex, server: MeilisearchServer, code: str
) -> None:
    server.status = 503
    end(code)
    drain(app.extensions["house"].handlers)
    assert index.search(Query("selendang")).total == 0  # the embedded engine has it
    db.session.rollback()
    server.recover()
    assert len(server.indexes["products"].documents) == 1
    with clock.frozen(clock.now() + timedelta(hours=2)):
        drain(app.extensions["house"].handlers)
    index.settle()
    assert len(server.indexes["products"].documents) == 0


def test_synonyms_reach_the_server_after_the_commit(
    app: Flask, index: MeilisearchIndex, server: MeilisearchServer, code: str
) -> None:
    with transaction():
        index.add_synonyms(["zubkhar", "selendang"])
    drain(app.extensions["house"].handlers)
    assert server.indexes["products"].settings["synonyms"]["zubkhar"] == ["selendang"]
    assert index.search(Query("zubkhar")).codes == (code,)


def test_the_commands_tell_how_it_stands(app: Flask, server: MeilisearchServer, code: str) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["search", "verify"]).exit_code == 0
    status = runner.invoke(args=["search", "status"])
    told = json.loads(status.output)
    assert status.exit_code == 0 and told["documents"] == 1 and told["fallback"]["documents"] == 1
    assert told["settings_differ"] is False and told["failed_tasks"] == [] and told["entries"] > 0
    parts = json.loads(runner.invoke(args=["doctor", "--json"]).output)["parts"]
    assert parts["search"] == f"MeilisearchIndex ({server.url})" and parts["stand-by"] == "EmbeddedIndex"
    server.status = 500
    assert runner.invoke(args=["search", "status"]).exit_code == 1
    broken = json.loads(runner.invoke(args=["doctor", "--json"]).output)["broken_laws"]
    assert [law["law"] for law in broken if "Meilisearch" in law["what"]] == ["L9"]


@pytest.mark.parametrize("command", ["verify", "rebuild", "status"])
def test_commands_without_a_server_say_so(app: Flask, server: MeilisearchServer, code: str, command: str) -> None:
    server.status = 503
    result = app.test_cli_runner().invoke(args=["search", command])
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    told = json.loads(result.stdout)
    assert told["reachable"] is False and told["error"] and told["fallback"]["documents"] == 1
    if command == "verify":
        assert (told["fallback"]["missing"], told["fallback"]["left_over"]) == (0, 0)


def test_verify_looks_at_the_stand_by_too(app: Flask, index: MeilisearchIndex, code: str) -> None:
    runner = app.test_cli_runner()
    assert (
        runner.invoke(args=["search", "verify"]).output == "missing 0, left over 0\nstand-by: missing 0, left over 0\n"
    )
    with transaction():
        index.fallback.delete([code])
    result = runner.invoke(args=["search", "verify"])
    assert result.exit_code == 1
    assert result.output == f"missing 0, left over 0\nstand-by: missing 1, left over 0\n  {code}\n"


def test_lists_come_from_the_server(app: Flask, server: MeilisearchServer, code: str) -> None:
    server.requests.clear()
    page = app.test_client().get("/search?q=selendang")
    assert page.status_code == 200 and code in page.get_data(as_text=True)
    assert server.asked("/multi-search")


@pytest.mark.parametrize(
    ("name", "value"), [("meili_url", "127.0.0.1:7700"), ("meili_url", "http://"), ("meili_index", "a b")]
)
def test_settings_that_cannot_be_right_are_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name.upper()):
        complete(Settings(data_dir=tmp_path, **{name: value}))  # type: ignore[arg-type]
