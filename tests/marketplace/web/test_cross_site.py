"""No other site can make a visitor's browser change anything here: every unsafe route, by header."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from catalog.db import db
from marketplace.web.lifecycle import SAFE

ELSEWHERE: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "nonsense"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
    {"Origin": ""},
]
HERE: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {},
]


def unsafe(app: Flask) -> list[tuple[str, str]]:
    """(method, address) of everything that may change something, with made-up values in the address."""
    found = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - SAFE):
            found.append((method, address(rule)))
    return found


def address(rule: Rule) -> str:
    return re.sub(r"<[^>]+>", "0123456789", rule.rule)


def test_every_unsafe_route_refuses_every_other_site(app: Flask, client: FlaskClient) -> None:
    routes = unsafe(app)
    assert len(routes) > 50
    for method, path in routes:
        for headers in ELSEWHERE:
            answer = client.open(path, method=method, headers={**headers, "Accept": "application/json"})
            assert answer.status_code == 403, f"{method} {path} with {headers}: {answer.status_code}"


def test_no_safe_route_is_refused_for_coming_from_a_link_elsewhere(client: FlaskClient) -> None:
    for headers in ELSEWHERE:
        assert client.get("/products", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", HERE)
def test_our_own_pages_may_write(client: FlaskClient, cast: Any, headers: dict[str, str]) -> None:
    answer = client.post("/cart", data={"variant": cast.shawl.variants[0].code, "quantity": "1"}, headers=headers)
    assert answer.status_code == 303


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_refused_write_has_written_nothing(client: FlaskClient, cast: Any, headers: dict[str, str]) -> None:
    from marketplace.accounts.models import Session

    client.post("/cart", data={"variant": cast.shawl.variants[0].code, "quantity": "1"}, headers=headers)
    db.session.rollback()
    assert db.session.scalars(db.select(Session)).all() == []


def test_a_method_is_not_overridden_by_a_header_or_a_field(client: FlaskClient, cast: Any) -> None:
    code = cast.shawl.variants[0].code
    for headers in ({"X-HTTP-Method-Override": "POST"}, {"X-HTTP-Method": "POST"}, {"X-Method-Override": "POST"}):
        answer = client.get(f"/cart?variant={code}&quantity=1&_method=POST", headers=headers)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers


def test_plain_text_and_json_are_not_read_as_a_form(client: FlaskClient, cast: Any, sign_in: Any) -> None:
    sari = sign_in(cast.sari)
    body = f'{{"name": "Baru", "form_token": "{sari.form_token}"}}'
    for kind in ("text/plain", "application/json"):
        assert sari.post("/account/profile", data=body, content_type=kind).status_code == 403
