"""What a page may cost: few statements when no cache helps, and 60 kB of HTML, CSS and scripts compressed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.inventory import promises
from catalog.makers.models import Maker
from catalog.search.upkeep import rebuild
from tests import factories

MOST_BYTES = 60_000
MOST_STATEMENTS = {"home": 6, "list": 6, "product": 6, "made to order": 6}
"""Of the shop's database; the embedded index answers beside it and has a benchmark of its own. A piece without reviews
needs one less."""


@pytest.fixture
def shop(app: Flask, cast: Any) -> Any:
    """The cast with a full shelf: related rows, several variants, a full first page."""
    with transaction():
        for number in range(26):
            factories.product(cast.ratnas, f"Kain cual nomor {number}", variants=1 + number % 3)
            factories.product(cast.budis, f"Gantungan cual nomor {number}", stock=None)
        wide = factories.product(cast.ratnas, "Kain cual lebar", variants=3)
        made = factories.product(cast.ratnas, "Kain pesanan", stock=None)
        promises.set_pace(made.maker, 4)
        promises.set_pace(db.session.scalars(db.select(Maker).where(Maker.id == cast.plaque.maker_id)).one(), 9)
    with transaction():
        rebuild(app.extensions["house"].ports.search)
    return wide, made


def address(piece: Any) -> str:
    return f"/products/{piece.slug}-{piece.code}"


@pytest.mark.parametrize("page", ["home", "list", "product", "made to order"])
def test_a_page_asks_little_and_weighs_little(
    client: FlaskClient, shop: Any, count_queries: Callable[..., Any], page: str
) -> None:
    wide, made = shop
    path = {"home": "/", "list": "/products", "product": address(wide), "made to order": address(made)}[page]
    client.get(f"{path}?seen=before")  # the names of the facets are remembered from the first page of an edition on
    with count_queries(at_most=MOST_STATEMENTS[page]) as statements:
        answer = client.get(path)
    assert statements, "this must not be a kept page"
    assert answer.status_code == 200
    parts = {"HTML": answer.data}
    for name in re.findall(r'(?:href|src|data-scripts)="(/assets/[^"]+\.(?:css|js))"', answer.text):
        parts[name] = client.get(name).data
    weights = {name: len(brotli.compress(body, quality=5)) for name, body in parts.items()}
    assert sum(weights.values()) <= MOST_BYTES, weights
