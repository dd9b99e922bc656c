"""Registering, confirming, and a forgotten password, as browsers do it."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.db import db, transaction
from marketplace.accounts.models import User
from marketplace.accounts.queries import find_by_email
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.account.conftest import EMAIL, inputs

PASSWORD = "kain hujan senja"
NEW = {"name": "Wati", "email": "wati@contoh.example", "password": PASSWORD}


def test_registers_confirms_and_signs_in(cast: Cast, client: Any, mails: Any) -> None:
    fields = inputs(client.get("/account/registration/new").text)
    assert (fields["name"]["autocomplete"], fields["email"]["autocomplete"], fields["password"]["autocomplete"]) == (
        "name",
        "username",
        "new-password",
    )
    assert client.post("/account/registration", data=NEW).headers["Location"] == "/account/registration"
    assert client.get("/account/registration").status_code == 200
    (letter,) = mails()
    page = client.get(letter.link)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.text.count(letter.token) == 1 or 'rel="canonical"' not in page.text
    assert find_by_email(NEW["email"]).confirmed_at is None  # type: ignore[union-attr]
    db.session.rollback()
    done = client.post(letter.link)
    assert done.status_code == 303
    assert done.headers["Referrer-Policy"] == "no-referrer"
    assert find_by_email(NEW["email"]).confirmed_at is not None  # type: ignore[union-attr]
    db.session.rollback()
    assert client.post(letter.link).status_code == 404
    assert client.get(letter.link).status_code == 404
    assert client.post("/account/session", data=NEW).status_code == 303


def test_mail_scanners_use_no_link_up(cast: Cast, client: Any, mails: Any) -> None:
    client.post("/account/registration", data=NEW)
    client.post("/account/reset", data={"email": EMAIL})
    for letter in mails():
        for _ in range(3):
            assert client.get(letter.link).status_code == 200
            assert client.head(letter.link).status_code == 200
            assert client.options(letter.link).status_code == 200


def test_links_name_the_configured_host(cast: Cast, app: Any, mails: Any) -> None:
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}, {"Forwarded": "host=evil.example"}):
        app.test_client().post("/account/reset", data={"email": EMAIL}, headers=headers)
    letters = mails()
    assert letters
    for letter in letters:
        assert "evil.example" not in letter.text + letter.html
        assert "http://localhost/account/reset/" in letter.text


def test_mails_speak_the_accounts_language(cast: Cast, client: Any, mails: Any) -> None:
    client.post("/en/account/registration", data=NEW)
    client.post("/account/registration", data={**NEW, "email": "wati2@contoh.example"})
    english, indonesian = mails()
    assert english.link.startswith("/en/account/confirmation/")
    assert indonesian.link.startswith("/account/confirmation/")
    assert english.subject == "Please confirm your address"
    assert '<html lang="en">' in english.html


def test_a_known_address_answers_the_same_and_tells_the_owner(cast: Cast, client: Any, mails: Any) -> None:
    answer = client.post("/account/registration", data={**NEW, "email": EMAIL})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/registration")
    (letter,) = mails()
    assert letter.to == EMAIL
    assert db.session.scalar(db.select(db.func.count()).where(User.email == EMAIL)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "klik https://jahat.example"}, "name"),
        ({"email": "wati"}, "email"),
        ({"email": "wati@contoh"}, "email"),
        ({"email": "wati@contoh.example\r\nBcc: x@y.example"}, "email"),
        ({"email": "a" * 250 + "@contoh.example"}, "email"),
        ({"password": "pendek"}, "password"),
        ({"password": "Password123!"}, "password"),
        ({"password": "wati1990"}, "password"),
        ({"password": "x9!k" * 33}, "password"),
    ],
)
def test_names_what_is_wrong_and_keeps_what_was_typed(
    cast: Cast, client: Any, change: dict[str, str], field: str
) -> None:
    data = NEW | change
    answer = client.post("/account/registration", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    fields = inputs(answer.text)
    assert fields["password"]["value"] == ""
    for name in ("name", "email"):
        if name not in change:
            assert fields[name]["value"] == data[name]
    assert find_by_email(NEW["email"]) is None


def test_extra_fields_change_nothing(cast: Cast, client: Any) -> None:
    extra = {
        "role": "operator",
        "is_admin": "1",
        "confirmed_at": "2026-01-01",
        "code": "aaaaaaaaaa",
        "id": "1",
        "locale": "xx",
    }
    assert client.post("/account/registration", data=NEW | extra).status_code == 303
    person = find_by_email(NEW["email"])
    assert person is not None
    assert (person.grants, person.confirmed_at, person.locale) == ([], None, "id")
    assert person.code != "aaaaaaaaaa"


def test_a_reset_signs_everyone_out_and_the_link_is_over(cast: Cast, app: Any, enter: Any, mails: Any) -> None:
    signed_in = enter()
    client = app.test_client()
    assert client.post("/account/reset", data={"email": EMAIL}).headers["Location"] == "/account/reset"
    assert client.get("/account/reset").status_code == 200
    link = mails()[-1].link
    page = client.get(link)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert inputs(page.text)["password"]["autocomplete"] == "new-password"
    assert client.post(link, data={"password": "12345678"}).status_code == 422
    assert client.post(link, data={"password": PASSWORD}).status_code == 303
    assert signed_in.get("/account/").status_code == 303
    assert client.post(link, data={"password": "lain kain lain senja"}).status_code == 404
    assert (
        app.test_client().post("/account/session", data={"email": EMAIL, "password": factories.PASSWORD}).status_code
        == 422
    )
    assert app.test_client().post("/account/session", data={"email": EMAIL, "password": PASSWORD}).status_code == 303


def test_a_reset_in_ones_own_signed_in_browser_ends_that_visit_too(cast: Cast, enter: Any, mails: Any) -> None:
    client = enter()
    client.post("/account/reset", data={"email": EMAIL, "form_token": client.form_token})
    answer = client.post(mails()[-1].link, data={"password": PASSWORD, "form_token": client.form_token})
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.get("/account/").status_code == 303


@pytest.mark.parametrize("path", ["confirmation", "reset", "email"])
@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "..%2f", "x" * 3000, "' OR 1=1 --"])
def test_made_up_links_are_over(cast: Cast, client: Any, path: str, token: str) -> None:
    assert client.get(f"/account/{path}/{token}").status_code == 404
    assert client.post(f"/account/{path}/{token}", data={"password": PASSWORD}).status_code == 404


def test_floods_of_mails_are_limited(cast: Cast, app: Any, mails: Any) -> None:
    statuses = [
        app.test_client()
        .post("/account/reset", data={"email": EMAIL}, environ_base={"REMOTE_ADDR": f"10.0.0.{n}"})
        .status_code
        for n in range(7)
    ]
    assert statuses == [303] * 6 + [429]
    statuses = [
        app.test_client()
        .post("/account/reset", data={"email": f"x{n}@contoh.example"}, environ_base={"REMOTE_ADDR": "10.0.9.9"})
        .status_code
        for n in range(7)
    ]
    assert statuses == [303] * 6 + [429]
    assert len(mails()) == 6


def test_registrations_are_limited(cast: Cast, app: Any) -> None:
    statuses = [
        app.test_client().post("/account/registration", data={**NEW, "email": f"w{n}@contoh.example"}).status_code
        for n in range(21)
    ]
    assert statuses == [303] * 20 + [429]


def test_two_registrations_of_one_address_make_one_person(cast: Cast, client: Any) -> None:
    assert [client.post("/account/registration", data=NEW).status_code for _ in range(2)] == [303, 303]
    assert db.session.scalar(db.select(db.func.count()).where(User.email == NEW["email"])) == 1


def test_the_unconfirmed_see_a_gentle_notice_and_can_have_the_mail_again(cast: Cast, enter: Any, mails: Any) -> None:
    with transaction():
        db.session.get(User, cast.sari.id).confirmed_at = None
    client = enter()
    assert 'action="/account/confirmation"' in client.get("/account/").text
    assert client.post("/account/confirmation", data={"form_token": client.form_token}).status_code == 303
    link = mails()[-1].link
    assert client.post(link, data={"form_token": client.form_token}).headers["Location"] == "/account/"
    assert 'action="/account/confirmation"' not in client.get("/account/").text
    again = client.post("/account/confirmation", data={"form_token": client.form_token})
    assert again.status_code == 303
    assert len(mails()) == 1
