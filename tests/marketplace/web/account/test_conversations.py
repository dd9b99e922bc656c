"""Writing to a shop: from the page of a piece, as a guest who signs in first, about an order; and answering."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from catalog.db import db, transaction
from marketplace.conversations.models import Attachment, Conversation, Post, PostReport
from marketplace.conversations.services import mark_read
from marketplace.orders.access import access_token
from marketplace.sellers.services import suspend
from tests import factories
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, guest, of, orders_of
from tests.marketplace.conversations.talk import answer, ask, begin, here, me
from tests.marketplace.web.seller.conftest import jpeg

LEAK = "Hubungi saya di 0812 3456 7890"


@pytest.fixture
def sari(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> FlaskClient:
    return sign_in(cast.sari)


@pytest.fixture
def ratna(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> FlaskClient:
    return sign_in(cast.ratna)


def post(client: FlaskClient, address: str, **fields: Any) -> Any:
    token = getattr(client, "form_token", "")
    return client.post(address, data={"form_token": token, **fields})


def question(cast: Cast) -> str:
    return f"/products/{cast.shawl.slug}-{cast.shawl.code}/questions"


def texts() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(Post.text).order_by(Post.id)))


class TestAsking:
    def test_the_page_of_a_piece_asks_and_stays_the_same_for_everybody(
        self, cast: Cast, client: FlaskClient, sari: FlaskClient
    ) -> None:
        page = f"/products/{cast.shawl.slug}-{cast.shawl.code}"
        for one in (client, sari):
            assert f'action="{question(cast)}"' in one.get(page).text
        assert "public" in client.get(page).headers["Cache-Control"]

    def test_goes_straight_into_a_thread(self, cast: Cast, sari: FlaskClient) -> None:
        answer = post(sari, question(cast), text="Apakah ada yang merah?")
        assert answer.status_code == 303
        page = sari.get(answer.location)
        assert "Apakah ada yang merah?" in page.text and "Sanggar Contoh Ratna" in page.text

    def test_a_guest_signs_in_and_finds_what_was_typed(self, app: Flask, cast: Cast, client: FlaskClient) -> None:
        away = post(client, question(cast), text="Apakah ada <b>merah</b>?")
        door = client.get(away.location)
        assert "/account/session/new?next=" in door.location
        form = {"email": "sari@contoh.example", "password": factories.PASSWORD, "next": away.location}
        back = client.post("/account/session", data=form)
        assert back.location == away.location
        page = client.get(back.location).text
        assert "Apakah ada &lt;b&gt;merah&lt;/b&gt;?" in page and "message-form__hint" not in page
        token = re.findall(r'name="form_token" value="([^"]+)"', page)[0]
        sent = client.post(
            "/account/conversations",
            data={"form_token": token, "product": cast.shawl.code, "text": "Apakah ada merah?"},
        )
        assert sent.status_code == 303 and texts() == ["Apakah ada merah?"]
        assert "Apakah ada" not in client.get(f"/account/conversations/new?product={cast.plaque.code}").text

    def test_a_new_account_finds_it_too(self, app: Flask, cast: Cast, client: FlaskClient) -> None:
        """Registering signs nobody in; the browser keeps the words until the person comes in."""
        away = post(client, question(cast), text="Ada yang merah?")
        fields = {
            "name": "Wulan",
            "email": "wulan@contoh.example",
            "password": "kain-merah-dari-mentok",
            "next": away.location,
        }
        assert client.post("/account/registration", data=fields).status_code == 303
        client.post("/account/session", data=fields)
        assert "Ada yang merah?" in client.get(away.location).text

    def test_nothing_typed_leads_to_the_form(self, cast: Cast, sari: FlaskClient) -> None:
        answer = post(sari, question(cast), text="  ")
        assert answer.location.endswith(f"/account/conversations/new?product={cast.shawl.code}")
        assert texts() == []

    def test_a_leak_leads_to_the_form_with_the_hint(self, cast: Cast, sari: FlaskClient) -> None:
        answer = post(sari, question(cast), text=LEAK)
        page = sari.get(answer.location).text
        assert "message-form__hint" in page and LEAK in page and texts() == []

    def test_an_open_thread_is_gone_on_with(self, cast: Cast, sari: FlaskClient) -> None:
        code = ask(cast).conversation.code
        answer = sari.get(f"/account/conversations/new?product={cast.shawl.code}")
        assert answer.location == f"/account/conversations/{code}#end"

    def test_a_shops_own_people_are_told(self, cast: Cast, ratna: FlaskClient) -> None:
        page = post(ratna, "/account/conversations", product=cast.shawl.code, text="Halo saya sendiri")
        assert page.status_code == 422 and "Ini toko Anda sendiri" in page.text

    @pytest.mark.parametrize("subject", ["", "?product=zzzzzzzzzz", "?order=zzzzzzzzzz"])
    def test_about_nothing_is_not_found(self, cast: Cast, sari: FlaskClient, subject: str) -> None:
        assert sari.get(f"/account/conversations/new{subject}").status_code == 404


class TestAboutAnOrder:
    def test_its_buyer_and_the_bearer_of_its_link(
        self, app: Flask, cast: Cast, sari: FlaskClient, sign_in: Any
    ) -> None:
        mine = buy(of(cast.sari), (cast.shawl, 1)).purchase
        order = orders_of(mine)[0].code
        token = access_token(app.extensions["house"].settings.secret_key, mine.code)
        assert f"order={order}" in sari.get(f"/purchases/{mine.code}").text
        assert sari.get(f"/account/conversations/new?order={order}").status_code == 200
        budi = sign_in(cast.budi)
        assert budi.get(f"/account/conversations/new?order={order}").status_code == 404
        assert budi.get(f"/account/conversations/new?order={order}&token={token[:-1]}x").status_code == 404
        assert budi.get(f"/account/conversations/new?order={order}&token={token}").status_code == 200
        assert post(budi, "/account/conversations", order=order, text="Halo").status_code == 404
        assert post(sari, "/account/conversations", order=order, text="Kapan dikirim?").status_code == 303
        assert db.session.scalars(select(Conversation.order_code)).one() == order

    def test_the_shop_writes_first(self, cast: Cast, ratna: FlaskClient, sari: FlaskClient, sign_in: Any) -> None:
        order = orders_of(buy(of(cast.sari), (cast.shawl, 1)).purchase)[0].code
        address = f"/seller/{cast.ratnas.code}/orders/{order}/conversation"
        assert "Selendang" in ratna.get(address).text
        assert post(ratna, address, text="Benangnya baru tiba besok, Bu.").status_code == 303
        assert ratna.get(address).status_code == 303
        assert "bell__count" in sari.get("/account/").text
        assert "Benangnya baru tiba" in sari.get("/account/conversations").text
        assert post(sign_in(cast.budi), address, text="x").status_code == 404

    def test_a_guest_cannot_be_written_to(self, cast: Cast, ratna: FlaskClient) -> None:
        with transaction():
            somebody = guest()
        order = orders_of(buy(somebody, (cast.shawl, 1)).purchase)[0].code
        assert ratna.get(f"/seller/{cast.ratnas.code}/orders/{order}/conversation").status_code == 409
        assert f"orders/{order}/conversation" not in ratna.get(f"/seller/{cast.ratnas.code}/orders/{order}").text


class TestAnswering:
    def test_both_sides_and_their_counts(self, cast: Cast, sari: FlaskClient, ratna: FlaskClient) -> None:
        code = ask(cast).conversation.code
        desk = f"/seller/{cast.ratnas.code}"
        assert "desk__count" in ratna.get(f"{desk}/conversations").text
        assert post(ratna, f"{desk}/conversations/{code}/posts", text="Ada, Bu.").status_code == 303
        assert "desk__count" not in ratna.get(f"{desk}/conversations").text
        page = sari.get(f"/account/conversations/{code}").text
        assert "Ada, Bu." in page and "read-mark" in page and 'Pesan <span class="tabs__count">1</span>' in page
        assert post(sari, f"/account/conversations/{code}/reading").status_code == 303
        assert "<read-mark" not in sari.get(f"/account/conversations/{code}").text

    def test_opening_a_thread_changes_nothing(self, cast: Cast, ratna: FlaskClient) -> None:
        code = ask(cast).conversation.code
        for _ in range(2):
            assert "<read-mark" in ratna.get(f"/seller/{cast.ratnas.code}/conversations/{code}").text

    def test_the_shop_sees_the_first_name_of_who_only_asks(self, app: Flask, cast: Cast, ratna: FlaskClient) -> None:
        with transaction():
            me(cast.sari).name = "Sari Puspita Utami"
        code = ask(cast).conversation.code
        page = ratna.get(f"/seller/{cast.ratnas.code}/conversations/{code}").text
        assert "Sari" in page and "Puspita" not in page

    def test_hostile_words_stay_text_and_only_our_links_are_links(self, cast: Cast, sari: FlaskClient) -> None:
        text = "<script>alert(1)</script> http://evil.example/x http://localhost.evil.example http://localhost/products/x-abc."
        code = ask(cast, text).conversation.code
        page = sari.get(f"/account/conversations/{code}").text
        assert "<script>alert" not in page
        assert 'href="http://evil' not in page and 'href="http://localhost.evil' not in page
        assert '<a href="http://localhost/products/x-abc">http://localhost/products/x-abc</a>.' in page

    def test_a_suspended_shop_can_only_be_read(self, cast: Cast, sari: FlaskClient) -> None:
        code = ask(cast).conversation.code
        with transaction():
            suspend(here(cast.ratnas), me(cast.tono), "Barang tidak sesuai keterangan")
        page = sari.get(f"/account/conversations/{code}")
        assert page.status_code == 200 and "message-form" not in page.text
        refused = post(sari, f"/account/conversations/{code}/posts", text="Halo?")
        assert refused.status_code == 422 and len(texts()) == 1

    def test_long_threads_are_read_in_stretches(self, cast: Cast, sari: FlaskClient, count_queries: Any) -> None:
        for number in range(3):
            for _ in range(15):
                ask(cast, f"Pertanyaan {number} {_}")
            answer(cast, f"Jawaban {number}")
        code = db.session.scalars(select(Conversation.code)).one()
        with count_queries(at_most=9):
            page = sari.get(f"/account/conversations/{code}").text
        assert page.count("thread__post") >= 40 and "Pertanyaan 0 0" not in page
        earlier = re.findall(r'href="([^"]+before=[^"]+)"', page)[0]
        assert "Pertanyaan 0 0" in sari.get(earlier).text

    def test_the_inbox_keeps_its_query_budget(self, cast: Cast, sari: FlaskClient, count_queries: Any) -> None:
        with transaction():
            pieces = [factories.product(here(cast.ratnas), f"Kain {number}") for number in range(6)]
            for piece in pieces:
                from marketplace.conversations import services
                from marketplace.conversations.models import Side

                services.say(begin(cast, product=piece), me(cast.sari), Side.BUYER, "Masih ada?")
        with count_queries(at_most=7):
            assert sari.get("/account/conversations").text.count("conversation-row__title") == 6


class TestTheHint:
    def test_comes_once_and_does_not_stop_anybody(self, cast: Cast, sari: FlaskClient) -> None:
        code = ask(cast).conversation.code
        address = f"/account/conversations/{code}/posts"
        hinted = post(sari, address, text=LEAK)
        assert hinted.status_code == 422 and LEAK in hinted.text and 'name="hinted" value="y"' in hinted.text
        assert len(texts()) == 1
        assert post(sari, address, text=LEAK, hinted="y").status_code == 303
        assert texts()[-1] == LEAK
        flagged = db.session.scalars(select(PostReport)).one()
        assert flagged.reporter_id is None and flagged.note == "phone"

    def test_is_not_shown_for_ordinary_trade(self, cast: Cast, sari: FlaskClient) -> None:
        code = ask(cast).conversation.code
        text = "Harganya Rp1.250.000, NIB 9120001234567, resi JP1234567890, kode pos 33311"
        assert post(sari, f"/account/conversations/{code}/posts", text=text).status_code == 303

    def test_a_card_number_is_hidden_and_its_owner_told(self, cast: Cast, sari: FlaskClient) -> None:
        code = ask(cast).conversation.code
        sent = post(sari, f"/account/conversations/{code}/posts", text="4111 1111 1111 1111")
        assert texts()[-1] == "•••• •••• •••• ••••"
        assert "kami sembunyikan" in sari.get(sent.location).text


class TestPictures:
    def test_are_seen_by_the_two_sides_and_by_nobody_else(
        self, app: Flask, cast: Cast, sari: FlaskClient, ratna: FlaskClient, client: FlaskClient, sign_in: Any
    ) -> None:
        code = ask(cast).conversation.code
        sent = post(sari, f"/account/conversations/{code}/posts", text="Seperti ini", pictures=[(jpeg(), "foto.jpg")])
        assert sent.status_code == 303
        (picture,) = db.session.scalars(select(Attachment.code))
        address = f"/account/attachments/{picture}"
        for one in (sari, ratna):
            for size in ("", "?size=small"):
                answer = one.get(address + size)
                assert answer.status_code == 200
                assert answer.headers["Cache-Control"] == "private, no-store"
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.content_type in ("image/jpeg", "image/webp")
        for one in (cast.budi, cast.dewi, cast.hasan, cast.tono):
            assert sign_in(one).get(address).status_code == 404
        assert client.get(address).status_code == 303
        kept = db.session.scalars(select(Attachment)).one()
        for name in kept.names():
            assert client.get(f"/media/{name.removeprefix('conversations/')}").status_code == 404
            assert client.get(f"/media/{name}").status_code == 404

    def test_a_hint_keeps_them_until_the_message_is_sent(self, cast: Cast, sari: FlaskClient) -> None:
        code = ask(cast).conversation.code
        address = f"/account/conversations/{code}/posts"
        hinted = post(sari, address, text=LEAK, pictures=[(jpeg(), "a.jpg")])
        (picture,) = re.findall(r'name="kept" value="([^"]+)"', hinted.text)
        assert hinted.status_code == 200 and sari.get(f"/account/attachments/{picture}").status_code == 200
        assert post(sari, address, text="Seperti ini saja", hinted="y", kept=picture).status_code == 303
        assert db.session.scalars(select(Attachment)).one().post_id is not None

    def test_what_is_none_is_refused_by_name_and_the_words_stay(self, cast: Cast, sari: FlaskClient) -> None:
        import io

        code = ask(cast).conversation.code
        page = post(
            sari, f"/account/conversations/{code}/posts", text="Lihat ini",
            pictures=[(io.BytesIO(b"<script>alert(1)</script>"), "<b>evil</b>.jpg")],
        )  # fmt: skip
        assert page.status_code == 422 and "Lihat ini" in page.text and "<b>evil" not in page.text
        assert len(texts()) == 1

    def test_anothers_draft_cannot_be_sent(self, cast: Cast, sari: FlaskClient, sign_in: Any) -> None:
        code = ask(cast).conversation.code
        post(sari, f"/account/conversations/{code}/posts", text=LEAK, pictures=[(jpeg(), "a.jpg")])
        draft = db.session.scalars(select(Attachment.code)).one()
        budi = sign_in(cast.budi)
        assert budi.get(f"/account/attachments/{draft}").status_code == 404
        post(budi, "/account/conversations", product=cast.shawl.code, text="Halo", kept=draft)
        assert db.session.scalars(select(Attachment)).one().post_id is None


class TestReporting:
    def test_from_both_sides(self, cast: Cast, sari: FlaskClient, ratna: FlaskClient) -> None:
        asked, answered = ask(cast).code, answer(cast).code
        for one, code, back in ((ratna, asked, "/seller/"), (sari, answered, "/account/")):
            assert one.get(f"/account/posts/{code}/reports/new").status_code == 200
            done = post(one, f"/account/posts/{code}/reports", reason="spam")
            assert done.status_code == 303 and done.location.startswith(back)
            assert post(one, f"/account/posts/{code}/reports", reason="spam").status_code == 409
        assert len(db.session.scalars(select(PostReport)).all()) == 2

    def test_ones_own_and_anothers_do_not_exist(self, cast: Cast, sari: FlaskClient, sign_in: Any) -> None:
        code = ask(cast).code
        for one in (sari, sign_in(cast.budi), sign_in(cast.tono)):
            assert one.get(f"/account/posts/{code}/reports/new").status_code == 404
            assert post(one, f"/account/posts/{code}/reports", reason="spam").status_code == 404

    def test_the_operator_reads_the_thread_and_removes_the_message(
        self, cast: Cast, sari: FlaskClient, ratna: FlaskClient, sign_in: Any
    ) -> None:
        asked = ask(cast, "Kata yang tidak pantas")
        thread = asked.conversation.code
        post(ratna, f"/account/posts/{asked.code}/reports", reason="insult", note="Menghina ibu saya")
        tono = sign_in(cast.tono)
        (code,) = db.session.scalars(select(PostReport.code))
        assert "Kata yang tidak pantas" in tono.get(f"/operator/reports/{code}").text
        refused = post(tono, f"/operator/reports/{code}/decision", decision="removed", answer="")
        assert refused.status_code == 422
        done = post(tono, f"/operator/reports/{code}/decision", decision="removed", answer="Bahasanya kasar sekali")
        assert done.status_code == 303
        for one, page in (
            (sari, f"/account/conversations/{thread}"),
            (ratna, f"/seller/{cast.ratnas.code}/conversations"),
        ):
            assert "Kata yang tidak pantas" not in one.get(page).text
        assert "Kata yang tidak pantas" in tono.get(f"/operator/reports/{code}").text
        assert "Bahasanya kasar sekali" in sari.get("/account/notifications").text


class TestFloods:
    def test_are_stopped_per_person(self, app: Flask, cast: Cast, sari: FlaskClient, ratna: FlaskClient) -> None:
        code = ask(cast).conversation.code
        answers = [post(sari, f"/account/conversations/{code}/posts", text=f"Halo {n}").status_code for n in range(12)]
        assert answers[:9] == [303] * 9 and answers[-1] == 429
        assert post(ratna, f"/seller/{cast.ratnas.code}/conversations/{code}/posts", text="Ya?").status_code == 303

    def test_of_guests_are_stopped_per_address(self, cast: Cast, client: FlaskClient) -> None:
        answers = [client.post(question(cast), data={"text": f"Halo {n}"}).status_code for n in range(12)]
        assert answers[-1] == 429


def test_a_thread_that_was_read_elsewhere_is_read_everywhere(cast: Cast, ratna: FlaskClient) -> None:
    ask(cast)
    with transaction():
        from marketplace.conversations.models import Side

        mark_read(begin(cast), Side.SELLER)
    assert "desk__count" not in ratna.get(f"/seller/{cast.ratnas.code}/").text
