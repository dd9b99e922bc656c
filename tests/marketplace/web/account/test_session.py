"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from catalog import clock
from catalog.db import db, transaction
from marketplace.accounts import services
from marketplace.accounts.models import Role, Session, User
from marketplace.carts.models import CartLine
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.account.conftest import EMAIL, inputs
from tests.marketplace.web.account.test_returning import HOSTILE


def cookie(client: Any) -> str:
    found = client.get_cookie("kriyaloka")
    return found.value if found else ""


def test_signs_in_with_a_new_session_and_shows_the_name(cast: Cast, enter: Any) -> None:
    page = enter().get("/account/")
    assert page.status_code == 200
    assert "Sari" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_helps_password_managers(app: Flask) -> None:
    fields = inputs(app.test_client().get("/account/session/new").text)
    assert fields["email"]["autocomplete"] == "username"
    assert fields["password"]["autocomplete"] == "current-password"


def test_the_session_of_before_is_dead_after_signing_in(cast: Cast, app: Flask) -> None:
    client = app.test_client()
    client.post("/cart", data={"variant": cast.shawl.variants[0].code})
    before = cookie(client)
    assert before
    client.post("/account/session", data={"email": EMAIL, "password": factories.PASSWORD})
    assert cookie(client) not in ("", before)
    planted = app.test_client()
    planted.set_cookie("kriyaloka", before)
    assert planted.get("/account/").status_code == 303


def test_a_guests_cart_comes_along_once(cast: Cast, app: Flask) -> None:
    for _ in range(2):
        client = app.test_client()
        client.post("/cart", data={"variant": cast.shawl.variants[0].code})
        client.post("/account/session", data={"email": EMAIL, "password": factories.PASSWORD})
    lines = db.session.scalars(db.select(CartLine)).all()
    assert [one.quantity for one in lines] == [2]
    guests = db.session.scalars(db.select(Session).where(Session.user_id.is_(None))).all()
    assert guests == []


def test_a_copied_cookie_is_dead_after_signing_out(cast: Cast, app: Flask, enter: Any) -> None:
    client = enter()
    thief = app.test_client()
    thief.set_cookie("kriyaloka", cookie(client))
    assert thief.get("/account/").status_code == 200
    answer = client.post("/account/session/removal", data={"form_token": client.form_token})
    assert answer.status_code == 303
    assert cookie(client) == ""
    assert thief.get("/account/").status_code == 303
    assert "kriyaloka=;" in answer.headers["Set-Cookie"]


def test_signing_out_needs_the_form_token_and_a_post(cast: Cast, enter: Any) -> None:
    client = enter()
    assert client.post("/account/session/removal").status_code == 403
    assert client.get("/account/session/removal").status_code in (404, 405)
    assert client.get("/account/").status_code == 200


