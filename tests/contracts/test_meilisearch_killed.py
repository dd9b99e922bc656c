"""A real server that dies in the middle: needs MEILI_BINARY, the path of a Meilisearch server to start and to kill."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from catalog.errors import Unavailable
from catalog.search import Document, Query
from catalog.search.embedded import private_file
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.meilisearch import MeilisearchIndex
from tests.contracts.search_contract import piece, sample

BINARY = os.environ.get("MEILI_BINARY", "")
KEY = "a-master-key-for-one-test"
pytestmark = pytest.mark.skipif(not BINARY, reason="MEILI_BINARY names no server to start")


class Victim:
    """A server on a port of its own, whose files outlive it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        address = self.url.removeprefix("http://")
        self.process = subprocess.Popen(
            [BINARY, "--http-addr", address, "--no-analytics", "--master-key", KEY, "--db-path", str(self.folder / "db")],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(300):
            try:
                if requests.get(f"{self.url}/health", timeout=1).ok:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        raise AssertionError("the server does not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Victim]:
    victim = Victim(tmp_path)
    victim.start()
    yield victim
    victim.kill()


@pytest.fixture
def index(tmp_path: Path, server: Victim) -> MeilisearchIndex:
    embedded = private_file(tmp_path / "search.db")
    embedded.create()
    index = MeilisearchIndex(server.url, KEY, embedded, breaker=Breaker(pause=0.5))
    index._server._seconds["write"] = 5.0
    index.rebuild(sample(300))
    index.settle()
    return index


def until_served(index: MeilisearchIndex) -> None:
    for _ in range(100):
        if not index.search(Query("kain")).by_stand_in:
            return
        time.sleep(0.1)
    raise AssertionError("the server is not asked again")


def test_a_rebuild_that_is_killed_leaves_the_old_index_and_is_done_again(
    index: MeilisearchIndex, server: Victim
) -> None:
    good = index.search(Query("kain"))
    assert not good.by_stand_in

    def passing() -> Iterator[Document]:
        for n, one in enumerate(sample(4_000, seed=9)):
            if n == 3_500:
                server.kill()
            yield one

    with pytest.raises(Unavailable):
        index.rebuild(passing())
    assert index.search(Query("kain")).by_stand_in
    server.start()
    until_served(index)
    again = index.search(Query("kain"))
    assert (again.codes, again.total, again.facets) == (good.codes, good.total, good.facets)
    assert index.rebuild(sample(4_000, seed=9)) == 4_000
    assert index.verify(f"P{n:04}" for n in range(4_000)).is_exact
    status = index.status()
    assert (status["documents"], status["rebuild_under_way"], status["settings_differ"]) == (4_000, False, False)


def test_searches_go_on_when_it_is_killed_and_when_it_comes_back(index: MeilisearchIndex, server: Victim) -> None:
    stood_in = 0
    for n in range(60):
        if n == 20:
            server.kill()
        if n == 40:
            server.start()
            until_served(index)
        started = time.monotonic()
        results = index.search(Query(("kain", "tas merah", "batik")[n % 3], page=1 + n // 3))
        assert time.monotonic() - started < 1.0
        assert results.total and len({*results.codes}) == len(results.codes)
        stood_in += results.by_stand_in
    assert stood_in == 20


def test_a_change_that_was_taken_survives_and_one_that_was_not_is_told(index: MeilisearchIndex, server: Victim) -> None:
    index.upsert([piece("KEPT", "Tas zamrud")])
    server.kill()
    with pytest.raises(Unavailable):
        index.upsert([piece("LOST", "Vas zamrud")])
    assert set(index.search(Query("zamrud")).codes) == {"KEPT", "LOST"}  # the engine standing by has both
    server.start()
    until_served(index)
    for _ in range(50):
        if index.search(Query("zamrud")).codes == ("KEPT",):
            break
        time.sleep(0.1)
    index._spelling.forget()
    assert index.search(Query("zamrud")).codes == ("KEPT",)
    index.upsert([piece("LOST", "Vas zamrud")])  # as the outbox does
    index.settle()
    assert set(index.search(Query("zamrud")).codes) == {"KEPT", "LOST"}
