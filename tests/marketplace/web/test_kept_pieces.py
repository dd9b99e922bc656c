"""What is kept of a piece's page is as long as its words: no change of them is too small to be seen."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from catalog.db import db, transaction
from catalog.products.models import Product


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
