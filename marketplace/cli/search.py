"""`flask search …`: the index that buyers search in."""

from __future__ import annotations

import json
import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from catalog.search import upkeep
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
    click.echo(f"{done} products indexed")


@group.command("verify")
@with_appcontext
def verify() -> None:
    """Compare the index with the database; ends with 1 when they differ."""
    found = upkeep.verify(current_app.extensions["house"].ports.search)
    click.echo(f"missing {len(found.missing)}, left over {len(found.surplus)}")
    for code in sorted([*found.missing, *found.surplus])[:20]:
        click.echo(f"  {code}")
    sys.exit(1 if found.missing or found.surplus else 0)


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
