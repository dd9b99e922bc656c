"""The mails of the accounts' tests, and what a form on a page would send."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask

from tests import factories
from tests.marketplace.accounts.conftest import mails

__all__ = ["mails"]

EMAIL = "sari@contoh.example"


class Inputs(HTMLParser):
    """The inputs of a page by name, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, dict[str, Any]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "input" and values.get("name"):
            self.fields.setdefault(str(values["name"]), values)


def inputs(page: str) -> dict[str, dict[str, Any]]:
    reader = Inputs()
    reader.feed(page)
    return reader.fields


@pytest.fixture
def enter(app: Flask) -> Callable[..., Any]:
    """`enter()` → a browser in which Sari has signed in through the page, with its `form_token`."""

    def sign_in(
        email: str = EMAIL,
        password: str = factories.PASSWORD,
        agent: str = "Mozilla/5.0 (Linux; Android 14) Chrome/130.0",
    ) -> Any:
        client = app.test_client()
        answer = client.post(
            "/account/session", data={"email": email, "password": password}, headers={"User-Agent": agent}
        )
        assert answer.status_code == 303, answer.text
        client.form_token = form_token(client)  # type: ignore[attr-defined]
        return client

    return sign_in


def form_token(client: Any) -> str:
    return str(inputs(client.get("/account/profile/edit").text)["form_token"]["value"])
