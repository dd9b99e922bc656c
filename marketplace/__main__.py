"""`make run`: from nothing to a living marketplace. Migrates, seeds once, starts web and worker, prints the way in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from urllib.error import HTTPError

import flask_migrate

from catalog.db import db
from catalog.search import upkeep
from marketplace import create_app, seeds
from marketplace.cli.progress import Progress
from marketplace.settings import Settings
from marketplace.subscribers import search

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


def prepare() -> tuple[Settings, list[dict[str, str]]]:
    """Migrate; fill an empty house with the example province; the settings and the cast's sign-ins."""
    app = create_app()
    house = app.extensions["house"]
    with app.app_context():
        flask_migrate.upgrade()
        if not house.settings.is_production:
            progress = Progress()
            seeds.seed(house.ports, progress)
            if not house.ports.embedded.is_current() or not upkeep.verify(house.ports.search).is_exact:
                total = upkeep.count_live()
                search.rebuild(house.ports, lambda count: progress(count, total, "products indexed"))
        cast = seeds.sign_ins() if seeds.has_examples() else []
        db.session.remove()
        db.engine.dispose()
    return house.settings, cast


def main() -> int:
    """Run until a signal; the worker and the web processes end together."""
    settings, cast = prepare()
    # Each in a group of its own: a terminal tells this process alone, which tells each in the way that it understands.
    children = [subprocess.Popen([*FLASK, one], process_group=0) for one in ("serve", "worker")]  # noqa: S603

    def stop(*_: object) -> None:
        for child in children:
            child.send_signal(signal.SIGINT if child is children[1] else signal.SIGTERM)

    for ending in (
        signal.SIGTERM,
        signal.SIGINT,
        getattr(signal, "SIGHUP", signal.SIGINT),
    ):  # a closed terminal hangs up
        signal.signal(ending, stop)
    _wait_until_up(settings.local_url)
    print(f"\nKriyaloka is open: {settings.public_url}\n", flush=True)  # noqa: T201
    for one in cast:
        print(f"  {one['name']:<22} {one['email']:<26} {one['password']:<22} {one['does']}", flush=True)  # noqa: T201
    print("\nCtrl-C closes it.", flush=True)  # noqa: T201
    while all(child.poll() is None for child in children):
        time.sleep(0.5)
    stop()
    return max(_end(child) for child in children)


def _end(child: subprocess.Popen[bytes]) -> int:
    """0 once it has ended well, as it was told; who does not listen is ended."""
    for louder in (None, signal.SIGTERM, signal.SIGKILL):
        if louder is not None:
            child.send_signal(louder)
        try:
            return abs(child.wait(timeout=20)) and 1
        except subprocess.TimeoutExpired:
            continue
    return 1


def _wait_until_up(address: str) -> None:
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310  our own address
                return
        except HTTPError:
            return  # it answers, and only to hosts that it trusts
        except OSError:
            time.sleep(0.1)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
