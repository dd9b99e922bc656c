"""A list that changes while somebody turns its pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.db import transaction
from catalog.search import Document, Query
from catalog.search.embedded import EmbeddedIndex, private_file
from catalog.search.upkeep import rebuild
from marketplace.web.storefront import listing
from marketplace.web.storefront.turning import carried_on
from tests import factories


@pytest.fixture
def index(tmp_path: Path) -> EmbeddedIndex:
    index = private_file(tmp_path / "search.db")
    index.create()
    index.upsert(piece(number) for number in range(10))
    return index


def piece(number: int) -> Document:
    """The higher the number, the newer."""
    return Document(f"P{number}", "Kain", published_at=10_000 + number)


def turn(index: EmbeddedIndex, page: int, after: str) -> tuple[str, int]:
    results, moved = carried_on(index, index.search(Query(sort="newest", per_page=3, page=page)), after)
    return "".join(results.codes).replace("P", ""), moved


def test_nothing_moves_where_nothing_has_changed(index: EmbeddedIndex) -> None:
    assert [turn(index, 1, ""), turn(index, 2, "P7"), turn(index, 3, "P4"), turn(index, 4, "P1")] == [
        ("987", 0), ("654", 0), ("321", 0), ("0", 0),
    ]  # fmt: skip


def test_newer_pieces_repeat_nothing(index: EmbeddedIndex) -> None:
    index.upsert([piece(11), piece(12)])
    assert turn(index, 2, "") == ("876", 0)
    assert turn(index, 2, "P7") == ("654", 2)
    assert turn(index, 3, "P4") == ("321", 2)
    assert turn(index, 4, "P1") == ("0", 2)


def test_pieces_that_left_leave_nothing_out(index: EmbeddedIndex) -> None:
    index.delete(["P9", "P8"])
    assert turn(index, 2, "") == ("432", 0)
    assert turn(index, 2, "P7") == ("654", -2)
    assert turn(index, 3, "P4") == ("321", -2)


def test_a_last_page_that_is_gone_shows_what_is_left(index: EmbeddedIndex) -> None:
    index.delete(["P9", "P8", "P7"])
    assert turn(index, 3, "P1") == ("0", 0)


@pytest.mark.parametrize("after", ["P7", "unknown", "P0", "\x00", "' or 1=1", "P9" * 20])
def test_a_piece_that_is_not_near_moves_nothing(index: EmbeddedIndex, after: str) -> None:
    index.delete(["P7"])
    assert turn(index, 2, after) == ("543", 0)
    assert turn(index, 1, after) == ("986", 0)


def test_the_link_to_the_next_page_carries_on(client: FlaskClient, cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    search = client.application.extensions["house"].ports.search
    with transaction():
        for number in range(5):
            factories.product(cast.ratnas, f"Kain nomor {number}")
        rebuild(search)
    seen: list[str] = []
    url = "/en/products?sort=newest"
    for turned in range(4):
        text = client.get(url).text
        seen += re.findall(r'class="card__link" href="/en/products/[^"]*-(\w+)"', text)
        if not (found := re.search(r'href="([^"]*)"[^>]*rel="next"', text)):
            break
        url = found[1].replace("&amp;", "&")
        with transaction():
            factories.product(cast.ratnas, f"Kain baru {turned}")
            rebuild(search)
    assert "after=" in url
    assert len(seen) == len(set(seen)) >= 6
