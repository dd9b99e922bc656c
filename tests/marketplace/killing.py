"""A process that dies as by `kill -9`, where the test wants it."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from itertools import count
from typing import Any

from sqlalchemy import event

from catalog.db import db


class Fork:
    """A process of its own with connections of its own; what it tells comes through a pipe."""

    def __init__(self, deed: Callable[[Callable[[str], None]], None]) -> None:
        db.session.rollback()
        db.engine.dispose()  # no connection goes over into the child
        ear, mouth = os.pipe()
        self.key = os.fork()
        if self.key == 0:
            try:
                db.session.remove()
                deed(self.telling(mouth))
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        os.close(mouth)
        self.lines = os.fdopen(ear)

    @staticmethod
    def telling(mouth: int) -> Callable[[str], None]:
        def tell(words: str) -> None:
            os.write(mouth, f"{words}\n".encode())

        return tell

    def hear(self) -> str:
        return self.lines.readline().strip()

    def kill(self) -> list[str]:
        """End it as `kill -9` does; what it had told and nobody had heard."""
        os.kill(self.key, signal.SIGKILL)
        return self.end()

    def end(self) -> list[str]:
        """Wait until it has died, and of nothing but SIGKILL."""
        with self.lines:
            told = [line.strip() for line in self.lines]
        _, status = os.waitpid(self.key, 0)
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, "it ended by itself"
        return told


def dying(step: int, deed: Callable[[], Any], changes: bool = True) -> Callable[[Callable[[str], None]], None]:
    """`deed` in a process that dies before its `step`th change or COMMIT (or, without `changes`, its `step`th COMMIT);
    else right after it has acknowledged."""
    steps = count(1)

    def walk(*_: Any) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def run(tell: Callable[[str], None]) -> None:
        def look(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith(("INSERT", "UPDATE", "DELETE")):
                walk()

        if changes:
            event.listen(db.engine, "before_cursor_execute", look)
        event.listen(db.engine, "commit", walk)
        deed()
        tell("done")
        os.kill(os.getpid(), signal.SIGKILL)

    return run
