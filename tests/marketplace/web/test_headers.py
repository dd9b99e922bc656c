"""Headers on every answer: pages, refusals, faults, static files, pictures, redirects."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace import create_app
from marketplace.settings import Settings
from marketplace.web.headers import ALWAYS, FILE_CSP
from tests.conftest import Visitor

PICTURE = "ab/" + "ab" * 32 + ".webp"


def put_picture(app: Flask, name: str = PICTURE) -> str:
    """A picture's bytes in the storage; its address."""
    folder = app.extensions["house"].settings.media_dir
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"RIFF....WEBP")
    return f"/media/{name}"


@pytest.fixture
def answers(app: Flask, cast: Any) -> dict[str, Any]:
    """One answer of every sort."""

    @app.route("/fault", methods=["GET", "POST"])
    def fault() -> str:
        raise RuntimeError

    client = app.test_client()
    stylesheet = re.search(r'href="(/assets/[^"]+\.css)"', client.get("/").text)
    assert stylesheet
    return {
        "page": client.get("/products"),
        "kept page": client.get("/products"),
        "english page": client.get("/en/products"),
        "not modified": client.get("/products", headers={"If-None-Match": client.get("/products").headers["ETag"]}),
        "head": client.head("/products"),
        "personal page": client.get("/cart"),
        "redirect": client.get("/account/"),
        "moved": client.get(f"/products/another-slug-{cast.shawl.code}"),
        "not found": client.get("/nothing"),
        "not allowed": client.delete("/cart"),
        "refused": client.post("/cart", headers={"Sec-Fetch-Site": "cross-site"}),
        "fault": client.get("/fault"),
        "fault of a post": client.post("/fault"),
        "problem": client.get("/nothing", headers={"Accept": "application/json"}),
        "stylesheet": client.get(stylesheet[1]),
        "missing asset": client.get("/assets/nothing.css"),
        "favicon": client.get("/favicon.ico"),
        "picture": client.get(put_picture(app)),
        "missing picture": client.get("/media/" + "0" * 64 + ".webp"),
        "health": client.get("/healthz"),
        "readiness": client.get("/readyz"),
        "options": client.options("/cart"),
    }


def test_every_sort_of_answer_carries_every_header(answers: dict[str, Any]) -> None:
    expected = {
        "page": 200,
        "not modified": 304,
        "redirect": 303,
        "moved": 301,
        "not found": 404,
        "not allowed": 405,
        "refused": 403,
        "fault": 500,
        "stylesheet": 200,
        "missing asset": 404,
        "picture": 200,
        "missing picture": 404,
    }
    assert {name: answers[name].status_code for name in expected} == expected
    for name, answer in answers.items():
        is_file = name in ("stylesheet", "favicon", "picture")
        for header, value in {**ALWAYS, **({"Content-Security-Policy": FILE_CSP} if is_file else {})}.items():
            assert answer.headers.get(header) == value, f"{name} has no {header}"
        assert answer.headers.get("Cache-Control"), f"{name} says nothing about caching"
        assert "Server" not in answer.headers or "Werkzeug" not in answer.headers["Server"]
        assert "X-Powered-By" not in answer.headers


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = dict(part.split(" ", 1) for part in ALWAYS["Content-Security-Policy"].split("; "))
    assert "unsafe" not in ALWAYS["Content-Security-Policy"]
    assert "http" not in ALWAYS["Content-Security-Policy"]
    assert "*" not in ALWAYS["Content-Security-Policy"]
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"


def test_a_file_may_do_nothing_at_all() -> None:
    policy = dict(part.split(" ", 1) for part in FILE_CSP.split("; "))
    assert set(policy) == {
        "default-src",
        "base-uri",
        "form-action",
        "frame-ancestors",
    }  # default-src stands for the rest
    assert set(policy.values()) == {"'none'"}


