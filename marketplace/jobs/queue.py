"""Huey as the clock and the bell: it drains the outbox when woken and sweeps every minute.

What must not be lost is in the outbox table; the queue only carries wake-up calls, as JSON, never as pickle.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from marketplace.settings import Settings


@contextmanager
def _absent(*drivers: str) -> Iterator[None]:
    """Huey loads every driver that it finds installed: 20 MB in each web process that rings on a SQLite file."""
    hidden = [name for name in drivers if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with _absent("redis", "psycopg", "psycopg2"):
    from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
    from huey.registry import Message
    from huey.serializer import Serializer


class JsonSerializer(Serializer):
    """Huey's messages as JSON."""

    def _serialize(self, data: Any) -> bytes:
        kind = "message" if isinstance(data, Message) else "value"
        value = data._asdict() if isinstance(data, Message) else data
        return json.dumps([kind, value], default=_plain).encode()

    def _deserialize(self, data: bytes) -> Any:
        kind, value = json.loads(data)
        if kind != "message":
            return value
        for name in ("eta", "expires_resolved"):
            if value.get(name):
                value[name] = datetime.fromisoformat(value[name])
        value["args"] = tuple(value["args"] or ())
        return Message(**value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a job carries plain values, not {type(value).__name__}")


def build(settings: Settings) -> Huey:
    """The queue that the settings ask for; a SQLite file by default. Others need `adapters.queues.equip` first."""
    shared: dict[str, Any] = {"results": False, "serializer": JsonSerializer()}
    url = settings.queue_url or settings.redis_url
    if url.startswith(("redis://", "rediss://", "unix://")):
        return RedisHuey("kriyaloka", url=url, **shared)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresHuey("kriyaloka", dsn=url, **shared)
    return SqliteHuey("kriyaloka", filename=str(settings.data_dir / "queue.db"), fsync=False, timeout=2, **shared)


def schedule(queue: Huey, drain: Callable[[], None], sweep: Callable[[bool], None]) -> Callable[[], None]:
    """Register the tasks; returns the bell to ring after a commit that wrote to the outbox."""

    @queue.task(name="drain")  # type: ignore[untyped-decorator]
    def drain_task() -> None:
        drain()

    @queue.periodic_task(crontab(minute="*"), name="sweep")  # type: ignore[untyped-decorator]
    def sweep_task() -> None:
        sweep(False)
        drain()

    @queue.periodic_task(crontab(minute="17"), name="sweep_thoroughly")  # type: ignore[untyped-decorator]
    def thorough_task() -> None:
        sweep(True)

    def wake() -> None:
        drain_task()

    return wake
