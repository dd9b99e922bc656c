"""A progress line for long work: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time


class Progress:
    """Call with (done, total, label); total 0 means that nobody knows. Writes to stderr."""

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet
        self.started = time.monotonic()
        self.shown = 0.0
        self.label = ""

    def __call__(self, done: int, total: int = 0, label: str = "") -> None:
        now = time.monotonic()
        ends = total > 0 and done >= total
        wait = 0.1 if sys.stderr.isatty() else 5.0
        if self.quiet or (now - self.shown < wait and not ends and label == self.label):
            return
        self.shown = now
        if label != self.label:
            self.label, self.started = label, now
        seconds = now - self.started
        share = f"{done * 100 // total:3d} %" if total else ""
        left = f"{seconds / done * (total - done):4.0f} s left" if total and done and not ends else ""
        bar = ("◆" * (done * 24 // total)).ljust(24, "·") if total else ""
        text = f"{label:<28} {bar} {share} {done:,}{f' of {total:,}' if total else ''} {left}".rstrip()
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K" + text + ("\n" if ends else ""))
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()
