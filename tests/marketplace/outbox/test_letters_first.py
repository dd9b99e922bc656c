"""What a person waits for does not wait behind pictures."""

from __future__ import annotations

from flask import Flask

from catalog.db import transaction
from marketplace.outbox.services import FEW, put, take
from marketplace.payments.charges import TOPIC


def test_letters_word_of_a_payment_and_the_search_pass_the_pictures_in_line(app: Flask) -> None:
    with transaction():
        for number in range(9):
            put("picture-avif", {"code": f"x{number}"})
        for topic in ("search-refresh", "mail", TOPIC):
            put(topic, {})
    assert [one.topic for one in take()] == ["mail", TOPIC, "search-refresh", *["picture-avif"] * FEW]
