"""Refusals as pages in both languages and as problem documents; a fault shows an id and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from catalog.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Several, TooMany, Unavailable
from catalog.text import N_

SECRET = "/srv/secret-path and a token 4f9a"
GONE = "This piece is not on sale, or never was."
GUARDED = "Write a name of 1 to 60 characters."

REFUSALS: dict[str, tuple[DomainError, int]] = {
    "invalid": (Invalid(N_(GUARDED), field="price"), 422),
    "not-found": (NotFound(N_(GONE)), 404),
    "forbidden": (Forbidden(N_("You may not do this.")), 403),
    "conflict": (Conflict(N_("This is no longer possible: the state is now “%(state)s”."), state="live"), 409),
    "too-many": (TooMany(N_("Too many requests from here. Please wait a moment."), retry_after=17), 429),
    "unavailable": (
        Unavailable(N_("The shop is very busy right now. Please try again in a moment; nothing was lost.")),
        503,
    ),
}


@pytest.fixture
def probe(app: Flask) -> FlaskClient:
    @app.route("/probe/<kind>", methods=["GET", "POST"])
    def refuse(kind: str) -> Any:
        if kind == "fault":
            raise RuntimeError(SECRET)
        if kind == "several":
            raise Several([Invalid(N_(GUARDED), field="price"), Invalid(N_("You may not do this."), field="stock")])
        if kind == "hostile":
            raise Conflict(
                N_("This is no longer possible: the state is now “%(state)s”."), state="<script>alert(1)</script>"
            )
        raise REFUSALS[kind][0]

    return app.test_client()


@pytest.mark.parametrize("kind", REFUSALS)
def test_every_kind_becomes_its_page_in_both_languages(probe: FlaskClient, kind: str) -> None:
    status = REFUSALS[kind][1]
    pages = {}
    for prefix, language in (("", "id"), ("/en", "en")):
        for answer in (probe.get(f"{prefix}/probe/{kind}"), probe.post(f"{prefix}/probe/{kind}")):
            assert answer.status_code == status
            assert answer.content_type == "text/html; charset=utf-8"
            assert f'<html lang="{language}"' in answer.text
            assert answer.headers["Cache-Control"] == "private, no-store"
            pages[language] = answer.text
    assert pages["id"] != pages["en"]


@pytest.mark.parametrize("kind", ["too-many", "unavailable"])
def test_come_back_later_says_when(probe: FlaskClient, kind: str) -> None:
    assert probe.get(f"/probe/{kind}").headers["Retry-After"] == str(getattr(REFUSALS[kind][0], "retry_after"))


@pytest.mark.parametrize("kind", REFUSALS)
@pytest.mark.parametrize("accept", ["application/json", "application/problem+json"])
def test_every_kind_becomes_a_problem_document(probe: FlaskClient, kind: str, accept: str) -> None:
    error, status = REFUSALS[kind]
    answer = probe.get(f"/en/probe/{kind}", headers={"Accept": accept})
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    problem = json.loads(answer.data)
    assert problem["status"] == status
    assert problem["detail"] == str(error)
    assert problem["title"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    if error.field:
        assert problem["errors"] == [{"field": error.field, "detail": str(error)}]
    indonesian = json.loads(probe.get(f"/probe/{kind}", headers={"Accept": accept}).data)
    assert indonesian["detail"] != problem["detail"]


def test_several_wrong_fields_are_all_told(probe: FlaskClient) -> None:
    problem = json.loads(probe.post("/probe/several", headers={"Accept": "application/json"}).data)
    assert [one["field"] for one in problem["errors"]] == ["price", "stock"]


def test_a_browser_gets_a_page_though_it_also_takes_anything(probe: FlaskClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert probe.get("/probe/conflict", headers={"Accept": accept}).content_type.startswith("text/html")


def test_words_from_outside_are_escaped_in_a_page(probe: FlaskClient) -> None:
    assert b"<script>alert" not in probe.get("/probe/hostile").data


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_fault_shows_an_id_and_nothing_else(probe: FlaskClient, accept: str, method: str) -> None:
    answer = getattr(probe, method)("/probe/fault", headers={"Accept": accept})
    assert answer.status_code == 500
    text = answer.text
    assert answer.headers["X-Request-Id"] in text
    for leak in ("secret-path", "4f9a", "RuntimeError", "Traceback", ".py", "Flask", "Werkzeug", "Python", "sqlite"):
        assert leak not in text, leak
        assert leak not in str(answer.headers), leak


def test_a_fault_is_logged_under_its_id(probe: FlaskClient) -> None:
    with structlog.testing.capture_logs() as logged:
        answer = probe.get("/probe/fault")
    assert [one["request_id"] for one in logged if one["event"] == "unexpected error"] == [
        answer.headers["X-Request-Id"]
    ]


def test_a_fault_while_the_error_page_is_made_is_still_an_answer(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line: even when the page itself cannot be made, nothing inner is shown."""
    import marketplace.web.errors as errors

    @app.get("/probe")
    def probe() -> str:
        raise RuntimeError(SECRET)

    def broken(*args: Any, **values: Any) -> str:
        raise ValueError(SECRET)

    monkeypatch.setattr(errors, "render_template", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/probe")
    assert answer.status_code == 500
    assert b"secret-path" not in answer.data


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [("get", "/nothing", 404), ("delete", "/cart", 405), ("put", "/", 405), ("get", "/checkout/draft", 405)],
)
def test_what_the_router_refuses_looks_like_every_refusal(
    client: FlaskClient, method: str, address: str, status: int
) -> None:
    answer = getattr(client, method)(address)
    assert answer.status_code == status
    assert '<html lang="id"' in answer.text
    if status == 405:
        assert "POST" in answer.headers["Allow"] or "GET" in answer.headers["Allow"]
    problem = getattr(client, method)(address, headers={"Accept": "application/json"})
    assert json.loads(problem.data)["status"] == status


def test_a_request_that_is_too_large_is_refused_as_a_page(app: Flask, client: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    answer = client.post("/cart", data={"variant": "x" * 20_000})
    assert answer.status_code == 413
    assert '<html lang="id"' in answer.text


def test_a_form_with_too_many_parts_is_refused(client: FlaskClient) -> None:
    fields = {f"field-{number}": "x" for number in range(2_000)}
    answer = client.post("/cart", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "address",
    [
        "/%00",
        "/products/%ff%fe",
        "/products?q=%00&after=%ff",
        "/search?q=" + "a" * 5_000,
        "/products?after=" + "9" * 400,
    ],
)
def test_hostile_addresses_are_answered_and_never_a_fault(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code < 500
