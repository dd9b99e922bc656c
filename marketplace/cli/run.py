"""`flask serve` starts the web processes, `flask worker` what they leave for later."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from functools import partial
from threading import Thread

import click
from flask import current_app
from flask.cli import with_appcontext

from marketplace.cli.renewal import OPTION, let_go, renew_on_hangup
from marketplace.outbox.services import drain
from marketplace.subscribers.clock import sweep
from marketplace.web.ahead import read_ahead, share_one_heap
from marketplace.web.bodies import THREADS

NICE = 5
"""How far the worker, and what draws for it, stands back where pages are asked for at the same time."""
WHEN_THE_PARENT_DIES = 1
"""PR_SET_PDEATHSIG of Linux."""


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@with_appcontext
def worker(once: bool) -> None:
    """Send mails, make pictures, sweep what is overdue."""
    house = current_app.extensions["house"]
    if once:
        sweep(house.ports, thoroughly=True)
        click.echo(f"{drain(house.handlers)} messages carried out")
        return
    os.nice(NICE)
    house.wake()  # whatever was left when the last worker ended
    consumer = current_app.extensions["queue"].create_consumer(
        workers=2, worker_type="thread", max_delay=1.0, check_worker_health=True
    )
    consumer.run()


def end_together() -> None:
    """Whatever is forked from this process ends when it does, even where this one is killed and can tell nobody."""
    main, tell = os.getpid(), ctypes.CDLL(None).prctl

    def ask() -> None:
        if os.getppid() == main:
            tell(WHEN_THE_PARENT_DIES, signal.SIGTERM)

    os.register_at_fork(after_in_child=ask)


@click.command("serve")
@click.option(OPTION, "before", hidden=True, default="")
@with_appcontext
def serve(before: str) -> None:
    """Serve the site with granian on BIND:PORT with WORKERS processes. SIGHUP loads new code without a pause."""
    from granian import Granian
    from granian.constants import Interfaces

    settings = current_app.extensions["house"].settings
    if sys.platform == "linux":
        # The workers begin as copies of this process, which has loaded everything: they answer at once and share its memory.
        multiprocessing.set_start_method("fork", force=True)
        end_together()
    share_one_heap()
    read_ahead(current_app._get_current_object())  # type: ignore[attr-defined]
    gc.freeze()
    server = Granian(
        "wsgi:app",
        address=settings.bind,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=THREADS,
        websockets=False,
        log_level=settings.log_level,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    leaving = Thread(target=let_go, args=([int(pid) for pid in before.split(",")],)) if before else None
    if leaving is not None:
        server.on_startup(leaving.start)
    if sys.platform == "linux":  # elsewhere every web process loads the code by itself
        server.on_startup(partial(renew_on_hangup, leaving))
    server.serve()
