"""A letter does not wait behind pictures."""

from __future__ import annotations

from flask import Flask

from catalog.db import transaction
from marketplace.outbox.services import put, take


def test_a_letter_passes_the_pictures_in_line(app: Flask) -> None:
    with transaction():
        for number in range(5):
            put("picture-avif", {"code": f"x{number}"})
        put("mail", {"to": "sari@contoh.example"})
    assert [one.topic for one in take(limit=2)] == ["mail", "picture-avif"]
