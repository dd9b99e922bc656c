"""SIGHUP: the serving process begins anew with the code of today, while its web processes go on answering.

They are copies of a process that has loaded everything, so copies made later would know nothing of new code. The process
keeps its number and loads itself anew; its new web processes share the port with the old ones, which are then told to
finish what they are at.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from threading import Thread

OPTION = "--instead-of"
"""How the new beginning is told which web processes it replaces."""
OVERLAP_SECONDS, PATIENCE_SECONDS = 3.5, 10


def renew_on_hangup(leaving: Thread | None = None, trial: str = "import wsgi") -> None:
    """From now on SIGHUP loads everything anew in place of this process; call it in its main thread. Where `trial`,
    carried out by a process of its own, fails, the old code goes on. `leaving` lets go of the former self's."""
    main = os.getpid()

    def renew(*_: object) -> None:
        if os.getpid() != main:
            return  # a web process, which has inherited this
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the next one, too, would end what is only beginning
        if leaving is not None:
            leaving.join()
        if subprocess.run([sys.executable, "-c", trial], check=False).returncode == 0:  # noqa: S603  our own code
            told = [one for one in sys.orig_argv[1:] if not one.startswith(OPTION)]
            present = ",".join(str(one.pid) for one in multiprocessing.active_children())
            os.execv(sys.executable, [sys.executable, *told, f"{OPTION}={present}"])  # noqa: S606  ourselves
        signal.signal(signal.SIGHUP, renew)  # before it is said: whoever reads it may try again
        print("The new code does not load: the old goes on.", file=sys.stderr, flush=True)  # noqa: T201

    signal.signal(signal.SIGHUP, renew)


def let_go(pids: Sequence[int], overlap: float = OVERLAP_SECONDS) -> None:
    """Once others answer as well, the web processes `pids` of the former self finish what they are at and end."""
    time.sleep(overlap)
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    latest = time.monotonic() + PATIENCE_SECONDS
    for pid in pids:
        with suppress(ChildProcessError, ProcessLookupError):
            while os.waitpid(pid, os.WNOHANG) == (0, 0):
                if time.monotonic() > latest:
                    os.kill(pid, signal.SIGKILL)
                time.sleep(0.05)
