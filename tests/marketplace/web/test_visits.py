"""The one cookie: set only when there is something to remember, worthless without the server, dead when it should be."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from catalog import clock
from catalog.codes import hashed, new_token
from catalog.db import change, db, transaction
from marketplace.accounts.models import Session, User
from marketplace.web.visits import _CHANGED, Visit
from tests.conftest import both_databases
from tests.factories import PASSWORD

COOKIE = "kriyaloka"


def sessions() -> list[Session]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Session)))


def enter(client: FlaskClient, email: str = "sari@contoh.example") -> Any:
    return client.post("/account/session", data={"email": email, "password": PASSWORD})


def token_of(client: FlaskClient) -> str:
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def test_looking_around_sets_no_cookie(client: FlaskClient, cast: Any) -> None:
    for address in (
        "/",
        "/products",
        f"/products/{cast.shawl.slug}-{cast.shawl.code}",
        "/cart",
        "/account/session/new",
        "/nothing",
    ):
        assert "Set-Cookie" not in client.get(address).headers, address
    assert sessions() == []


def test_the_first_thing_to_remember_sets_it(client: FlaskClient, cast: Any) -> None:
    answer = client.post("/cart", data={"variant": cast.shawl.variants[0].code, "quantity": "1"})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("kriyaloka=")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert "Secure" not in cookie, "over plain http the cookie would be lost"
    assert len(sessions()) == 1


def test_the_database_knows_only_the_hash(client: FlaskClient, cast: Any) -> None:
    enter(client)
    token = token_of(client)
    (session,) = sessions()
    assert session.token_hash == hashed(token)
    rows = db.session.execute(db.text("SELECT * FROM sessions")).all()
    assert token not in str(rows)
    assert len(token) >= 43, "256 bits"


def test_signing_in_begins_a_new_session(client: FlaskClient, cast: Any) -> None:
    client.post("/cart", data={"variant": cast.shawl.variants[0].code, "quantity": "1"})
    before = token_of(client)
    assert enter(client).status_code == 303
    assert token_of(client) != before
    assert hashed(before) not in {one.token_hash for one in sessions()}


def test_a_fixed_cookie_is_not_taken_over(app: Flask, cast: Any) -> None:
    client = app.test_client()
    client.set_cookie(COOKIE, "x" * 43)
    enter(client)
    assert token_of(client) != "x" * 43
    assert hashed("x" * 43) not in {one.token_hash for one in sessions()}


def test_a_copied_cookie_dies_when_its_owner_leaves(app: Flask, cast: Any, sign_in: Any) -> None:
    sari = sign_in(cast.sari)
    thief = app.test_client()
    thief.set_cookie(COOKIE, token_of(sari))
    assert thief.get("/account/").status_code == 200
    assert sari.post("/account/session/removal", data={"form_token": sari.form_token}).status_code == 303
    assert thief.get("/account/").status_code == 303
    assert sari.get_cookie(COOKIE) is None


def test_a_session_ends_at_its_time(client: FlaskClient, cast: Any, sign_in: Any) -> None:
    sari = sign_in(cast.sari)
    with clock.frozen(clock.now() + timedelta(days=29)):
        assert sari.get("/account/").status_code == 200
    with clock.frozen(clock.now() + timedelta(days=29 + 31)):
        assert sari.get("/account/").status_code == 303


def test_a_visit_lengthens_its_session_at_most_once_an_hour(cast: Any, sign_in: Any) -> None:
    sari = sign_in(cast.sari)
    ends = sessions()[0].expires_at
    with clock.frozen(clock.now() + timedelta(minutes=30)):
        sari.get("/account/")
    assert sessions()[0].expires_at == ends
    with clock.frozen(clock.now() + timedelta(hours=2)):
        answer = sari.get("/account/")
        assert "Set-Cookie" in answer.headers, "the browser's cookie must live as long"
    assert sessions()[0].expires_at > ends


def test_a_disabled_account_is_out_at_once(cast: Any, sign_in: Any) -> None:
    sari = sign_in(cast.sari)
    assert sari.get("/account/").status_code == 200
    with transaction() as session:
        person = session.get(User, cast.sari.id)
        person.disabled_at = clock.now()
    assert sari.get("/account/").status_code == 303


@pytest.mark.parametrize("value", ["", "x", "a" * 5_000, "'; DROP TABLE sessions --", "%00", "%ff%fe", "ünïcode"])
def test_a_cookie_that_nobody_gave_is_nobody(app: Flask, value: str) -> None:
    client = app.test_client(use_cookies=False)
    for address, status in (("/account/", 303), ("/", 200), ("/cart", 200)):
        assert (
            client.get(address, headers={"Cookie": f"kriyaloka={value}".encode().decode("latin-1")}).status_code
            == status
        )


@both_databases
def test_a_page_with_notices_takes_away_those_that_it_showed_and_nothing_else(
    app: Flask, client: FlaskClient, cast: Any
) -> None:
    client.post("/cart", data={"variant": cast.shawl.variants[0].code, "quantity": "1"})
    with app.test_request_context("/cart", headers={"Cookie": f"{COOKIE}={token_of(client)}"}):
        shown = Visit(app.extensions["house"].settings)
        assert len(shown.notices()) == 1
        for write in (
            lambda: shown.keep("checkout", {}),
            lambda: shown.tell("info", "Halo"),
            lambda: shown.keep("x", None),
        ):
            with pytest.raises(RuntimeError):
                write()
        db.session.rollback()
        with transaction() as session:  # meanwhile the same browser sends something
            row = session.scalars(db.select(Session)).one()
            later = [*row.data["notices"], ["info", "Baru"]]
            row.data = {**row.data, "checkout": {"recipient": "Sari"}, "notices": later}
        shown.settle(safe=True)
    (left,) = sessions()
    assert left.data == {"checkout": {"recipient": "Sari"}, "notices": [["info", "Baru"]]}


def guest(app: Flask) -> FlaskClient:
    """A browser that we remember, of nobody in particular."""
    client, token = app.test_client(), new_token()
    with transaction() as session:
        session.add(Session(token_hash=hashed(token), data={}, expires_at=clock.after(timedelta(days=1))))
    client.set_cookie(COOKIE, token)
    return client


def remember_at_once(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a browser's visit remembers after four requests of it, all of which began before any of them ended."""
    begun, look = threading.Barrier(4), Visit._load

    def begin(self: Visit, token: str) -> None:
        look(self, token)
        with suppress(threading.BrokenBarrierError):  # SQLite lets one after the other begin
            begun.wait(1 if db.engine.name == "postgresql" else 0.05)

    def without_gone(visit: Visit) -> list[str]:
        return [one for one in visit.kept("vouchers") if one != "GONE"]

    deeds = (
        lambda visit: (visit.tell("info", "Satu"), visit.keep("checkout", {"recipient": "Sari"})),
        lambda visit: visit.tell("info", "Dua"),
        lambda visit: visit.keep("vouchers", [*visit.kept("vouchers"), "BARU"]),
        lambda visit: (visit.keep("vouchers", without_gone(visit)), visit.keep("question", None)),
    )

    @app.post("/probe/<int:number>")
    def probe(number: int) -> str:
        deeds[number](g.visit)
        return "kept"

    with transaction() as session:
        row = session.scalars(db.select(Session)).one()
        row.data = {"vouchers": ["LAMA", "GONE"], "question": {"text": "?"}, "notices": [["info", "Halo"]]}
    monkeypatch.setattr(Visit, "_load", begin)

    def send(number: int) -> int:
        browser = app.test_client()
        browser.set_cookie(COOKIE, token_of(client))
        return browser.post(f"/probe/{number}").status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(send, range(4))) == [200] * 4
    db.session.remove()
    return sessions()[0].data