def test_no_answer_opens_itself_to_other_origins(client: FlaskClient) -> None:
    for origin in ("https://evil.example", "null"):
        answer = client.get("/products", headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_personal_and_refused_answers_are_never_stored(answers: dict[str, Any]) -> None:
    for name in ("personal page", "redirect", "not found", "refused", "fault", "problem"):
        assert answers[name].headers["Cache-Control"] == "private, no-store", name


def test_files_under_hashed_addresses_are_kept_for_ever(answers: dict[str, Any]) -> None:
    for name in ("stylesheet", "picture"):
        assert "immutable" in answers[name].headers["Cache-Control"]
        assert "public" in answers[name].headers["Cache-Control"]
        assert "Cookie" not in answers[name].headers.get("Vary", ""), "or a browser asks again with every new cookie"
    for name in ("missing asset", "missing picture"):
        assert "immutable" not in answers[name].headers["Cache-Control"]


def test_pictures_are_shown_by_the_names_of_today_and_of_before(app: Flask, client: FlaskClient) -> None:
    found = {digits: client.get(put_picture(app, f"ab/{'a' * digits}.avif")) for digits in (23, 24, 63, 64, 90)}
    assert {digits: answer.status_code for digits, answer in found.items()} == {
        23: 404,
        24: 200,
        63: 404,
        64: 200,
        90: 404,
    }
    assert found[24].headers["Content-Type"] == "image/avif"


@pytest.mark.parametrize(
    "name",
    [
        "../secret.key",
        "..%2fsecret.key",
        "%2e%2e/secret.key",
        "ab/../../secret.key",
        "secret.key",
        "ab/" + "z" * 64 + ".webp",
        "ab/" + "ab" * 32 + ".svg",
        "ab/" + "ab" * 32 + ".html",
        "/etc/passwd",
        "ab/" + "ab" * 32 + ".webp%00.html",
    ],
)
def test_only_pictures_by_their_names_leave_the_storage(app: Flask, client: FlaskClient, name: str) -> None:
    media = app.extensions["house"].settings.media_dir
    media.mkdir(parents=True, exist_ok=True)
    (media / "secret.key").write_text("secret")
    answer = client.get(f"/media/{name}")
    assert answer.status_code in (301, 308, 404)
    assert b"secret" not in answer.data.replace(b"secret.key", b"")


class ByHttps(Visitor):
    def open(self, *args: Any, **values: Any) -> Any:
        return super().open(*args, **{"base_url": "https://kriyaloka.example", **values})


@pytest.fixture
def secure(tmp_path: Path, empty_database: Path) -> Any:
    """A client of a house that is reached by https."""
    import shutil

    shutil.copy(empty_database, tmp_path / "kriyaloka.db")
    app = create_app(
        Settings(data_dir=tmp_path, public_url="https://kriyaloka.example", trusted_hosts=("kriyaloka.example",))
    )
    with app.app_context():
        from tests.cast import bring_in

        bring_in()
        app.test_client_class = ByHttps
        yield app.test_client()


def test_https_is_held_to_and_cookies_are_bound_to_the_host(secure: FlaskClient) -> None:
    assert secure.get("/").headers["Strict-Transport-Security"].startswith("max-age=31536000")
    from catalog.db import db
    from catalog.products.models import Variant

    code = db.session.scalar(db.select(Variant.code))
    answer = secure.post("/cart", data={"variant": code, "quantity": "1"})
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-kriyaloka=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie


def test_plain_http_promises_no_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers


def test_a_follower_of_a_purchase_link_does_not_pass_it_on(app: Flask, cast: Any) -> None:
    from marketplace.orders.access import access_token
    from tests.marketplace.checkout.shopping import buy, of

    purchase = buy(of(cast.sari), (cast.shawl, 1)).purchase
    token = access_token(app.extensions["house"].settings.secret_key, purchase.code)
    path, refund = f"/purchases/{purchase.code}", f"/purchases/{purchase.code}/payback"
    assert app.test_client().get(path).headers["Referrer-Policy"] == ALWAYS["Referrer-Policy"], "the control"
    for address, status in (
        (path, 200),
        (f"{path}/documents/invoice", 200),
        (refund, 404),
        ("/en" + path, 200),
        ("/x", 404),
    ):
        answer = app.test_client().get(f"{address}?token={token}")
        assert answer.status_code == status
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "host", ["evil.example", "kriyaloka.example.evil.example", "kriyaloka.example@evil.example", "", "a b"]
)
@pytest.mark.parametrize("address", ["/", "/en/products", "/account/session/new", "/account/reset/new"])
def test_a_host_that_is_not_ours_is_refused(secure: FlaskClient, host: str, address: str) -> None:
    secure.get(address)  # kept, perhaps
    answer = secure.get(address, headers={"Host": host})
    assert answer.status_code == 400
    assert b"evil.example" not in answer.data


def test_our_hosts_are_answered_with_and_without_a_port(secure: FlaskClient) -> None:
    assert secure.get("/", headers={"Host": "kriyaloka.example"}).status_code == 200
    assert secure.get("/", headers={"Host": "kriyaloka.example:443"}).status_code == 200


def test_mails_name_the_configured_address_whatever_host_asked(app: Flask, cast: Any, work: Any) -> None:
    answer = app.test_client().post(
        "/account/reset",
        data={"email": "sari@contoh.example"},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    assert answer.status_code in (200, 303)
    work()
    mails = [path.read_text() for path in app.extensions["house"].settings.mails_dir.glob("*.eml")]
    assert len(mails) == 1
    assert "evil" not in mails[0]
    assert "http://localhost" in mails[0]
