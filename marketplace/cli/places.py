"""`flask places …`: the administrative areas."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from catalog.db import transaction
from catalog.places import services
from marketplace.cli.progress import Progress


@click.group("places")
def group() -> None:
    """Provinces, regencies, districts and villages."""


@group.command("load")
@with_appcontext
def load() -> None:
    """Load every province, regency and district, and the aliases; safe to repeat."""
    with transaction():
        services.load_places()
    click.echo("places loaded")


@group.command("load-villages")
@click.option("--prefix", default="", help="Only villages whose code begins so, for example 19.")
@with_appcontext
def load_villages(prefix: str) -> None:
    """Load the 83,762 villages with postal codes; stop and repeat it as you like."""
    progress = Progress()
    for batch in services.village_batches(prefix):
        with transaction():
            services.load_village_batch(batch)
        progress(batch.done, batch.total, "villages")
