"""`flask crafts …`: crafts, techniques, materials and motifs."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from catalog.crafts.services import load_taxonomy
from catalog.db import transaction


@click.group("crafts")
def group() -> None:
    """Crafts, techniques, materials and motifs."""


@group.command("load")
@click.option("--overwrite", is_flag=True, help="Also put the words of the data file where others stand.")
@with_appcontext
def load(overwrite: bool) -> None:
    """Add what the data file has and the shop has not; safe to repeat, nothing is deleted."""
    with transaction():
        found = load_taxonomy(overwrite=overwrite)
    click.echo(f"{found.added} added: {found.crafts} crafts, {found.techniques} techniques, "
               f"{found.materials} materials, {found.motifs} motifs")  # fmt: skip
