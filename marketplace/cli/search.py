"""`flask search …`: the index that buyers search in."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

import click
from flask import current_app
from flask.cli import with_appcontext

from catalog.errors import Unavailable
from catalog.search import upkeep
from catalog.search.query import Verification
from marketplace.cli.progress import Progress
from marketplace.subscribers import search as subscribers


@click.group("search")
def group() -> None:
    """Rebuild and check the search index."""


@group.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Build the index anew from the database; searches see the old one until the end. Ctrl-C stops it, and the same
    command goes on."""
    ports = current_app.extensions["house"].ports
    progress = Progress()
    total = upkeep.count_live()
    try:
        done = subscribers.rebuild(ports, lambda count: progress(count, total, "products indexed"))
    except KeyboardInterrupt:
        click.echo("\nStopped. The same command goes on; until then searches see the index as it was.", err=True)
        sys.exit(130)
    except Unavailable as error:
        _give_up(ports.search, error)
    click.echo(f"{done} products indexed")


@group.command("verify")
@with_appcontext
def verify() -> None:
    """Compare the index with the database, and the one that stands by; ends with 1 when they differ."""
    ports = current_app.extensions["house"].ports
    standing_by = None if ports.embedded is ports.search else upkeep.verify(ports.embedded)
    try:
        found = upkeep.verify(ports.search)
    except Unavailable as error:
        _give_up(ports.search, error, standing_by)
    _tell(found)
    if standing_by:
        _tell(standing_by, "stand-by: ")
    sys.exit(0 if found.is_exact and (standing_by is None or standing_by.is_exact) else 1)


def _tell(found: Verification, name: str = "") -> None:
    click.echo(f"{name}missing {len(found.missing)}, left over {len(found.surplus)}")
    for code in sorted([*found.missing, *found.surplus])[:20]:
        click.echo(f"  {code}")


def _give_up(index: Any, error: Unavailable, standing_by: Verification | None = None) -> NoReturn:
    """Say as `status` does how the server stands that did not do what it was asked, and end with 1."""
    told = {"error": str(error.__cause__ or error), **index.status()}
    if standing_by:
        told["fallback"] |= {"missing": len(standing_by.missing), "left_over": len(standing_by.surplus)}
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    sys.exit(1)


@group.command("status")
@with_appcontext
def status() -> None:
    """Which engine searches, what it holds and what went wrong, as JSON; ends with 1 when a server does not answer."""
    index = current_app.extensions["house"].ports.search
    tell = getattr(index, "status", None)
    told = tell() if tell else {"engine": "embedded", "documents": index.count(), "reachable": True}
    told["is_current"] = current_app.extensions["house"].ports.embedded.is_current()
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    sys.exit(0 if told["reachable"] else 1)
