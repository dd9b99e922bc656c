"""Where those who want to write to one SQLite file stand in line.

SQLite's own waiters poll, with pauses that grow to 100 ms: who has waited longest looks least often, and a processor
idles meanwhile. Here the threads of a process queue on a lock, and the first of each process on a lock of the file
beside the database (`flock`), where the kernel wakes them. It only puts in order: what may be written is still
SQLite's to say, so whoever has waited too long goes on without a turn and meets SQLite's own patience.
"""

from __future__ import annotations

import os
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock
from threading import Lock, Thread
from time import monotonic


class Gate:
    """One writer at a time of all threads and processes; a process that dies leaves it.

    `database` is the path of the file that is written to, or nothing where it lives in memory.
    """

    def __init__(self, database: str | None) -> None:
        self._threads = Lock()
        self._path = f"{database}-queue" if database and database != ":memory:" else None
        self._turn: int | None = None

    def enter(self, seconds: float) -> bool:
        """Wait for a turn, `seconds` at most. Whether it came; only then `leave` must follow."""
        until = monotonic() + seconds
        if not self._threads.acquire(timeout=seconds):
            return False
        if self._path is None:
            return True
        try:
            self._turn = _try(self._path)
            if self._turn is None:
                self._turn = _wait(self._path, until - monotonic())
        finally:
            if self._turn is None:
                self._threads.release()
        return self._turn is not None

    def leave(self) -> None:
        if self._turn is not None:
            _give_back(self._turn)
            self._turn = None
        self._threads.release()


def _open(path: str) -> int:
    return os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)


def _give_back(file: int) -> None:
    flock(file, LOCK_UN)  # not only closed: a child that was forked meanwhile has it open too
    os.close(file)


def _try(path: str) -> int | None:
    file = _open(path)
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def _wait(path: str, seconds: float) -> int | None:
    waiter = _Waiter(path)
    waiter.start()
    waiter.join(max(seconds, 0))
    return waiter.take()


class _Waiter(Thread):
    """Waits in the kernel, which knows no bound of time; who asked may go away and leave the turn to the next."""

    def __init__(self, path: str) -> None:
        super().__init__(name="gate", daemon=True)
        self._path = path
        self._mine = Lock()
        self._is_awaited = True
        self._turn: int | None = None

    def run(self) -> None:
        file = _open(self._path)
        flock(file, LOCK_EX)
        with self._mine:
            if self._is_awaited:
                self._turn = file
            else:
                _give_back(file)

    def take(self) -> int | None:
        with self._mine:
            self._is_awaited = False
            return self._turn
