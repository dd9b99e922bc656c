"""The double and, with MEILI_URL, a real server answer alike."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.contracts.meilisearch_wire import Wire, WireContract, lay
from tests.fakes.meilisearch_server import MeilisearchServer


class TestTheDouble(WireContract):
    @pytest.fixture(scope="class")
    def wire(self) -> Iterator[Wire]:
        with MeilisearchServer() as server:
            yield lay(Wire(server.url, server.key))


@pytest.mark.skipif(not os.environ.get("MEILI_URL"), reason="MEILI_URL names no server")
class TestTheServer(WireContract):
    @pytest.fixture(scope="class")
    def wire(self) -> Iterator[Wire]:
        wire = lay(Wire(os.environ["MEILI_URL"], os.environ["MEILI_API_KEY"]))
        yield wire
        for uid in ("wire", "wire_new", "wire_other"):
            wire.do("DELETE", f"indexes/{uid}")
