"""Serving: the web processes begin as copies of the one that has loaded everything."""

from __future__ import annotations

import multiprocessing
import os
import select
import signal
import sys
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import granian
import pytest
from flask import Flask
from sqlalchemy import text

from catalog.db import db
from marketplace.cli import run


def test_the_web_processes_inherit_what_is_loaded_and_no_connection(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    ways: list[str] = []
    monkeypatch.setattr(multiprocessing, "set_start_method", lambda way, force: ways.append(way))
    monkeypatch.setattr(run, "end_together", lambda: ways.append("together"), raising=False)

    class Watched:
        def __init__(self, target: str, **how: Any) -> None:
            self.target = target

        def on_startup(self, hook: Any) -> None:
            ways.append(hook.func.__name__)

        def serve(self) -> None:
            seen.append((self.target, db.engine.pool.checkedin(), db.engine.pool.checkedout()))  # type: ignore[attr-defined]

    monkeypatch.setattr(granian, "Granian", Watched)
    with app.app_context():
        db.session.execute(text("SELECT 1"))
    assert app.test_cli_runner().invoke(args=["serve"]).exit_code == 0
    assert seen == [("wsgi:app", 0, 0)]
    assert ways == (["fork", "together", "renew_on_hangup"] if sys.platform == "linux" else [])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells")
def test_no_web_process_outlives_the_one_that_began_it() -> None:
    """Who is killed says nothing, and the next shop would share its port with processes of the last."""
    told, tell = os.pipe()
    main = os.fork()
    if not main:  # it begins a web process and is killed
        run.end_together()
        if not os.fork():
            signal.signal(signal.SIGTERM, lambda *_: (os.write(tell, b"ended"), os._exit(0)))
            os.write(tell, f"{os.getpid():08d}".encode())
            while True:
                signal.pause()
        os.wait()
    web = int(os.read(told, 8))
    os.kill(main, signal.SIGKILL)
    os.waitpid(main, 0)
    try:
        assert select.select([told], [], [], 5)[0], "it lives on"
        assert os.read(told, 5) == b"ended"
    finally:
        with suppress(ProcessLookupError):
            os.kill(web, signal.SIGKILL)
        os.close(told)
        os.close(tell)


@pytest.mark.parametrize(("asked", "done"), [([], ["stands back", "wakes", "works"]), (["--once"], [])])
def test_the_worker_stands_back_for_pages_before_it_begins(
    app: Flask, monkeypatch: pytest.MonkeyPatch, asked: list[str], done: list[str]
) -> None:
    """What is left for later must not make those wait who ask for a page; `--once` ends at once and is waited for."""
    did: list[str] = []

    class Watched:
        def create_consumer(self, **how: Any) -> Any:
            return SimpleNamespace(run=lambda: did.append("works"))

    monkeypatch.setattr(os, "nice", lambda by: did.append("stands back") if by > 0 else None)
    monkeypatch.setattr(app.extensions["house"], "wake", lambda: did.append("wakes"))
    monkeypatch.setitem(app.extensions, "queue", Watched())
    answer = app.test_cli_runner().invoke(args=["worker", *asked])
    assert (answer.exit_code, did) == (0, done), answer.output
