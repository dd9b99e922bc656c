"""Telling people: once, everybody whom it concerns and nobody else, in the transaction of the deed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Invalid
from catalog.money import Money
from marketplace.accounts.models import Role, User
from marketplace.accounts.services import disable
from marketplace.notifications import Reader, notify
from marketplace.notifications.kinds import KINDS, Audience, Channel
from marketplace.notifications.models import Dispatch, DispatchState, Notification, Preference
from marketplace.notifications.params import living, plain
from marketplace.notifications.queries import list_notifications, list_unread_at
from marketplace.notifications.services import forget_old, note, prefer, read
from marketplace.outbox.models import Message
from marketplace.sellers.models import MemberRole, Membership
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.notifications.post_office import PostOffice, work

PIECE = {
    "piece": {"title": "Kain cual", "title_en": "Cual cloth", "address": "kain-cual-abc", "code": "abc"},
    "reason": "",
}


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def letters() -> int:
    """How many letters are on their way; what the cast told the search is none."""
    return db.session.scalar(select(func.count()).where(Message.topic == "mail")) or 0


def reload(user: User) -> User:
    return db.session.get_one(User, user.id)


class TestWhoIsTold:
    def test_a_person(self, app: Flask, cast: Cast) -> None:
        with transaction():
            (told,) = notify(cast.sari, "account-known", "one")
        assert (told.user_id, told.kind, told.subject) == (cast.sari.id, "account-known", "one")
        assert told.params["name"] == "Sari" and told.in_app and told.is_unread

    def test_everybody_of_a_shop_and_no_other(self, app: Flask, cast: Cast) -> None:
        with transaction():
            helper = factories.user("Wati")
            factories.add(Membership(user_id=helper.id, seller_id=cast.ratnas.id, role=MemberRole.STAFF))
            told = notify(cast.ratnas, "product-approved", "one", PIECE)
        assert {one.user_id for one in told} == {cast.ratna.id, helper.id}
        assert all(one.params["seller_code"] == cast.ratnas.code and one.seller_id == cast.ratnas.id for one in told)
        assert list_unread_at(reload(cast.ratna), cast.ratnas.id)
        assert list_unread_at(reload(cast.budi), cast.budis.id) == []

    def test_everybody_with_a_role(self, app: Flask, cast: Cast) -> None:
        with transaction():
            told = notify(Role.OPERATOR, "shop-applied", "one", {"shop": "x", "code": "y"})
        assert [one.user_id for one in told] == [cast.tono.id]

    def test_a_guest_gets_a_mail_and_no_page(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        with transaction():
            (told,) = notify(Reader("hana@tamu.example", "en", "Hana"), "account-known", "one")
        assert told.user_id is None and not told.in_app
        work(app, office)
        assert office.to("hana@tamu.example")

    def test_nobody_whose_account_is_closed(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        with transaction():
            disable(reload(cast.ratna))
            assert notify(cast.ratnas, "product-approved", "one", PIECE) == []
            assert notify(reload(cast.ratna), "account-known", "two") == []

    def test_a_kind_that_is_not_in_the_table_is_a_mistake_of_the_house(self, app: Flask, cast: Cast) -> None:
        with pytest.raises(LookupError), transaction():
            notify(cast.sari, "nothing-like-it", "one")


@both_databases
class TestOnce:
    def test_nobody_is_told_the_same_twice(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        for _ in range(3):
            with transaction():
                notify(cast.ratnas, "product-approved", "one", PIECE)
        assert (count(Notification), count(Dispatch)) == (1, 1)
        work(app, office, 0, 6)
        assert len(office.sent) == 1

    def test_another_thing_is_told(self, app: Flask, cast: Cast) -> None:
        with transaction():
            notify(cast.ratnas, "product-approved", "one", PIECE)
            notify(cast.ratnas, "product-approved", "two", PIECE)
            notify(cast.ratnas, "product-refused", "one", PIECE)
        assert count(Notification) == 3

    def test_a_deed_that_is_undone_told_nobody(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        class Undone(Exception):
            pass

        with pytest.raises(Undone), transaction():
            notify(cast.sari, "account-known", "one")
            raise Undone
        assert (count(Notification), count(Dispatch), letters()) == (0, 0, 0)

    def test_somebody_who_joins_later_is_told_what_comes_then(self, app: Flask, cast: Cast) -> None:
        with transaction():
            notify(cast.ratnas, "product-approved", "one", PIECE)
        with transaction():
            helper = factories.user("Wati")
            factories.add(Membership(user_id=helper.id, seller_id=cast.ratnas.id, role=MemberRole.STAFF))
        with transaction():
            told = notify(cast.ratnas, "product-approved", "one", PIECE)
        assert [one.user_id for one in told] == [helper.id]


class TestPreferences:
    def test_a_kind_that_is_switched_off_sends_no_mail_and_stands_in_the_house(
        self, app: Flask, cast: Cast, office: PostOffice
    ) -> None:
        with transaction():
            prefer(reload(cast.ratna), "product-approved", False)
        with transaction():
            notify(cast.ratnas, "product-approved", "one", PIECE)
        work(app, office)
        assert office.sent == []
        (told,) = list_notifications(reload(cast.ratna))
        assert [one.state for one in told.dispatches] == [DispatchState.SKIPPED]

    def test_what_is_switched_off_before_sending_is_not_sent(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        with transaction():
            notify(cast.ratnas, "product-approved", "one", PIECE)
        with transaction():
            prefer(reload(cast.ratna), "product-approved", False)
        work(app, office)
        assert office.sent == []
        assert db.session.scalars(select(Dispatch.state)).one() is DispatchState.SKIPPED

    def test_it_is_one_persons_and_one_kinds(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        with transaction():
            prefer(reload(cast.ratna), "product-approved", False)
        with transaction():
            notify(cast.budis, "product-approved", "one", PIECE)
            notify(cast.ratnas, "product-refused", "two", PIECE)
        work(app, office)
        assert {one.to for one in office.sent} == {"budi@contoh.example", "ratna@contoh.example"}

    def test_it_may_be_switched_on_again(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        for wants in (False, False, True):
            with transaction():
                prefer(reload(cast.ratna), "product-approved", wants)
        assert count(Preference) == 1
        with transaction():
            notify(cast.ratnas, "product-approved", "one", PIECE)
        work(app, office)
        assert len(office.sent) == 1

    @pytest.mark.parametrize("kind", [one.name for one in KINDS.values() if not one.is_optional])
    def test_what_matters_cannot_be_switched_off(self, app: Flask, cast: Cast, kind: str) -> None:
        with pytest.raises(Invalid), transaction():
            prefer(reload(cast.ratna), kind, False)

    def test_an_unknown_kind_cannot_be_switched_off(self, app: Flask, cast: Cast) -> None:
        with pytest.raises(Invalid), transaction():
            prefer(reload(cast.ratna), "nothing-like-it", False)


class TestWhatIsKept:
    def test_the_secret_of_a_link_goes_with_the_mail_and_is_kept_nowhere(
        self, app: Flask, cast: Cast, office: PostOffice
    ) -> None:
        with transaction():
            notify(cast.sari, "account-reset", "one", {"minutes": 30}, {"token": "rahasia-sekali"})
        work(app, office)
        assert "rahasia-sekali" in office.sent[0].text
        db.session.rollback()
        kept = db.session.execute(select(Notification.params)).all() + db.session.execute(select(Message.payload)).all()
        assert "rahasia-sekali" not in str(kept)

    def test_values_come_out_as_they_went_in(self) -> None:
        value = {"sum": Money(1_250_000), "on": date(2026, 12, 1), "at": datetime(2026, 12, 1, 3, tzinfo=UTC),
                 "lines": [{"title": "Kain", "quantity": 2, "none": None, "yes": True}], "kind": Audience.BUYER}  # fmt: skip
        assert living(plain(value)) == value

    @pytest.mark.parametrize("value", [1.5, {1, 2}, object(), b"bytes"])
    def test_what_cannot_travel_is_refused_at_once(self, value: Any) -> None:
        with pytest.raises(TypeError):
            plain({"value": value})

    def test_a_year_later_it_is_forgotten(self, app: Flask, cast: Cast) -> None:
        with clock.frozen(clock.now() - timedelta(days=366)), transaction():
            notify(cast.sari, "account-known", "old")
        with transaction():
            notify(cast.sari, "account-known", "new")
        with transaction():
            assert forget_old() == 1
        assert [one.subject for one in list_notifications(reload(cast.sari))] == ["new"]
        assert count(Dispatch) == 1


class TestReading:
    def test_reading_ones_own_leaves_the_others(self, app: Flask, cast: Cast) -> None:
        with transaction():
            (mine,) = notify(cast.sari, "account-known", "one")
            notify(cast.sari, "account-known", "two")
            (theirs,) = notify(cast.budi, "account-known", "three")
        with transaction():
            assert read(reload(cast.sari), [mine.code, theirs.code]) == 1
        assert count_unread(cast.sari) == 1 and count_unread(cast.budi) == 1
        with transaction():
            assert read(reload(cast.sari)) == 1
        assert count_unread(cast.sari) == 0 and count_unread(cast.budi) == 1

    def test_the_newest_stand_first(self, app: Flask, cast: Cast) -> None:
        for subject in ("one", "two", "three"):
            with transaction():
                notify(cast.sari, "account-known", subject)
        rows = list_notifications(reload(cast.sari), limit=2)
        assert [one.subject for one in rows] == ["three", "two"]
        assert [one.subject for one in list_notifications(reload(cast.sari), rows[-1].code)] == ["one"]


def count_unread(user: User) -> int:
    from marketplace.notifications.queries import unread_of

    return db.session.scalar(select(unread_of(user.id))) or 0


class TestTheLog:
    def test_a_mail_that_left(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        with transaction():
            notify(cast.sari, "account-known", "one")
        assert dispatch().state is DispatchState.QUEUED
        work(app, office)
        line = dispatch()
        assert (line.state, line.attempts, line.address) == (DispatchState.SENT, 1, "sari@contoh.example")
        assert line.sent_at is not None and line.code in office.sent[0].message_id

    def test_a_prepared_message_for_whatsapp_is_one_for_the_shop(self, app: Flask, cast: Cast) -> None:
        with transaction():
            helper = factories.user("Wati")
            factories.add(Membership(user_id=helper.id, seller_id=cast.ratnas.id, role=MemberRole.STAFF))
            notify(cast.ratnas, "product-refused", "one", PIECE)
        db.session.rollback()
        prepared = db.session.scalars(select(Dispatch).where(Dispatch.channel == Channel.WHATSAPP)).one()
        assert prepared.address == cast.ratnas.phone and prepared.state is DispatchState.QUEUED

    def test_a_long_or_odd_reason_fits(self, app: Flask, cast: Cast) -> None:
        with transaction():
            (told,) = notify(cast.sari, "account-known", "one")
        with transaction():
            assert note(told.dispatches[0].code, DispatchState.FAILED, 12, "a\r\nb " * 200)
            assert not note("0" * 20, DispatchState.FAILED)
        assert len(dispatch().reason) == 300 and "\n" not in dispatch().reason


def dispatch() -> Dispatch:
    db.session.expire_all()
    return db.session.scalars(select(Dispatch)).one()
