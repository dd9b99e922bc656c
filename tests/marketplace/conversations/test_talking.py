"""One thread per buyer, shop and subject; said once, counted for the other side, nothing for anybody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, TooMany
from catalog.media.storage import FolderStorage
from marketplace.conversations import services
from marketplace.conversations.models import Attachment, Conversation, Post, PostReport, ReportReason, Side
from marketplace.conversations.queries import (
    count_reports,
    count_unread_of,
    find_attachment_for,
    find_of_buyer,
    find_of_seller,
    find_post_for,
    list_of_buyer,
    list_of_seller,
    list_reports,
    read_thread,
    unread_of,
)
from marketplace.notifications.models import Notification
from marketplace.sellers.models import MemberRole, Membership, Seller
from marketplace.sellers.services import suspend
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of
from tests.marketplace.conversations.talk import answer, ask, begin, me, small_picture
from tests.marketplace.notifications.post_office import PostOffice, work


def waiting(person: Any) -> int:
    return db.session.scalar(select(unread_of(person.id))) or 0


def fresh(conversation: Conversation) -> Conversation:
    db.session.expire_all()
    return db.session.get_one(Conversation, conversation.id)


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "private", base=None)


@both_databases
class TestAThread:
    def test_is_one_per_buyer_shop_and_subject(self, app: Flask, cast: Cast) -> None:
        for _ in range(2):
            ask(cast, f"Pertanyaan {count(Post)}")
        with transaction():
            other = factories.product(db.session.get_one(Seller, cast.ratnas.id), "Kain cual biru")
            assert begin(cast, product=other).id != begin(cast).id
            assert begin(cast, buyer=cast.dewi).id != begin(cast).id
        assert count(Conversation) == 3

    def test_about_an_order_is_another_than_about_its_piece(self, app: Flask, cast: Cast) -> None:
        code = orders_of(buy(of(cast.sari), (cast.shawl, 1)).purchase)[0].code
        ask(cast)
        for _ in range(2):
            with transaction():
                talk = services.begin_about_order(
                    me(cast.sari), db.session.get_one(Seller, cast.ratnas.id), code, "Kain cual"
                )
                services.say(talk, me(cast.sari), Side.BUYER, f"Kapan dikirim? {count(Post)}")
        assert count(Conversation) == 2

    def test_the_database_refuses_a_second_one_and_one_about_nothing(self, app: Flask, cast: Cast) -> None:
        ask(cast)
        ids = {"buyer_id": cast.sari.id, "seller_id": cast.ratnas.id, "title": "Kain"}
        for wrong in ({**ids, "product_id": cast.shawl.id}, ids):
            with pytest.raises(IntegrityError), transaction() as session:
                session.add(Conversation(**wrong))
                session.flush()

    def test_counts_for_the_other_side_until_it_is_read_or_answered(self, app: Flask, cast: Cast) -> None:
        ask(cast)
        post = ask(cast, "Dan yang biru?")
        talk = post.conversation
        assert (waiting(cast.ratna), waiting(cast.sari), waiting(cast.budi)) == (1, 0, 0)
        assert (fresh(talk).seller_unread, fresh(talk).buyer_unread) == (2, 0)
        with transaction():
            services.mark_read(begin(cast), Side.SELLER)
        assert waiting(cast.ratna) == 0
        answer(cast)
        assert (waiting(cast.ratna), waiting(cast.sari)) == (0, 1)
        ask(cast, "Saya ambil dua.")
        assert (waiting(cast.ratna), waiting(cast.sari)) == (1, 0)

    def test_everybody_of_the_shop_sees_it_and_one_reading_is_enough(self, app: Flask, cast: Cast) -> None:
        with transaction():
            helper = factories.user("Wati")
            factories.add(Membership(user_id=helper.id, seller_id=cast.ratnas.id, role=MemberRole.STAFF))
        ask(cast)
        assert waiting(helper) == waiting(cast.ratna) == 1
        with transaction():
            services.say(begin(cast), me(helper), Side.SELLER, "Ada, Bu.")
        assert waiting(helper) == waiting(cast.ratna) == 0

    def test_the_inbox_shows_the_one_spoken_in_last_first_and_pages_by_key(self, app: Flask, cast: Cast) -> None:
        with transaction():
            shop = db.session.get_one(Seller, cast.ratnas.id)
            pieces = [factories.product(shop, f"Kain cual nomor {number}") for number in range(5)]
        for number, piece in enumerate(pieces):
            with clock.frozen(clock.now() - timedelta(hours=9 - number)), transaction():
                services.say(begin(cast, product=piece), me(cast.sari), Side.BUYER, "Masih ada?")
        with transaction():
            services.say(begin(cast, product=pieces[0]), me(cast.ratna), Side.SELLER, "Masih, Bu.")
        titles: list[str] = []
        after = None
        while rows := list_of_buyer(me(cast.sari), after, 2):
            titles += [one.title[-1] for one in rows]
            after = rows[-1].code
        assert titles == ["0", "4", "3", "2", "1"]
        assert [one.title[-1] for one in list_of_seller(me_shop(cast), unread=True)] == ["4", "3", "2", "1"]
        assert count_unread_of(me_shop(cast)) == 4

    def test_a_form_sent_twice_says_it_once(self, app: Flask, cast: Cast) -> None:
        first = ask(cast, "Masih ada?", once="abcdefgh12345678")
        again = ask(cast, "Masih ada?", once="abcdefgh12345678")
        assert first.id == again.id and count(Post) == 1
        assert fresh(first.conversation).seller_unread == 1

    def test_the_same_words_at_once_are_said_once(self, app: Flask, cast: Cast) -> None:
        ask(cast, "Masih ada?")
        ask(cast, "Masih ada?")
        assert count(Post) == 1
        with clock.frozen(clock.now() + timedelta(minutes=3)):
            ask(cast, "Masih ada?")
        assert count(Post) == 2


def me_shop(cast: Cast, name: str = "ratnas") -> Seller:
    return db.session.get_one(Seller, getattr(cast, name).id)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("text", "error"), [("", Invalid), ("  \n ", Invalid), ("\u200b\u200b", Invalid), ("x" * 2001, Invalid)]
    )
    def test_words_that_are_none_or_too_many(self, app: Flask, cast: Cast, text: str, error: type[DomainError]) -> None:
        with pytest.raises(error):
            ask(cast, text)
        assert count(Post) == 0

    def test_writing_to_ones_own_shop(self, app: Flask, cast: Cast) -> None:
        with pytest.raises(Invalid), transaction():
            begin(cast, buyer=cast.ratna)

    def test_a_flood(self, app: Flask, cast: Cast) -> None:
        for number in range(services.IN_A_ROW_MAX):
            ask(cast, f"Halo {number}")
        with pytest.raises(TooMany):
            ask(cast, "Halo lagi")
        answer(cast)
        ask(cast, "Terima kasih")

    def test_a_suspended_shops_threads_are_read_only(self, app: Flask, cast: Cast) -> None:
        ask(cast)
        with transaction():
            suspend(me_shop(cast), me(cast.tono), "Barang tidak sesuai keterangan")
        for speak in (ask, answer):
            with pytest.raises(Conflict):
                speak(cast, "Halo?")
        with pytest.raises(Conflict), transaction():
            begin(cast, buyer=cast.dewi)
        assert find_of_buyer(me(cast.sari), fresh(db.session.scalars(select(Conversation)).one()).code)

    def test_more_pictures_than_fit(self, app: Flask, cast: Cast, storage: FolderStorage) -> None:
        with pytest.raises(Invalid), transaction():
            pictures = [services.attach(storage, small_picture(f"p{n}"), me(cast.sari)) for n in range(5)]
            services.say(begin(cast), me(cast.sari), Side.BUYER, "", pictures)

    def test_anothers_picture_and_one_that_was_sent(self, app: Flask, cast: Cast, storage: FolderStorage) -> None:
        with transaction():
            budis = services.attach(storage, small_picture(), me(cast.budi))
            mine = services.attach(storage, small_picture(), me(cast.sari))
            services.say(begin(cast), me(cast.sari), Side.BUYER, "", [mine])
        for one in (budis, mine):
            with pytest.raises(NotFound), transaction():
                picture = db.session.get_one(Attachment, one.id)
                services.say(begin(cast), me(cast.sari), Side.BUYER, "Lihat", [picture])

    def test_pictures_that_are_never_sent(self, app: Flask, cast: Cast, storage: FolderStorage) -> None:
        with transaction():
            for number in range(services.DRAFTS_MAX):
                services.attach(storage, small_picture(f"p{number}"), me(cast.sari))
        with pytest.raises(Conflict), transaction():
            services.attach(storage, small_picture("one more"), me(cast.sari))


class TestNothingOfOnesReachesAnother:
    """Law L11, at the door of every query."""

    def test_threads_and_messages(self, app: Flask, cast: Cast) -> None:
        post = ask(cast)
        code = post.conversation.code
        assert find_of_buyer(me(cast.sari), code) and find_of_seller(me_shop(cast), code)
        for other in (cast.budi, cast.dewi, cast.hasan, cast.tono, cast.ratna):
            assert find_of_buyer(me(other), code) is None
            assert list_of_buyer(me(other)) == []
        assert find_of_seller(me_shop(cast, "budis"), code) is None
        assert list_of_seller(me_shop(cast, "budis")) == [] and count_unread_of(me_shop(cast, "budis")) == 0
        for other in (cast.budi, cast.dewi, cast.hasan, cast.tono):
            assert find_post_for(me(other), post.code) is None
            assert waiting(other) == 0

    def test_a_code_of_another_pages_nothing(self, app: Flask, cast: Cast) -> None:
        code = ask(cast).conversation.code
        assert list_of_buyer(me(cast.budi), after=code) == []
        assert list_of_seller(me_shop(cast, "budis"), after=code) == []
        assert read_thread(begin_budis(cast), before=db.session.scalars(select(Post.code)).first()).posts == []

    def test_pictures(self, app: Flask, cast: Cast, storage: FolderStorage) -> None:
        with transaction():
            sent = services.attach(storage, small_picture("one"), me(cast.sari))
            draft = services.attach(storage, small_picture("two"), me(cast.sari))
            services.say(begin(cast), me(cast.sari), Side.BUYER, "", [sent])
        for other in (cast.budi, cast.dewi, cast.hasan, cast.tono):
            assert find_attachment_for(me(other), sent.code) is None, "not even operators before somebody reports"
            assert find_attachment_for(me(other), draft.code) is None
        for side in (cast.sari, cast.ratna):
            assert find_attachment_for(me(side), sent.code)
        assert find_attachment_for(me(cast.sari), draft.code)
        assert find_attachment_for(me(cast.ratna), draft.code) is None

    def test_somebody_who_left_the_shop(self, app: Flask, cast: Cast) -> None:
        post = ask(cast)
        with transaction() as session:
            session.execute(db.delete(Membership).where(Membership.user_id == cast.ratna.id))
        assert find_post_for(me(cast.ratna), post.code) is None and waiting(cast.ratna) == 0


def begin_budis(cast: Cast) -> Conversation:
    with transaction():
        return begin(cast, product=cast.plaque, shop=cast.budis)


class TestWhatIsHidden:
    def test_card_numbers_are_never_stored(self, app: Flask, cast: Cast) -> None:
        ask(cast, "Kartu saya 4111 1111 1111 1111, exp 12/28")
        kept = db.session.execute(select(Post.text, Conversation.last_words).join(Conversation)).one()
        assert "4111 1111" not in str(kept) and "•••• •••• •••• ••••" in kept.text

    def test_a_way_around_the_house_goes_through_and_is_flagged(self, app: Flask, cast: Cast) -> None:
        post = ask(cast, "Hubungi saya di 0812 3456 7890")
        assert post.leaks == ["phone"]
        (flagged,) = list_reports()
        assert flagged.reason is ReportReason.CONTACT and flagged.reporter_id is None
        assert count_reports() == 0, "it does not press"

    def test_ordinary_words_are_not_flagged(self, app: Flask, cast: Cast) -> None:
        ask(cast, "NIB kami 9120001234567, harganya Rp1.250.000, resi JP1234567890")
        assert list_reports() == []


class TestMails:
    def test_leave_after_a_while_once_until_it_is_read(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        for number in range(3):
            ask(cast, f"Pertanyaan {number}")
        work(app, office, 0)
        assert office.sent == [], "they may be read at once"
        work(app, office, 6)
        assert [one.to for one in office.sent] == ["ratna@contoh.example"]
        assert "Sari" in office.sent[0].subject and "Selendang cual" in office.sent[0].text
        with clock.frozen(clock.now() + timedelta(minutes=10)):
            ask(cast, "Halo?")
        work(app, office, 30)
        assert len(office.sent) == 1, "nothing more before she has read"

    def test_do_not_leave_when_it_was_read_meanwhile(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        ask(cast)
        answer(cast)
        with transaction():
            services.mark_read(begin(cast), Side.BUYER)
        work(app, office, 6)
        assert office.sent == []

    def test_a_new_round_has_a_new_mail(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        ask(cast)
        work(app, office, 6)
        with clock.frozen(clock.now() + timedelta(hours=1)):
            answer(cast)
        work(app, office, 66)
        with clock.frozen(clock.now() + timedelta(hours=2)):
            ask(cast, "Saya ambil dua.")
        work(app, office, 126)
        assert [one.to for one in office.sent] == [
            "ratna@contoh.example", "sari@contoh.example", "ratna@contoh.example",
        ]  # fmt: skip

    def test_stand_in_the_inbox_and_not_under_the_bell(self, app: Flask, cast: Cast) -> None:
        ask(cast)
        assert not any(db.session.scalars(select(Notification.in_app)))


class TestReports:
    def test_reach_the_operator_once(self, app: Flask, cast: Cast) -> None:
        post = ask(cast, "Transfer saja ke rekening saya")
        with transaction():
            services.report(get(post), me(cast.ratna), Side.SELLER, "payment")
        with pytest.raises(Conflict), transaction():
            services.report(get(post), me(cast.ratna), Side.SELLER, "spam")
        assert count_reports() == 1
        told = db.session.scalars(select(Notification).where(Notification.kind == "message-reported")).one()
        assert told.user_id == cast.tono.id

    @pytest.mark.parametrize(
        ("reason", "note"), [("", ""), ("contact", ""), ("nonsense", ""), ("other", ""), ("spam", "x" * 501)]
    )
    def test_need_a_reason(self, app: Flask, cast: Cast, reason: str, note: str) -> None:
        post = ask(cast)
        with pytest.raises(Invalid), transaction():
            services.report(get(post), me(cast.ratna), Side.SELLER, reason, note)

    def test_are_about_the_other_side(self, app: Flask, cast: Cast) -> None:
        post = ask(cast)
        with pytest.raises(Forbidden), transaction():
            services.report(get(post), me(cast.sari), Side.BUYER, "spam")

    def test_a_removed_message_is_out_of_sight_and_its_author_is_told(
        self, app: Flask, cast: Cast, storage: FolderStorage
    ) -> None:
        with transaction():
            picture = services.attach(storage, small_picture(), me(cast.sari))
            post = services.say(begin(cast), me(cast.sari), Side.BUYER, "Kata yang tidak pantas", [picture])
            report = services.report(post, me(cast.ratna), Side.SELLER, "insult")
        assert find_attachment_for(me(cast.tono), picture.code)
        with transaction():
            found = db.session.get_one(PostReport, report.id)
            services.decide(found, me(cast.tono), "removed", "Bahasa seperti ini tidak kami terima")
        assert get(post).removed_at is not None and fresh(post.conversation).last_words == services.NOTHING_LEFT
        assert find_attachment_for(me(cast.ratna), picture.code) is None
        assert find_attachment_for(me(cast.sari), picture.code) is None
        assert find_attachment_for(me(cast.tono), picture.code)
        told = dict(db.session.execute(select(Notification.kind, Notification.user_id)).tuples().all())
        assert told["message-removed"] == cast.sari.id and told["report-decided"] == cast.ratna.id

    def test_an_inbox_shows_what_stands_after_the_last_words_were_removed(self, app: Flask, cast: Cast) -> None:
        with transaction():
            services.say(begin(cast), me(cast.sari), Side.BUYER, "Apakah ada yang merah?")
            post = services.say(begin(cast), me(cast.ratna), Side.SELLER, "Transfer saja ke rekening saya.")
            report = services.report(post, me(cast.sari), Side.BUYER, "payment")
            services.decide(report, me(cast.tono), "removed", "Dibayar di luar toko, itu tidak boleh.")
        left = fresh(post.conversation)
        assert (left.last_words, left.last_side) == ("Apakah ada yang merah?", Side.BUYER)

    def test_are_decided_once_by_operators_with_a_reason(self, app: Flask, cast: Cast) -> None:
        post = ask(cast)
        with transaction():
            report = services.report(get(post), me(cast.ratna), Side.SELLER, "spam")
        for operator, decision, words, error in (
            (cast.dewi, "kept", "", Forbidden),
            (cast.tono, "removed", "", Invalid),
            (cast.tono, "nonsense", "", Invalid),
            (cast.tono, "kept", "x" * 501, Invalid),
        ):
            with pytest.raises(error), transaction():
                services.decide(db.session.get_one(PostReport, report.id), me(operator), decision, words)
        with transaction():
            services.decide(db.session.get_one(PostReport, report.id), me(cast.tono), "kept")
        with pytest.raises(Conflict), transaction():
            services.decide(db.session.get_one(PostReport, report.id), me(cast.tono), "removed", "Alasan yang cukup")
        assert get(post).removed_at is None

    def test_one_decision_answers_everybody_who_pointed_at_it(self, app: Flask, cast: Cast) -> None:
        post = ask(cast, "WA 0812 3456 7890")
        with transaction():
            report = services.report(get(post), me(cast.ratna), Side.SELLER, "spam")
        with transaction():
            services.decide(db.session.get_one(PostReport, report.id), me(cast.tono), "kept")
        assert list_reports() == [] and len(list_reports(open_only=False)) == 2

    def test_people_come_before_the_house_and_pages_go_by_key(self, app: Flask, cast: Cast) -> None:
        flagged = ask(cast, "WA 0812 3456 7890")
        other = ask(cast, "Beli di toko lain saja")
        with transaction():
            services.report(get(other), me(cast.ratna), Side.SELLER, "spam")
        rows = list_reports()
        assert [one.post_id for one in rows] == [other.id, flagged.id]
        assert [one.post_id for one in list_reports(after=rows[0].code)] == [flagged.id]


def get(post: Post) -> Post:
    db.session.expire_all()
    return db.session.get_one(Post, post.id)


class TestSweeping:
    def test_takes_drafts_and_strays_and_leaves_what_was_sent(
        self, app: Flask, cast: Cast, storage: FolderStorage
    ) -> None:
        with transaction():
            sent = services.attach(storage, small_picture("sent"), me(cast.sari))
            services.say(begin(cast), me(cast.sari), Side.BUYER, "", [sent])
            services.attach(storage, small_picture("draft"), me(cast.sari))
        storage.put("conversations/aa/stray.jpg", b"x")
        storage.put("papers/permit.pdf", b"somebody else's")
        with transaction():
            assert services.sweep_drafts(storage) == 0, "a form may still be open"
        with clock.frozen(clock.now() + timedelta(days=3)), transaction():
            assert services.sweep_drafts(storage) == 3
        left = {one.name for one in storage.list()}
        assert {*sent.names(), "papers/permit.pdf"} == left
        assert count(Attachment) == 1
