"""Doors that may be knocked at only so often, counted across processes; shut when nobody can count."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.web import limits
from marketplace.web.limits import SqliteStorage
from tests.factories import PASSWORD

COUNT = """
import sys
from marketplace.web.limits import SqliteStorage
storage = SqliteStorage("kriyaloka-sqlite://" + sys.argv[1])
for _ in range(200):
    storage.incr("door", 3600)
"""


@pytest.fixture
def storage(tmp_path: Path) -> SqliteStorage:
    return SqliteStorage(f"kriyaloka-sqlite://{tmp_path / 'limits.db'}")


def test_two_processes_count_as_one(tmp_path: Path, storage: SqliteStorage) -> None:
    others = [subprocess.Popen([sys.executable, "-c", COUNT, str(tmp_path / "limits.db")]) for _ in range(2)]
    for _ in range(200):
        storage.incr("door", 3600)
    assert [one.wait(60) for one in others] == [0, 0]
    assert storage.get("door") == 600


def test_threads_count_as_one(storage: SqliteStorage) -> None:
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: storage.incr("door", 3600), range(200)))
    assert sorted(counts) == list(range(1, 201)), "every knock has a number of its own"


def test_a_window_ends(storage: SqliteStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(limits.time, "time", lambda: now[0])
    assert [storage.incr("door", 60) for _ in range(3)] == [1, 2, 3]
    assert storage.get_expiry("door") == 1_000_060
    now[0] += 61
    assert storage.get("door") == 0
    assert storage.incr("door", 60) == 1


def test_old_windows_are_swept(storage: SqliteStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(limits.time, "time", lambda: now[0])
    for number in range(50):
        storage.incr(f"door-{number}", 60)
    now[0] += 1_000
    storage.incr("another", 60)
    assert storage._connection().execute("SELECT count(*) FROM windows").fetchone() == (1,)


def test_doors_are_counted_apart(storage: SqliteStorage) -> None:
    storage.incr("one", 60)
    assert storage.incr("two", 60) == 1
    storage.clear("one")
    assert storage.get("one") == 0 and storage.get("two") == 1
    assert storage.check()
    assert storage.reset() == 1


class TestTheDoors:
    @pytest.fixture
    def settings(self, settings: Any) -> Any:
        return replace(
            settings, sign_in_limit="3 per minute", reset_limit="2 per minute", register_limit="2 per minute"
        )

    def knock(
        self,
        client: FlaskClient,
        email: str = "sari@contoh.example",
        password: str = "wrong",
        address: str = "10.0.0.1",
    ) -> Any:
        return client.post(
            "/account/session", data={"email": email, "password": password}, environ_base={"REMOTE_ADDR": address}
        )

    def test_wrong_passwords_are_limited_with_a_time_to_wait(self, client: FlaskClient, cast: Any) -> None:
        assert [self.knock(client).status_code for _ in range(3)] == [422] * 3
        refused = self.knock(client)
        assert refused.status_code == 429
        assert '<html lang="id"' in refused.text
        assert 0 < int(refused.headers["Retry-After"]) <= 61

    def test_an_account_is_protected_from_many_addresses(self, client: FlaskClient, cast: Any) -> None:
        for number in range(3):
            assert self.knock(client, address=f"10.0.0.{number}").status_code == 422
        assert self.knock(client, address="10.0.0.99").status_code == 429
        assert self.knock(client, email=" SARI@contoh.example ", address="10.0.0.98").status_code == 429
        assert self.knock(client, email="budi@contoh.example", address="10.0.0.97").status_code == 422

    def test_a_forwarded_address_is_not_believed(self, client: FlaskClient, cast: Any) -> None:
        codes = [
            client.post(
                "/account/session",
                data={"email": f"nobody{number}@contoh.example", "password": "wrong"},
                headers={"X-Forwarded-For": f"10.1.1.{number}", "X-Real-IP": f"10.1.1.{number}"},
            ).status_code
            for number in range(4)
        ]
        assert codes == [422, 422, 422, 429]

    def test_a_village_behind_one_address_may_sign_in(self, app: Flask, cast: Any) -> None:
        for _ in range(2):
            for name in ("sari", "ratna", "budi"):
                assert self.knock(app.test_client(), f"{name}@contoh.example", PASSWORD).status_code == 303

    def test_reset_mails_are_limited(self, client: FlaskClient, cast: Any) -> None:
        codes = [client.post("/account/reset", data={"email": "sari@contoh.example"}).status_code for _ in range(3)]
        assert codes[2] == 429 and 429 not in codes[:2]

    def test_two_houses_on_one_folder_count_together(
        self, app: Flask, client: FlaskClient, cast: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two web processes: each has its own application, both count in the same file."""
        from marketplace import create_app

        for _ in range(2):
            self.knock(client)
        other = create_app(app.extensions["house"].settings)
        assert self.knock(other.test_client()).status_code == 422
        assert self.knock(other.test_client()).status_code == 429

    @pytest.fixture
    def nobody_counts(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        def broken(*args: Any, **values: Any) -> Any:
            import sqlite3

            raise sqlite3.OperationalError("disk I/O error")

        for name in ("incr", "get", "get_expiry"):
            monkeypatch.setattr(SqliteStorage, name, broken)
        yield

    def test_when_nobody_can_count_the_doors_stay_shut(self, app: Flask, cast: Any, nobody_counts: None) -> None:
        client = app.test_client()
        right = self.knock(client, password=PASSWORD)
        assert right.status_code == 503
        assert "Set-Cookie" not in right.headers
        assert int(right.headers["Retry-After"]) > 0
        assert client.get("/products").status_code == 200, "what is not limited goes on"
