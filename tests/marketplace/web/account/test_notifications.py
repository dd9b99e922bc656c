"""A person's notifications: reading them, choosing mails, leaving by a link; nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import db, transaction
from marketplace.accounts.models import User
from marketplace.notifications import notify
from marketplace.notifications.leaving import leaving_token, read_token
from marketplace.notifications.models import Notification
from marketplace.notifications.queries import wants_mail
from marketplace.sellers.models import Seller
from tests.cast import Cast

PIECE = {
    "piece": {"title": "Kain cual", "title_en": "Cual cloth", "address": "kain-cual-abc", "code": "abc"},
    "reason": "",
}


@pytest.fixture
def ratna(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> FlaskClient:
    return sign_in(cast.ratna)


def tell(cast: Cast, subject: str = "one", kind: str = "product-approved") -> Notification:
    with transaction():
        (told,) = notify(db.session.get_one(Seller, cast.ratnas.id), kind, subject, PIECE)
    return told


def post(client: FlaskClient, address: str, **fields: Any) -> Any:
    return client.post(address, data={"form_token": client.form_token, **fields})  # type: ignore[attr-defined]


def link(app: Flask, person: User, kind: str = "product-approved") -> str:
    return leaving_token(app.extensions["house"].settings.secret_key, person.code, kind)


class TestReading:
    def test_speaks_the_language_of_the_page(self, cast: Cast, ratna: FlaskClient) -> None:
        tell(cast)
        assert "On show: Cual cloth" in ratna.get("/en/account/notifications").text
        assert "Kain cual" in ratna.get("/account/notifications").text

    def test_opening_one_marks_it_and_leads_on(self, cast: Cast, ratna: FlaskClient) -> None:
        told = tell(cast)
        assert "bell__count" in ratna.get("/account/").text
        answer = post(ratna, f"/account/notifications/{told.code}/reading")
        assert (answer.status_code, answer.location) == (303, "/products/kain-cual-abc")
        assert "bell__count" not in ratna.get("/account/").text

    def test_opening_the_list_marks_nothing(self, cast: Cast, ratna: FlaskClient) -> None:
        tell(cast)
        for _ in range(2):
            assert "1 is unread" in ratna.get("/en/account/notifications").text

    def test_all_at_once(self, cast: Cast, ratna: FlaskClient) -> None:
        tell(cast, "one")
        tell(cast, "two")
        assert post(ratna, "/account/notifications/reading").status_code == 303
        assert "Everything is read" in ratna.get("/en/account/notifications").text

    def test_anothers_does_not_exist(self, cast: Cast, sign_in: Any) -> None:
        told = tell(cast)
        budi = sign_in(cast.budi)
        assert post(budi, f"/account/notifications/{told.code}/reading").status_code == 404
        assert "Kain cual" not in budi.get("/account/notifications").text
        assert db.session.get_one(Notification, told.id).is_unread

    def test_says_what_became_of_the_mail(self, cast: Cast, ratna: FlaskClient, work: Callable[[], int]) -> None:
        tell(cast)
        assert "Mail on its way" in ratna.get("/en/account/notifications").text
        work()
        assert "Also sent by mail" in ratna.get("/en/account/notifications").text

    def test_a_kind_of_an_earlier_time_breaks_nothing(self, cast: Cast, ratna: FlaskClient) -> None:
        told = tell(cast)
        with transaction():
            db.session.get_one(Notification, told.id).kind = "gone-for-good"
        assert "from an earlier time" in ratna.get("/en/account/notifications").text
        assert post(ratna, f"/account/notifications/{told.code}/reading").location == "/account/notifications"

    def test_hostile_words_stay_text(self, cast: Cast, ratna: FlaskClient) -> None:
        hostile = {"piece": {**PIECE["piece"], "title": "<script>alert(1)</script>"}, "reason": ""}  # type: ignore[dict-item]
        with transaction():
            notify(db.session.get_one(Seller, cast.ratnas.id), "product-approved", "evil", hostile)
        page = ratna.get("/account/notifications").text
        assert "<script>alert" not in page and "&lt;script&gt;" in page

    def test_pages_by_key_within_the_query_budget(self, cast: Cast, ratna: FlaskClient, count_queries: Any) -> None:
        for number in range(25):
            tell(cast, f"n{number}")
        with count_queries(at_most=9):
            page = ratna.get("/account/notifications").text
        assert page.count("notification__open") == 20 and "?after=" in page

    def test_the_shared_page_knows_nothing_of_it(self, cast: Cast, client: FlaskClient) -> None:
        tell(cast)
        assert 'class="bell"' not in client.get("/").text


class TestPreferences:
    def test_what_can_be_switched_off_is_a_box_and_the_rest_says_why(self, cast: Cast, ratna: FlaskClient) -> None:
        page = ratna.get("/en/account/preferences").text
        assert 'value="product-approved" checked' in page
        assert 'value="order-new"' not in page and "A buyer waits for you, and there is a deadline." in page
        assert "When you sell" in page and "As an operator" not in page

    def test_are_kept(self, cast: Cast, ratna: FlaskClient) -> None:
        post(ratna, "/account/preferences", mail="order-shipped")
        page = ratna.get("/account/preferences").text
        assert 'value="order-shipped" checked' in page and 'value="product-approved" checked' not in page
        assert not wants_mail(cast.ratna.id, "product-approved") and wants_mail(cast.ratna.id, "order-shipped")

    def test_what_matters_cannot_be_left_out_by_a_forged_form(self, cast: Cast, ratna: FlaskClient) -> None:
        post(ratna, "/account/preferences")
        assert wants_mail(cast.ratna.id, "order-new") and wants_mail(cast.ratna.id, "account-reset")


class TestLeaving:
    def test_opening_the_link_changes_nothing(self, app: Flask, cast: Cast, client: FlaskClient) -> None:
        page = client.get(f"/account/unsubscription/{link(app, cast.ratna)}")
        assert page.status_code == 200 and page.headers["Referrer-Policy"] == "no-referrer"
        assert wants_mail(cast.ratna.id, "product-approved")

    def test_one_post_of_a_mail_program_is_enough(self, app: Flask, cast: Cast, client: FlaskClient) -> None:
        """RFC 8058: no cookie, no token, one field, twice if it likes."""
        for _ in range(2):
            answer = client.post(
                f"/account/unsubscription/{link(app, cast.ratna)}", data={"List-Unsubscribe": "One-Click"}
            )
            assert answer.status_code == 200
        assert not wants_mail(cast.ratna.id, "product-approved")
        assert wants_mail(cast.budi.id, "product-approved")

    def test_anothers_browser_may_do_it_with_the_link(self, app: Flask, cast: Cast, sign_in: Any) -> None:
        assert post(sign_in(cast.sari), f"/account/unsubscription/{link(app, cast.ratna)}").status_code == 200

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda t: t[:-1],
            lambda t: t.replace("product-approved", "order-shipped"),
            lambda t: "x",
            lambda t: t + "A",
            lambda t: t.upper(),
        ],
    )
    def test_a_changed_link_leads_nowhere(self, app: Flask, cast: Cast, client: FlaskClient, spoil: Any) -> None:
        token = spoil(link(app, cast.ratna))
        assert client.get(f"/account/unsubscription/{token}").status_code == 404
        assert client.post(f"/account/unsubscription/{token}").status_code == 404

    def test_what_matters_has_no_link(self, app: Flask, cast: Cast, client: FlaskClient) -> None:
        assert client.post(f"/account/unsubscription/{link(app, cast.ratna, 'order-new')}").status_code == 404

    def test_a_token_names_its_person_and_kind(self) -> None:
        assert read_token("secret", leaving_token("secret", "abcdef", "order-shipped")) == ("abcdef", "order-shipped")
        assert read_token("other", leaving_token("secret", "abcdef", "order-shipped")) is None
