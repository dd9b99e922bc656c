"""`flask search …`: the index that buyers search in."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from catalog.db import transaction
from catalog.search import upkeep
from marketplace.cli.progress import Progress


@click.group("search")
def group() -> None:
    """Rebuild and check the search index."""


@group.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Build the index anew from the database; searches see the old one until the end."""
    index = current_app.extensions["house"].ports.search
    progress = Progress()
    total = upkeep.count_live()
    with transaction():
        done = upkeep.rebuild(index, lambda count: progress(count, total, "products indexed"))
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
