"""`flask seed`: the example province, or a large catalogue for measurements."""

from __future__ import annotations

import json

import click
from flask import current_app
from flask.cli import with_appcontext

from catalog.search import upkeep
from marketplace import seeds
from marketplace.cli.progress import Progress
from marketplace.subscribers import search


@click.command("seed")
@click.option("--scale", type=click.IntRange(1, 2_000_000), help="Make this many products for measurements instead.")
@click.option("--random-seed", type=int, default=1, show_default=True, help="The same number gives the same province.")
@click.option("--json", "as_json", is_flag=True, help="Print the cast's sign-ins as JSON.")
@with_appcontext
def command(scale: int | None, random_seed: int, as_json: bool) -> None:
    """Fill an empty house with a believable example; safe to repeat."""
    house = current_app.extensions["house"]
    if house.settings.is_production:
        raise click.ClickException("example data does not belong into production")
    progress = Progress()

    def index() -> None:
        total = upkeep.count_live()
        search.rebuild(house.ports, lambda count: progress(count, total, "products indexed"))

    seeds.seed(house.ports, progress, random_seed=random_seed, scale=scale, index=index)
    house.wake()
    cast = seeds.sign_ins()
    if as_json:
        click.echo(json.dumps({"address": house.settings.public_url, "cast": cast}, ensure_ascii=False, indent=2))
        return
    click.echo(f"\n{house.settings.public_url}\n")
    for one in cast:
        click.echo(f"  {one['name']:<22} {one['email']:<26} {one['password']:<22} {one['does']}")
