"""The queue carries wake-up calls as JSON; what must not be lost is in the outbox."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from huey.registry import Message

from catalog.db import transaction
from marketplace.adapters import queues
from marketplace.jobs import queue
from marketplace.jobs.queue import JsonSerializer
from marketplace.outbox.queries import count_messages
from marketplace.outbox.services import put
from marketplace.settings import Settings

PLAIN: list[Any] = [None, True, 0, -1, 1.5, "kata", "", [1, "a", None], {"a": {"b": [1]}}]


@pytest.fixture
def huey(tmp_path: Path) -> Any:
    return queue.build(Settings(data_dir=tmp_path))


@pytest.mark.parametrize("value", PLAIN)
def test_plain_values_come_back_as_they_went(value: Any) -> None:
    serializer = JsonSerializer()
    assert serializer.deserialize(serializer.serialize(value)) == value


def test_a_message_comes_back_whole(huey: Any) -> None:
    serializer = JsonSerializer()
    at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    values = dict.fromkeys(Message._fields) | {
        "id": "1",
        "name": "drain",
        "eta": at,
        "retries": 2,
        "args": (1, "a"),
        "kwargs": {"b": 2},
    }
    message = Message(**values)
    data = serializer.serialize(message)
    json.loads(data)
    assert serializer.deserialize(data) == message


@pytest.mark.parametrize("value", [object(), b"bytes", {1, 2}, lambda: None, Path("/")])
def test_what_is_not_plain_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        JsonSerializer().serialize(value)


def test_a_pickle_is_never_opened() -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return (pytest.fail, ("a pickle was opened",))

    with pytest.raises(ValueError):
        JsonSerializer().deserialize(pickle.dumps(Trap()))


def test_a_task_goes_through_the_queue_file(huey: Any) -> None:
    done: list[str] = []
    wake = queue.schedule(huey, lambda: done.append("drained"), lambda thoroughly: done.append("swept"))
    wake()
    task = huey.dequeue()
    huey.execute(task)
    assert done == ["drained"]


def test_the_clock_sweeps_every_minute_and_thoroughly_every_hour(huey: Any) -> None:
    queue.schedule(huey, lambda: None, lambda thoroughly: None)
    due = {type(one).__name__ for one in huey.read_periodic(datetime(2026, 12, 1, 9, 17))}
    assert due == {"sweep", "sweep_thoroughly"}
    assert len(huey.read_periodic(datetime(2026, 12, 1, 9, 18))) == 1


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({}, "SqliteHuey"),
        ({"redis_url": "redis://localhost:1"}, "RedisHuey"),
        ({"queue_url": "redis://localhost:1"}, "RedisHuey"),
    ],
)
def test_the_settings_choose_the_queue(tmp_path: Path, values: dict[str, str], kind: str) -> None:
    settings = Settings(data_dir=tmp_path, **values)  # type: ignore[arg-type]
    queues.equip(settings.queue_url or settings.redis_url)
    assert type(queue.build(settings)).__name__ == kind


UNNEEDED = {
    "redis", "psycopg", "alembic", "mako", "numpy", "meilisearch", "obstore", "stripe", "PIL", "weasyprint", "fontTools",
    "xlsxwriter", "python_calamine", "phonenumbers", "segno", "babel.messages", "marketplace.seeds.scale",
}  # fmt: skip


def test_a_web_process_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from marketplace import create_app; from marketplace.settings import Settings\n"
        f"create_app(Settings(data_dir=Path({str(tmp_path)!r})))\n"
        f"print(sorted({UNNEEDED!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_word_is_kept_though_the_bell_is_broken(app: Flask, cast: Any) -> None:
    """The queue file may be lost: the message stays open and the clock finds it."""
    with transaction():
        put("word", {})
    assert count_messages()["open"] >= 1


def test_a_broken_bell_does_not_break_the_request(app: Flask, cast: Any) -> None:
    def broken() -> None:
        raise OSError("queue.db cannot be written")

    app.extensions["house"].wake = broken
    answer = app.test_client().post("/account/reset", data={"email": "sari@contoh.example"})
    assert answer.status_code == 303, "the deed is committed: the visitor must not be told that it failed"
    assert count_messages()["open"] >= 1
