"""What is kept of a piece's page is as long as its words: no change of them is too small to be seen."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from catalog.crafts.models import Craft
from catalog.db import db, transaction
from catalog.products.models import Product
from catalog.search import upkeep
from marketplace import create_app
from tests import warm


@pytest.mark.parametrize("place", [10, 700, 1390])
def test_one_letter_of_a_long_description_is_seen(app: Flask, cast: Any, place: int) -> None:
    words = "Ditenun di Mentok. " * 75
    client, address = app.test_client(), f"/products/{cast.shawl.slug}-{cast.shawl.code}"

    def tell(text: str) -> str:
        with transaction():
            db.session.get_one(Product, cast.shawl.id).description = text
        return client.get(address).text

    assert "Xitenun" not in tell(words)
    start = words.index("Ditenun", place)
    assert "Xitenun" in tell(f"{words[:start]}X{words[start + 1 :]}")


def test_another_house_has_names_of_its_own(app: Flask, cast: Any) -> None:
    """Two houses in one process may be at the same edition and call their crafts differently."""
    with transaction():
        upkeep.rebuild(app.extensions["house"].ports.search)
    assert 'facet__label">Cual weaving<' in app.test_client().get("/en/products").text
    with transaction() as session:
        session.execute(db.update(Craft).values(name_en="Named otherwise"))
    another = create_app(app.extensions["house"].settings)
    warm.use_compiled(another.jinja_env)
    assert 'facet__label">Named otherwise<' in another.test_client().get("/en/products").text
