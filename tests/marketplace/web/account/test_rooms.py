"""A signed-in person's own pages."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.db import db, transaction
from marketplace.accounts.models import Role, RoleGrant, User
from marketplace.accounts.queries import find_by_email, list_sessions
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.account.conftest import EMAIL, form_token, inputs

PASSWORD = "kain hujan senja"
PAGES = [
    "/account/",
    "/account/profile",
    "/account/profile/edit",
    "/account/email/edit",
    "/account/password/edit",
    "/account/sessions",
    "/account/purchases",
]


@pytest.mark.parametrize("path", PAGES)
def test_each_room_asks_who_you_are(cast: Cast, client: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/account/session/new?next=/account/")


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PAGES)
def test_each_room_opens_with_few_queries(cast: Cast, enter: Any, path: str, prefix: str, count_queries: Any) -> None:
    client = enter()
    with count_queries(at_most=9):
        page = client.get(prefix + path)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1


def test_the_name_and_the_language_of_mails_change(cast: Cast, enter: Any) -> None:
    client = enter()
    answer = client.post(
        "/account/profile", data={"name": " Sari  Baru ", "locale": "en", "form_token": client.form_token}
    )
    assert answer.status_code == 303
    person = find_by_email(EMAIL)
    assert (person.name, person.locale) == ("Sari Baru", "en")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "data",
    [
        {"name": "", "locale": "id"},
        {"name": "Sari", "locale": "fr"},
        {"name": "Sari", "locale": ""},
        {"name": "<b>@</b>", "locale": "id"},
    ],
)
def test_refuses_what_is_no_name_and_no_language(cast: Cast, enter: Any, data: dict[str, str]) -> None:
    client = enter()
    answer = client.post("/account/profile", data=data | {"form_token": client.form_token})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text or "field__error" in answer.text


def test_fields_that_are_not_asked_for_change_nothing(cast: Cast, enter: Any) -> None:
    client = enter()
    extra = {
        "email": "x@y.example",
        "role": "operator",
        "disabled_at": "2026",
        "code": "aaaaaaaaaa",
        "confirmed_at": "",
    }
    client.post("/account/profile", data={"name": "Sari", "locale": "id", "form_token": client.form_token} | extra)
    person = db.session.get(User, cast.sari.id)
    assert (person.email, person.code, person.grants) == (EMAIL, cast.sari.code, [])


def test_another_password_keeps_this_browser_with_a_new_cookie_and_ends_all_others(
    cast: Cast, app: Any, enter: Any, mails: Any
) -> None:
    here, there = enter(), enter()
    thief = app.test_client()
    thief.set_cookie("kriyaloka", here.get_cookie("kriyaloka").value)
    wrong = here.post(
        "/account/password",
        data={"present_password": "salah benar", "password": PASSWORD, "form_token": here.form_token},
    )
    assert wrong.status_code == 422
    assert 'id="present_password-error"' in wrong.text
    assert PASSWORD not in wrong.text
    fields = inputs(wrong.text)
    assert fields["present_password"]["autocomplete"] == "current-password"
    assert fields["password"]["autocomplete"] == "new-password"
    right = here.post(
        "/account/password",
        data={"present_password": factories.PASSWORD, "password": PASSWORD, "form_token": here.form_token},
    )
    assert right.status_code == 303
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 303
    assert thief.get("/account/").status_code == 303
    assert mails()[-1].to == EMAIL


def test_another_address_by_the_link_in_the_new_mailbox(cast: Cast, app: Any, enter: Any, mails: Any) -> None:
    client = enter()
    data = {"email": "baru@contoh.example", "present_password": factories.PASSWORD, "form_token": client.form_token}
    assert client.post("/account/email", data=data | {"present_password": "salah benar"}).status_code == 422
    assert client.post("/account/email", data=data).status_code == 303
    letter = next(one for one in mails() if one.to == "baru@contoh.example")
    elsewhere = app.test_client()
    assert elsewhere.get(letter.link).status_code == 200
    assert find_by_email(EMAIL) is not None
    db.session.rollback()
    assert elsewhere.post(letter.link).status_code == 303
    assert find_by_email("baru@contoh.example") is not None
    db.session.rollback()
    assert elsewhere.post(letter.link).status_code == 404
    assert client.get("/account/").status_code == 200


def test_browsers_are_named_and_ended(cast: Cast, enter: Any) -> None:
    phone = enter(
        agent="Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36"
    )
    desk = enter(agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0")
    enter("budi@contoh.example")
    page = desk.get("/en/account/sessions").text
    assert "Samsung Internet on Android" in page
    assert "Firefox on Windows" in page
    assert page.count("This browser") == 1
    assert page.count('class="queue-row"') == 2
    phones = next(one.code for one in list_sessions(cast.sari) if "Samsung" in one.browser)
    budis = list_sessions(cast.budi)[0].code
    db.session.rollback()
    assert desk.post(f"/account/sessions/{budis}/removal", data={"form_token": desk.form_token}).status_code == 404
    assert desk.post(f"/account/sessions/{phones}/removal", data={"form_token": desk.form_token}).status_code == 303
    assert phone.get("/account/").status_code == 303
    third = enter()
    assert desk.post("/account/sessions/removal", data={"form_token": desk.form_token}).status_code == 303
    assert third.get("/account/").status_code == 303
    assert desk.get("/account/").status_code == 200
    own = list_sessions(cast.sari)[0].code
    db.session.rollback()
    assert desk.post(f"/account/sessions/{own}/removal", data={"form_token": desk.form_token}).status_code == 303
    assert desk.get("/account/").status_code == 303


def test_a_form_token_of_another_session_is_refused(cast: Cast, enter: Any) -> None:
    sari, budi = enter(), enter("budi@contoh.example")
    data = {"name": "Diganti", "locale": "id", "form_token": form_token(budi)}
    assert sari.post("/account/profile", data=data).status_code == 403
    assert find_by_email(EMAIL).name == "Sari"  # type: ignore[union-attr]


def test_the_overview_shows_the_desks_that_are_ones_own(cast: Cast, enter: Any) -> None:
    assert "/curator/" not in enter().get("/account/").text.split("<main")[1]
    with transaction() as session:
        session.add(RoleGrant(user_id=cast.ratna.id, role=Role.CURATOR))
    page = enter("ratna@contoh.example").get("/account/").text.split("<main")[1]
    assert "/curator/" in page
    assert f"/seller/{cast.ratnas.code}/" in page
    assert cast.budis.name not in page


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "%(name)s %s", "\u202esrever"]
)
def test_a_hostile_name_is_only_a_name(cast: Cast, enter: Any, mails: Any, name: str) -> None:
    with transaction():
        db.session.get(User, cast.sari.id).name = name
    client = enter()
    for path in PAGES:
        page = client.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    client.post("/account/reset", data={"email": EMAIL, "form_token": client.form_token})
    letter = mails()[-1]
    assert "<script>alert" not in letter.html
    assert "<img src=x" not in letter.html
