"""Writers stand in line: one at a time, woken when it is their turn, and nobody waits for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from flask import Flask

from catalog import db as database
from catalog.db import db, transaction
from catalog.edition import Edition
from catalog.gates import Gate

HOLD = """
import sys
from catalog.gates import Gate
gate = Gate(sys.argv[1])
print(gate.enter(5), flush=True)
sys.stdin.readline()
gate.leave()
print("left", flush=True)
"""

COUNT = """
import sys
from contextlib import nullcontext
from pathlib import Path
from time import sleep
from catalog.gates import Gate
gate, number = Gate(sys.argv[1]), Path(sys.argv[1])
for _ in range(40):
    if sys.argv[2] == "in line" and not gate.enter(20):
        sys.exit("no turn")
    found = int(number.read_text())
    sleep(0.001)
    number.with_name(f"{id(gate)}-{sys.argv[3]}").write_text(str(found + 1))
    number.with_name(f"{id(gate)}-{sys.argv[3]}").replace(number)
    if sys.argv[2] == "in line":
        gate.leave()
"""


def python(code: str, *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def open_files(path: Path) -> int:
    """How often this process has the queue of `path` open."""
    opened = []
    for one in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile by another thread
            opened.append(os.readlink(one))
    return opened.count(f"{path}-queue")


@contextmanager
def held_elsewhere(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has its turn until it reads a line."""
    with python(HOLD, path) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        try:
            yield other
        finally:
            other.kill()


def release(other: subprocess.Popen[str]) -> None:
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdin.write("\n")
    other.stdin.flush()
    assert other.stdout.readline() == "left\n"


@pytest.mark.parametrize(("way", "is_right"), [("in line", True), ("as they come", False)])
def test_two_processes_take_turns(tmp_path: Path, way: str, is_right: bool) -> None:
    number = tmp_path / "number"
    number.write_text("0")
    both = [python(COUNT, number, way, name) for name in ("first", "second")]
    for one in both:
        one.communicate()
        assert one.returncode == 0
    assert (int(number.read_text()) == 80) is is_right


def test_threads_of_one_process_take_turns_and_none_waits_for_ever(tmp_path: Path) -> None:
    gate = Gate(str(tmp_path / "shop.db"))
    with ThreadPoolExecutor(1) as elsewhere:
        assert gate.enter(1)
        assert not elsewhere.submit(gate.enter, 0.05).result()
        gate.leave()
        assert elsewhere.submit(gate.enter, 1).result()
        assert not gate.enter(0.05)
        elsewhere.submit(gate.leave).result()
        assert gate.enter(1)


def test_who_is_killed_leaves_the_gate(tmp_path: Path) -> None:
    gate = Gate(str(tmp_path / "shop.db"))
    with held_elsewhere(tmp_path / "shop.db") as other, ThreadPoolExecutor(1) as elsewhere:
        waiting = elsewhere.submit(gate.enter, 20)
        assert not waiting.done()
        other.kill()
        assert waiting.result(), "the kernel takes back what a dead process held"
        gate.leave()


def test_who_stands_still_is_not_waited_for_longer_than_was_said(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    gate = Gate(str(path))
    with held_elsewhere(path) as other:
        other.send_signal(signal.SIGSTOP)
        begun = monotonic()
        assert not gate.enter(0.2)
        assert 0.2 <= monotonic() - begun < 2
        assert not gate.enter(0), "and who does not want to wait is told at once"
        other.send_signal(signal.SIGCONT)
        release(other)
        assert gate.enter(5), "the turns that were waited for in vain are given back"
        gate.leave()
        with held_elsewhere(path):
            assert not gate.enter(0)


def test_a_turn_ends_though_a_child_has_inherited_the_file(tmp_path: Path) -> None:
    gate = Gate(str(tmp_path / "shop.db"))
    assert gate.enter(1)
    assert gate._turn is not None
    with subprocess.Popen(["sleep", "60"], pass_fds=[gate._turn]) as child:
        gate.leave()
        with held_elsewhere(tmp_path / "shop.db"):
            child.kill()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux lists what a process has open")
def test_turns_leave_no_open_file_behind(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    gate = Gate(str(path))
    for _ in range(3):
        assert gate.enter(1)
        assert open_files(path) == 1
        gate.leave()
    with held_elsewhere(path) as other:
        assert not gate.enter(0)
        assert not gate.enter(0.01)
        release(other)
        assert gate.enter(5)
        gate.leave()
    until = monotonic() + 5
    while open_files(path) and monotonic() < until:  # who waited in vain has its turn now, and gives it back
        sleep(0.01)
    assert open_files(path) == 0


@pytest.mark.parametrize("database", [None, "", ":memory:"])
def test_what_lives_in_memory_has_threads_alone(
    database: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    gate = Gate(database)
    assert gate.enter(1)
    assert not ThreadPoolExecutor(1).submit(gate.enter, 0).result()
    gate.leave()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_no_turn_and_closes_nothing(tmp_path: Path) -> None:
    gate = Gate(str(tmp_path / "nowhere" / "shop.db"))
    for _ in range(2):  # the second would wait for ever if the first had kept the threads' lock
        with pytest.raises(FileNotFoundError):
            gate.enter(1)


def test_who_waited_in_vain_meets_the_database_itself(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 100)
    path = Path(app.extensions["house"].settings.database_url.removeprefix("sqlite:///"))
    with held_elsewhere(path):
        begun = monotonic()
        with transaction() as session:
            session.execute(db.update(Edition).values(number=7))
        assert monotonic() - begun >= 0.1, "it has stood in line, and goes on without a turn"
    assert db.session.scalar(db.select(Edition.number)) == 7
