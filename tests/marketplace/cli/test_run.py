"""Serving: the web processes begin as copies of the one that has loaded everything."""

from __future__ import annotations

import multiprocessing
import sys
from typing import Any

import granian
import pytest
from flask import Flask
from sqlalchemy import text

from catalog.db import db


def test_the_web_processes_inherit_what_is_loaded_and_no_connection(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    ways: list[str] = []
    monkeypatch.setattr(multiprocessing, "set_start_method", lambda way, force: ways.append(way))

    class Watched:
        def __init__(self, target: str, **how: Any) -> None:
            self.target = target

        def serve(self) -> None:
            seen.append((self.target, db.engine.pool.checkedin(), db.engine.pool.checkedout()))  # type: ignore[attr-defined]

    monkeypatch.setattr(granian, "Granian", Watched)
    with app.app_context():
        db.session.execute(text("SELECT 1"))
    assert app.test_cli_runner().invoke(args=["serve"]).exit_code == 0
    assert seen == [("wsgi:app", 0, 0)]
    assert ways == (["fork"] if sys.platform == "linux" else [])
