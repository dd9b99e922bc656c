"""Pages offer a picture in the best format that there is of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from catalog.db import transaction
from catalog.media.models import Image
from catalog.search import upkeep


@pytest.fixture
def shop(app: Flask, cast: Any) -> Any:
    with transaction():
        upkeep.rebuild(app.extensions["house"].ports.search)
    return cast


@pytest.mark.parametrize("path", ["/products", "product"])
def test_a_picture_is_offered_in_its_best_format_and_in_one_that_all_can_read(app: Flask, shop: Any, path: str) -> None:
    """Before its AVIF is made, once it is there, and when it is made anew."""
    client, image = app.test_client(), shop.shawl.pictures[0].image.id
    path = f"/products/{shop.shawl.slug}-{shop.shawl.code}" if path == "product" else path
    webp = list(shop.shawl.pictures[0].image.files)
    for files, best in ((webp, "webp"), ([*webp, ["avif", 320, 400, 9, "a" * 24]], "avif"), (webp, "webp")):
        with transaction() as session:
            session.get_one(Image, image).files = files
        page = client.get(path).text
        (shown,) = {
            one for one in re.findall(r"<picture.*?</picture>", page, re.S) if webp[0][4] in one or "a" * 24 in one
        }
        (source,) = re.findall(r'<source type="([^"]+)" srcset="([^"]+)"', shown)
        assert source[0] == f"image/{best}"
        assert {one.split()[0].rpartition(".")[2] for one in source[1].split(", ")} == {best}
        assert re.search(r'<img src="/media/[^"]+\.webp"', shown)
