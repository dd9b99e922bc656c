"""SIGHUP: one process, its number kept, other code, and nobody at the door is sent away."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from marketplace.cli import renewal

SHOP = """
import multiprocessing, os, runpy, sys
from functools import partial
from threading import Thread
from granian import Granian
import wsgi

port, renewal = int(sys.argv[1]), runpy.run_path(sys.argv[2])
before = next((one.split("=")[1] for one in sys.argv if one.startswith(renewal["OPTION"])), "")
leaving = Thread(target=renewal["let_go"], args=([int(one) for one in before.split(",")], 0.3)) if before else None
multiprocessing.set_start_method("fork")
server = Granian("wsgi:app", port=port, interface="wsgi", workers=2, blocking_threads=2, log_level="error",
                 workers_kill_timeout=5)
if leaving:
    server.on_startup(leaving.start)
server.on_startup(partial(renewal["renew_on_hangup"], leaving))
server.serve()
"""
PAGES = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Connection", "close")])
    return [{says!r}.encode()]
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every web process loads the code by itself")


class Shop:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        (folder / "shop.py").write_text(SHOP)
        self.write(PAGES.format(says="old"))
        environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}  # one second, one size: one .pyc
        command = [sys.executable, "shop.py", str(self.port), renewal.__file__]
        self.said = folder / "said"
        with self.said.open("w") as errors:
            self.process = subprocess.Popen(command, cwd=folder, env=environment, stderr=errors)
        self.heard: Counter[str] = Counter()
        self.stands = True

    def write(self, code: str) -> None:
        (self.folder / "wsgi.py").write_text(code)

    def ask(self) -> str:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return b"".join(iter(lambda: line.recv(4096), b"")).decode()[-3:]

    def keep_asking(self) -> None:
        while self.stands:
            try:
                self.heard[self.ask_like_a_browser()] += 1
            except OSError as error:
                self.heard[repr(error)] += 1
            time.sleep(0.002)

    def ask_like_a_browser(self) -> str:
        """Who is let go before a word was said asks again: the kernel had given them to one that was just leaving."""
        try:
            return self.ask() or self.ask()
        except ConnectionResetError:
            return self.ask()

    def wait_for(self, what: Any) -> None:
        latest = time.monotonic() + 30
        while not what():
            assert time.monotonic() < latest, (self.heard, self.children())
            time.sleep(0.02)

    def answers(self) -> bool:
        try:
            return bool(self.ask())
        except OSError:
            return False

    def children(self) -> list[str]:
        main = self.process.pid
        return Path(f"/proc/{main}/task/{main}/children").read_text().split()

    def renew(self, code: str) -> None:
        self.write(code)
        self.process.send_signal(signal.SIGHUP)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    try:
        shop.wait_for(shop.answers)
        yield shop
    finally:
        shop.stands = False
        shop.process.terminate()
        shop.process.wait(10)


def test_it_begins_anew_with_other_code_and_everybody_is_answered_meanwhile(shop: Shop) -> None:
    first = shop.children()
    visitors = [Thread(target=shop.keep_asking) for _ in range(2)]
    for one in visitors:
        one.start()
    shop.renew("this is no code")
    shop.wait_for(lambda: "does not load" in shop.said.read_text())
    assert shop.children() == first, "what does not load is not tried on visitors"
    for says in ("new", "end"):
        shop.renew(PAGES.format(says=says))
        shop.wait_for(lambda says=says: shop.heard[says])
    shop.wait_for(lambda: len(shop.children()) == 2)
    assert not set(shop.children()) & set(first), "the old ones are gone"
    shop.stands = False
    for one in visitors:
        one.join()
    assert [shop.ask() for _ in range(20)] == ["end"] * 20
    assert set(shop.heard) == {"old", "new", "end"}, "nobody was refused, and nobody twice"
    assert shop.process.poll() is None