@both_databases
def test_requests_of_one_browser_at_once_forget_nothing_of_each_other(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = remember_at_once(app, guest(app), monkeypatch)
    assert kept.pop("checkout") == {"recipient": "Sari"}
    assert sorted(text for _, text in kept.pop("notices")) == ["Dua", "Halo", "Satu"]
    assert sorted(kept.pop("vouchers")) == ["BARU", "LAMA"]
    assert kept == {}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_writes_without_looking_forgets_what_others_said(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""

    def naive(self: Visit) -> None:
        if self.has_changed and self.session is not None:
            change(_CHANGED, {"visit": self.session.id, "data": self.session.data})

    monkeypatch.setattr(Visit, "write", naive)
    assert len(remember_at_once(app, guest(app), monkeypatch).get("notices", [])) < 3


def test_notices_are_shown_once(client: FlaskClient, cast: Any) -> None:
    client.post("/cart", data={"variant": cast.shawl.variants[0].code, "quantity": "1"})
    first, second = client.get("/cart").text, client.get("/cart").text
    assert first != second
    (session,) = sessions()
    assert not session.data.get("notices")


class TestFormTokens:
    """A signed-in person's form carries a token of this very session."""

    def refused(self, client: FlaskClient, **fields: str) -> bool:
        answer = client.post("/account/profile", data={"name": "Baru", **fields})
        return answer.status_code == 403

    def test_refuses_a_form_without_one(self, cast: Any, sign_in: Any) -> None:
        assert self.refused(sign_in(cast.sari))

    @pytest.mark.parametrize("wrong", ["", "x", "é", "0" * 64])
    def test_refuses_a_wrong_one(self, cast: Any, sign_in: Any, wrong: str) -> None:
        assert self.refused(sign_in(cast.sari), form_token=wrong)

    def test_refuses_that_of_another_person(self, cast: Any, sign_in: Any) -> None:
        assert self.refused(sign_in(cast.sari), form_token=sign_in(cast.budi).form_token)

    def test_refuses_that_of_another_session_of_the_same_person(self, cast: Any, sign_in: Any) -> None:
        assert self.refused(sign_in(cast.sari), form_token=sign_in(cast.sari).form_token)

    def test_takes_its_own(self, cast: Any, sign_in: Any) -> None:
        sari = sign_in(cast.sari)
        assert not self.refused(sari, form_token=sari.form_token)

    def test_takes_its_own_as_a_header(self, cast: Any, sign_in: Any) -> None:
        sari = sign_in(cast.sari)
        answer = sari.post("/account/profile", data={"name": "Baru"}, headers={"X-Form-Token": sari.form_token})
        assert answer.status_code != 403

    def test_is_not_the_cookie_and_not_its_hash(self, cast: Any, sign_in: Any) -> None:
        sari = sign_in(cast.sari)
        assert sari.form_token not in (token_of(sari), hashed(token_of(sari)))


class TestDoubledFields:
    @pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
    def test_a_doubled_field_is_refused_by_name(self, client: FlaskClient, cast: Any, content_type: str) -> None:
        code = cast.shawl.variants[0].code
        answer = client.post("/en/cart", data={"variant": code, "quantity": ["1", "2"]}, content_type=content_type)
        assert answer.status_code == 422
        assert "quantity" in answer.text

    def test_nothing_was_written(self, client: FlaskClient, cast: Any) -> None:
        code = cast.shawl.variants[0].code
        client.post("/cart", data={"variant": [code, cast.plaque.variants[0].code], "quantity": "1"})
        assert sessions() == []
