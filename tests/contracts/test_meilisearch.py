"""The contract of search engines, kept by the Meilisearch adapter on the double and, with MEILI_URL, on a real server."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.search.embedded import private_file
from marketplace.adapters.meilisearch import MeilisearchIndex
from tests.contracts.search_contract import SearchContract, Settle, fill
from tests.fakes.meilisearch_server import MeilisearchServer

__all__ = ["fill"]


@pytest.fixture
def settle(index: MeilisearchIndex) -> Settle:
    return index.settle


class MeilisearchContract(SearchContract):
    @pytest.fixture(autouse=True)
    def answered_by_the_server(self, index: MeilisearchIndex, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """No test may pass because the engine standing by answered instead."""

        def refuse(*_: object, **__: object) -> None:
            raise AssertionError("the fallback was asked")

        for name in ("search", "suggest", "count", "verify"):
            monkeypatch.setattr(index.fallback, name, refuse)
        yield
        assert index.breaker.state == "closed"


class TestOnTheDouble(MeilisearchContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[MeilisearchIndex]:
        with MeilisearchServer() as server:
            embedded = private_file(tmp_path / "search.db")
            embedded.create()
            index = MeilisearchIndex(server.url, server.key, embedded, search_seconds=20.0)
            index.prepare()
            yield index


@pytest.mark.skipif(not os.environ.get("MEILI_URL"), reason="MEILI_URL names no server")
class TestOnAServer(MeilisearchContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[MeilisearchIndex]:
        embedded = private_file(tmp_path / "search.db")
        embedded.create()
        name = f"contract_{uuid.uuid4().hex[:12]}"
        index = MeilisearchIndex(
            os.environ["MEILI_URL"], os.environ.get("MEILI_API_KEY", ""), embedded, name=name, search_seconds=20.0
        )
        index.prepare()
        yield index
        index.drop()