def test_a_refusal_keeps_the_address_and_never_the_password(cast: Cast, client: Any) -> None:
    answer = client.post("/account/session", data={"email": EMAIL, "password": "kain hujan fajar"})
    assert answer.status_code == 422
    assert EMAIL in answer.text
    assert "kain hujan fajar" not in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"email": "", "password": "x"}, "email"),
        ({"email": "sari", "password": "x"}, "email"),
        ({"email": EMAIL}, "password"),
    ],
)
def test_names_the_field_that_is_wrong(cast: Cast, client: Any, data: dict[str, str], field: str) -> None:
    answer = client.post("/account/session", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize("address", HOSTILE)
def test_stays_on_the_site(cast: Cast, app: Flask, address: str) -> None:
    client = app.test_client()
    page = client.get("/account/session/new", query_string={"next": address})
    assert "evil" not in page.text.split("<main")[1].split("</main")[0]
    answer = client.post("/account/session", data={"email": EMAIL, "password": factories.PASSWORD, "next": address})
    if "\x00" in address:  # no form may carry what no database can hold
        assert answer.status_code == 422
    else:
        assert answer.headers["Location"] == "/account/"


def test_returns_to_where_one_was_sent_from_in_the_same_language(cast: Cast, client: Any) -> None:
    answer = client.get("/en/account/purchases?after=abcdefgh")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/en/account/session/new?next=/en/account/purchases?after%3Dabcdefgh"
    assert client.get(answer.headers["Location"]).status_code == 200
    entered = client.post(
        "/en/account/session",
        data={"email": EMAIL, "password": factories.PASSWORD, "next": "/en/account/purchases?after=abcdefgh"},
    )
    assert entered.headers["Location"] == "/en/account/purchases?after=abcdefgh"


def test_a_disabled_person_is_out_at_once(cast: Cast, enter: Any) -> None:
    client = enter()
    with transaction():
        services.disable(db.session.get(User, cast.sari.id))
    assert client.get("/account/").status_code == 303


def test_a_lost_role_ends_the_visit_at_once(cast: Cast, enter: Any) -> None:
    client = enter("dewi@contoh.example")
    with transaction():
        services.revoke(db.session.get(User, cast.dewi.id), Role.CURATOR)
    assert client.get("/account/").status_code == 303


def test_a_session_runs_out_and_a_visit_lengthens_it_with_its_cookie(cast: Cast, enter: Any) -> None:
    client = enter()
    start = clock.now()
    with clock.frozen(start + timedelta(days=29)):
        answer = client.get("/account/")
        assert answer.status_code == 200
        assert "kriyaloka=" in answer.headers["Set-Cookie"]
    with clock.frozen(start + timedelta(days=58)):
        assert client.get("/account/").status_code == 200
    with clock.frozen(start + timedelta(days=120)):
        assert client.get("/account/").status_code == 303


def test_only_refusals_count_against_the_limit(cast: Cast, app: Flask) -> None:
    right = {"email": EMAIL, "password": factories.PASSWORD}
    wrong = {"email": EMAIL, "password": "kain hujan fajar"}
    for _ in range(12):
        assert app.test_client().post("/account/session", data=right).status_code == 303
    statuses = [app.test_client().post("/account/session", data=wrong).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_an_account_is_guarded_against_many_addresses(cast: Cast, app: Flask) -> None:
    statuses = []
    for number in range(11):
        client = app.test_client()
        data = {"email": f" {EMAIL.upper()}" if number % 2 else EMAIL, "password": "kain hujan fajar"}
        statuses.append(
            client.post("/account/session", data=data, environ_base={"REMOTE_ADDR": f"10.0.0.{number}"}).status_code
        )
    assert statuses == [422] * 10 + [429]
    other = app.test_client().post(
        "/account/session",
        data={"email": "budi@contoh.example", "password": factories.PASSWORD},
        environ_base={"REMOTE_ADDR": "10.0.1.1"},
    )
    assert other.status_code == 303


def test_a_claimed_address_does_not_pass_the_limit(cast: Cast, app: Flask) -> None:
    statuses = [
        app.test_client()
        .post(
            "/account/session",
            data={"email": f"x{n}@contoh.example", "password": "kain hujan"},
            headers={"X-Forwarded-For": f"10.0.0.{n}"},
        )
        .status_code
        for n in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_a_refusal_by_limit_says_when_to_come_back(cast: Cast, app: Flask) -> None:
    wrong = {"email": EMAIL, "password": "kain hujan fajar"}
    answers = [app.test_client().post("/account/session", data=wrong) for _ in range(11)]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 3600


def test_the_door_stays_shut_when_the_counter_is_gone(cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    from marketplace.web.limits import SqliteStorage

    def broken(self: Any) -> Any:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(SqliteStorage, "_connection", broken)
    answer = app.test_client().post("/account/session", data={"email": EMAIL, "password": factories.PASSWORD})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert db.session.scalar(db.select(Session.id)) is None


def test_refuses_a_form_from_another_site_and_doubled_fields(cast: Cast, client: Any) -> None:
    data = {"email": EMAIL, "password": factories.PASSWORD}
    assert client.post("/account/session", data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/account/session", data=data, headers={"Origin": "https://evil.example"}).status_code == 403
    doubled = {"email": [EMAIL, "budi@contoh.example"], "password": factories.PASSWORD}
    assert client.post("/account/session", data=doubled).status_code == 422


@pytest.mark.parametrize(
    "password", ["", "x" * 5000, "\x00" * 20, "a\u0301" * 3000, "\ud7ff", "'; DROP TABLE users; --"]
)
def test_strange_passwords_are_only_wrong(cast: Cast, client: Any, password: str) -> None:
    assert client.post("/account/session", data={"email": EMAIL, "password": password}).status_code == 422
