"""Bodies on the wire, against the real server: what is too long, breaks off or never comes."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from marketplace.web.bodies import AT_ONCE, THREADS

ROOT = Path(__file__).resolve().parents[3]
HEAD = (
    b"POST /account/session HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
    b"Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
)


class Shop:
    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.folder = folder

    def send(self, data: bytes, *, ends: bool = False) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        line.sendall(data)
        if ends:
            line.shutdown(socket.SHUT_WR)
        return line

    def answer(self, data: bytes) -> bytes:
        with self.send(data) as line:
            return line.recv(4_000)

    def files(self) -> set[str]:
        return {one.name for one in (self.folder / "media").rglob("*")}

    def people(self) -> int:
        with closing(sqlite3.connect(self.folder / "kriyaloka.db")) as connection:
            return int(connection.execute("select count(*) from users").fetchone()[0])


@pytest.fixture
def shop(empty_database: Path, tmp_path: Path) -> Iterator[Shop]:
    shutil.copy(empty_database, tmp_path / "kriyaloka.db")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | {
        "DATA_DIR": str(tmp_path), "PORT": str(port), "PUBLIC_URL": "http://localhost", "WORKERS": "1",
        "REQUEST_MB": "1", "LOG_LEVEL": "error",
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        found = Shop(port, tmp_path)
        for _ in range(600):
            try:
                if b"200" in found.answer(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"):
                    break
            except OSError:
                time.sleep(0.05)
        yield found
        process.terminate()


def test_a_body_that_is_too_long_breaks_off_or_never_comes_is_refused_and_stops_nobody(shop: Shop) -> None:
    before = shop.files(), shop.people()
    declared = HEAD + b"Content-Length: 200000000\r\n\r\nemail=a"
    assert shop.answer(declared).startswith(b"HTTP/1.1 413"), "by its length alone"
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    assert shop.answer(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 17).startswith(b"HTTP/1.1 413")
    small = b"Transfer-Encoding: chunked\r\n\r\n7\r\nemail=a\r\n0\r\n\r\n"
    assert shop.answer(HEAD + small).startswith(b"HTTP/1.1 422"), "one that says no length and is short is read"
    assert shop.answer(HEAD + b"Content-Length: 7\r\n\r\nemail=a").startswith(b"HTTP/1.1 422")
    assert shop.answer(HEAD + b"Content-Length: -5\r\n\r\nemail=a").startswith(b"HTTP/1.1 400")
    shop.send(HEAD + b"Content-Length: 1000\r\n\r\nemail=a", ends=True).close()

    stalled = [shop.send(HEAD + b"Content-Length: 1000\r\n\r\nemail=a") for _ in range(THREADS + AT_ONCE)]
    started = time.monotonic()
    for path in (b"/healthz", b"/", b"/products"):  # the control: with as many readers as threads, none is answered
        assert shop.answer(b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n\r\n").startswith(b"HTTP/1.1 200"), path
    refused = shop.answer(HEAD + b"Content-Length: 7\r\n\r\nemail=a")
    assert refused.startswith(b"HTTP/1.1 503") and b"retry-after: 15" in refused.lower()
    assert time.monotonic() - started < 8
    for line in stalled:
        line.close()
    for _ in range(50):
        if shop.answer(HEAD + b"Content-Length: 7\r\n\r\nemail=a").startswith(b"HTTP/1.1 422"):
            break
        time.sleep(0.1)
    else:
        pytest.fail("the places of those who went are free again")
    assert (shop.files(), shop.people()) == before, "nothing was written"
