"""`make run`: whatever ends it ends what it has begun."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from marketplace import __main__ as run
from marketplace.settings import Settings, complete

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Child:
    def __init__(self, command: list[str], process_group: int) -> None:
        assert process_group == 0, "a terminal that is closed would have the web processes made anew first"
        self.does = command[-1]
        self.told: list[int] = []
        began.append(self)

    def send_signal(self, number: int) -> None:
        self.told.append(number)

    def poll(self) -> int | None:
        return 0 if self.told else None

    def wait(self, timeout: float) -> int:
        if not is_deaf or signal.SIGKILL in self.told:
            return 0
        raise subprocess.TimeoutExpired(self.does, timeout)


began: list[Any] = []
is_deaf: list[bool] = []


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = [signal.getsignal(one) for one in ENDINGS]
    began.clear()
    yield
    is_deaf.clear()
    for one, handler in zip(ENDINGS, before, strict=True):
        signal.signal(one, handler)


@pytest.mark.parametrize("ending", ENDINGS, ids=["Ctrl-C", "kill", "the terminal is closed"])
def test_web_and_worker_end_with_it(monkeypatch: pytest.MonkeyPatch, ending: signal.Signals) -> None:
    monkeypatch.setattr(run, "prepare", lambda: (Settings(), []))
    monkeypatch.setattr(run.subprocess, "Popen", Child)
    monkeypatch.setattr(run, "_wait_until_up", lambda address: os.kill(os.getpid(), ending))
    signal.signal(signal.SIGHUP, lambda *_: pytest.fail("the processes live on"))
    assert run.main() == 0
    assert {one.does: one.told[0] for one in began} == {"serve": signal.SIGTERM, "worker": signal.SIGINT}


def test_who_does_not_listen_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that is still loading hears nothing, where the shell lets no Ctrl-C through to what is in the background."""
    is_deaf.append(True)
    monkeypatch.setattr(run, "prepare", lambda: (Settings(), []))
    monkeypatch.setattr(run.subprocess, "Popen", Child)
    monkeypatch.setattr(run, "_wait_until_up", lambda address: os.kill(os.getpid(), signal.SIGTERM))
    run.main()
    assert [one.told[-2:] for one in began] == [[signal.SIGTERM, signal.SIGKILL]] * 2


def test_it_waits_where_it_listens_and_says_where_it_is_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def wait(address: str) -> None:
        asked.append(address)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(run.subprocess, "Popen", Child)
    monkeypatch.setattr(run, "_wait_until_up", wait)
    for public, said in (("", "http://127.0.0.1:8190"), ("https://kriyaloka.example", "https://kriyaloka.example")):
        settings = complete(Settings(data_dir=tmp_path, port=8190, public_url=public))
        monkeypatch.setattr(run, "prepare", lambda settings=settings: (settings, []))
        run.main()
        assert f"Kriyaloka is open: {said}\n" in capsys.readouterr().out
    assert asked == ["http://127.0.0.1:8190"] * 2
