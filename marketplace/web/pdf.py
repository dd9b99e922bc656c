"""Pages as PDF, from the same templates and styles as on paper.

Each is made by a program of its own (`press`): a web process neither loads WeasyPrint nor keeps what a large paper
takes, and a paper that takes too long or too much ends without the shop. One at a time is made per machine and one may
wait in each process; everybody else is asked to come back, so that a row of large papers never takes the threads away
from pages.
"""

from __future__ import annotations

import base64
import fcntl
import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from functools import cache
from pathlib import Path

import structlog
from flask import Response, current_app

from catalog.errors import Conflict, NotFound, TooMany, Unavailable
from catalog.text import N_
from marketplace.web import press
from marketplace.web.assets import Assets
from marketplace.web.lifecycle import house, let_others_write
from marketplace.web.limits import may

MOST_HTML = 3_000_000
"""Characters of a page: some 10,000 rows."""
MEGABYTES = 1_500
SECONDS = 40
WAIT = 8.0
"""Seconds that somebody waits for the press to be free."""
LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
_ADDRESS = re.compile(r"/assets/[\w./-]+")
_room = threading.BoundedSemaphore(2)

log = structlog.get_logger("pdf")


@cache
def can_print() -> bool:
    """Whether this machine has what PDFs are made with; where it has not, nobody is offered one."""
    return importlib.util.find_spec("weasyprint") is not None and all(find_library(one) for one in LIBRARIES)


def pdf(page: str, name: str) -> Response:
    """`page` as a PDF that is saved as `name`. Read everything before: the connection is given back meanwhile.

    Conflict for a page that is too long, Unavailable while the press is busy, TooMany for one address that asks and asks.
    """
    if not can_print():
        raise NotFound(N_("There is nothing here."))
    if not may(house().settings.pdf_limit, "papers"):
        raise TooMany(
            N_("Many papers were made from here. Please wait a few minutes, or print the page."), retry_after=300
        )
    let_others_write()
    body = made(page, _files(page, current_app.extensions["assets"]), house().settings.data_dir)
    heads = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(body, mimetype="application/pdf", headers=heads)


def made(page: str, files: dict[str, tuple[str, bytes]], folder: Path) -> bytes:
    """The bytes of the PDF; `folder` is where the press may keep what it knows about fonts, and its lock."""
    if len(page) > MOST_HTML:
        raise _too_long()
    sent = {address: [kind, base64.b64encode(body).decode()] for address, (kind, body) in files.items()}
    order = json.dumps({"page": page, "files": sent, "megabytes": MEGABYTES, "seconds": SECONDS})
    with _press(folder):
        start = time.monotonic()
        try:
            done = subprocess.run(  # noqa: S603  our own file, our own interpreter
                [sys.executable, "-I", press.__file__],
                input=order.encode(),
                capture_output=True,
                timeout=SECONDS,
                check=False,
                env={"PATH": os.defpath, "LANG": "C.UTF-8", "XDG_CACHE_HOME": str(folder / "cache")},
            )
        except subprocess.TimeoutExpired:
            log.warning("a paper took too long", characters=len(page))
            raise _too_long() from None
    if done.returncode in (press.TOO_LONG, -9, -24):
        raise _too_long()
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        log.error("the press failed", code=done.returncode, says=done.stderr.decode(errors="replace")[-2000:])
        raise Unavailable(N_("The PDF could not be made. Please print the page instead."), retry_after=60)
    log.info("a paper was made", seconds=round(time.monotonic() - start, 2), kilobytes=len(done.stdout) // 1000)
    return done.stdout


def _too_long() -> Conflict:
    return Conflict(N_("This is too much for one PDF. Take the table (XLSX) or a shorter span."))


@contextmanager
def _press(folder: Path) -> Iterator[None]:
    """One paper at a time on this machine: a lock on a file, which the system lets go even if the process dies."""
    busy = Unavailable(N_("Other papers are being made right now. Please try again in a moment."), retry_after=10)
    if not _room.acquire(blocking=False):
        raise busy
    try:
        with (folder / "press.lock").open("w") as lock:
            until = time.monotonic() + WAIT
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise busy from None
                    time.sleep(0.05)
            yield
    finally:
        _room.release()


def _files(page: str, assets: Assets) -> dict[str, tuple[str, bytes]]:
    """Every static file that the page names, and what its styles name."""
    found: dict[str, tuple[str, bytes]] = {}
    waiting = set(_ADDRESS.findall(page))
    while waiting:
        address = waiting.pop()
        asset = assets.by_address.get(address)
        if asset is None or address in found or asset.content_type.startswith("text/javascript"):
            continue
        found[address] = (asset.content_type.partition(";")[0], asset.body)
        if asset.content_type.startswith("text/css"):
            waiting |= set(_ADDRESS.findall(asset.body.decode()))
    return found
