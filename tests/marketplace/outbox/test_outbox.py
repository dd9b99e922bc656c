"""The outbox: at least once, never by two at a time, later and later after a failure, and at last by a person."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from catalog import clock
from catalog.db import db, transaction
from marketplace.outbox import services
from marketplace.outbox.models import Message
from marketplace.outbox.queries import count_messages, list_messages
from marketplace.outbox.services import LEASE, MAX_ATTEMPTS, drain, put, take
from tests.conftest import both_databases


def say(count: int = 1, topic: str = "word", **values: Any) -> None:
    with transaction():
        for number in range(count):
            put(topic, {"number": number}, **values)


def the_message() -> Message:
    db.session.rollback()
    return db.session.scalars(db.select(Message).order_by(Message.id.desc()).limit(1)).one()


def fail(message: Any) -> None:
    raise OSError("the mail server is away")


def test_a_message_of_a_rolled_back_deed_is_never_spoken(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        put("word", {})
        raise ZeroDivisionError
    assert take() == []


@both_databases
def test_a_key_speaks_once_for_ever(app: Flask) -> None:
    spoken: list[Any] = []
    say(key="order-paid:1")
    say(key="order-paid:1")
    drain({"word": spoken.append})
    say(key="order-paid:1")
    drain({"word": spoken.append})
    assert len(spoken) == 1
    with transaction():
        assert put("word", {}, key="order-paid:1") is False
        assert put("word", {}, key="order-paid:2") is True


def test_a_key_speaks_once_within_one_transaction(app: Flask) -> None:
    with transaction():
        put("word", {}, key="twice")
        assert put("word", {}, key="twice") is False


@both_databases
def test_two_workers_never_take_one_message(app: Flask) -> None:
    say(60)
    taken: list[int] = []
    start = threading.Barrier(4)

    def work() -> None:
        with app.app_context():
            start.wait(10)
            while batch := take(limit=5):
                taken.extend(one.id for one in batch)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 60


def test_a_dead_workers_lease_runs_out(app: Flask) -> None:
    say()
    (first,) = take()
    assert take() == [], "while it is leased nobody else takes it"
    with clock.frozen(clock.now() + LEASE + timedelta(seconds=1)):
        (second,) = take()
    assert (second.id, second.code, second.attempts) == (first.id, first.code, 2)


def test_a_slow_worker_cannot_unsay_what_another_has_done(app: Flask) -> None:
    """Its lease ran out, another carried the message out: its late failure changes nothing."""
    say()
    (slow,) = take()
    with clock.frozen(clock.now() + LEASE + timedelta(seconds=1)):
        drain({"word": lambda message: None})
    services._remember_failure(slow, "too late")
    message = the_message()
    assert message.done_at is not None and message.last_error == ""


def test_a_failure_waits_longer_each_time_and_then_for_a_person(app: Flask) -> None:
    say()
    at, waits = clock.now(), []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        with clock.frozen(at):
            assert drain({"word": fail}) == 1
            assert drain({"word": fail}) == 0, "not again at once"
        message = the_message()
        assert message.attempts == attempt
        assert "mail server is away" in message.last_error
        if attempt < MAX_ATTEMPTS:
            assert message.failed_at is None
            waits.append((message.due_at - at).total_seconds())
            at = message.due_at + timedelta(seconds=1)
    assert waits == sorted(waits) and waits[0] == 15 and waits[-1] <= 6 * 3600
    assert message.failed_at is not None
    with clock.frozen(at + timedelta(days=365)):
        assert drain({"word": fail}) == 0
    assert count_messages() == {"open": 0, "failed": 1}
    assert list_messages()[0].id == message.id


def test_a_person_lets_it_be_tried_again(app: Flask) -> None:
    with transaction() as session:
        session.add(Message(topic="word", payload={}, failed_at=clock.now(), attempts=12))
    spoken: list[Any] = []
    with transaction():
        assert services.retry(db.session.scalar(db.select(Message.code)))
        assert not services.retry("zzzzzzzzzz")
    assert drain({"word": spoken.append}) == 1
    assert len(spoken) == 1
    with transaction():
        assert not services.retry(db.session.scalar(db.select(Message.code))), "what is done is not done again"


def test_one_failure_does_not_keep_the_others_waiting(app: Flask) -> None:
    say(topic="bad")
    say(3)
    spoken: list[Any] = []
    assert drain({"word": spoken.append, "bad": fail}) == 4
    assert len(spoken) == 3


def test_a_topic_that_nobody_handles_fails_by_name(app: Flask) -> None:
    say(topic="unheard")
    drain({})
    assert "unheard" in the_message().last_error


def test_what_is_due_later_waits(app: Flask) -> None:
    say(due_at=clock.now() + timedelta(hours=1))
    assert take() == []
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert len(take()) == 1


def test_a_handler_runs_outside_any_transaction_and_may_write(app: Flask) -> None:
    say()

    def answer(message: Any) -> None:
        with transaction():
            put("answer", {"to": message.id}, due_at=clock.now() + timedelta(days=1))

    assert drain({"word": answer}) == 1
    assert the_message().topic == "answer"


def test_a_failed_handlers_writes_are_undone(app: Flask) -> None:
    say()

    def half(message: Any) -> None:
        with transaction():
            put("half", {})
            db.session.flush()
            raise OSError

    drain({"word": half})
    assert the_message().topic == "word"


def test_messages_are_carried_out_in_the_order_of_their_birth(app: Flask) -> None:
    say(45)
    spoken: list[int] = []
    drain({"word": lambda message: spoken.append(message.payload["number"])})
    assert spoken == list(range(45))


def test_drain_stops_at_its_limit(app: Flask) -> None:
    say(10)
    assert drain({"word": lambda message: None}, limit=4) == 4
    assert count_messages()["open"] == 6
