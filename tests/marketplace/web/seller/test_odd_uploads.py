"""Photos with odd names and false extensions: bytes decide, and no sender's name reaches a path or a header."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask

from catalog.db import db
from catalog.media.models import Image
from tests.marketplace.web.seller.conftest import Desk, jpeg


def _kept(desk: Desk) -> list[Image]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Image).where(Image.owner == desk.seller).order_by(Image.id)))


@pytest.mark.parametrize(
    "name", ["foto.png", "foto.exe", "FOTO.JPG", ".jpg", "foto.jpg.php", "../../../etc/foto.jpg", "a\x00b.jpg", "x" * 300 + ".jpg", "\u202egpj.exe", "con.jpg", "a%0D%0ASet-Cookie: x=1.jpg"]
)  # fmt: skip
def test_a_photo_with_any_name_is_kept_under_ours(ratnas: Desk, app: Flask, name: str) -> None:
    before = len(_kept(ratnas))
    answer = ratnas.post(f"makers/{ratnas.maker}/views", {"pictures": [(jpeg(), name)]})
    assert answer.status_code == 303 and "x=1" not in str(answer.headers)
    (image,) = _kept(ratnas)[before:]
    assert image.path == f"{image.sha256[:2]}/{image.sha256}.jpg"
    storage: Any = app.extensions["house"].ports.storage
    assert all(one.name.rpartition("/")[2].partition(".")[0].isalnum() for one in storage.list())
    assert "foto" not in "".join(one.name for one in storage.list())


@pytest.mark.parametrize(
    "body", [b"<?php echo 1;", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + b"\0" * 99]
)
def test_an_extension_makes_no_photo(ratnas: Desk, body: bytes) -> None:
    before = len(_kept(ratnas))
    answer = ratnas.post(f"makers/{ratnas.maker}/views", {"pictures": [(io.BytesIO(body), "foto.jpg")]})
    assert answer.status_code == 422 and 'id="pictures-error"' in answer.text
    assert len(_kept(ratnas)) == before
