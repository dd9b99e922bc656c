"""`flask media …`: the files of pictures."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from catalog.db import transaction
from catalog.media import jobs, services
from catalog.postcards.jobs import make_postcards
from catalog.postcards.queries import list_cards_of
from marketplace.cli.progress import Progress
from marketplace.outbox.services import put


@click.group("media")
def group() -> None:
    """Check the files of pictures."""


@group.command("verify")
@click.option(
    "--repair", is_flag=True, help="Make missing or changed renditions anew from their originals, and draw cards anew."
)
@click.option("--from", "start", default="", help="Go on with this file, as an interrupted run has named it.")
@with_appcontext
def verify(repair: bool, start: str) -> None:
    """Read every file: there, with the bytes that its name promises, without metadata, and named by an image.

    Ends with 1 when something is wrong. Ctrl-C stops it and says how to go on.
    """
    house = current_app.extensions["house"]
    storage, site = house.ports.storage, house.settings.site_name
    progress = Progress()
    seen = start
    try:
        problems = []
        for done, count, path, problem in services.look_over(storage, start):
            seen = path
            progress(done, count, "files read")
            if problem is not None:
                problems.append(problem)
                click.echo(f"{problem.what}: {problem.path}")
    except KeyboardInterrupt:
        click.echo(f"\nstopped; go on with: flask media verify --from {seen}", err=True)
        sys.exit(130)
    click.echo(f"{len(problems)} problems" if problems else "every picture has its files, and every file its picture")
    if repair:
        mended = 0
        spoilt = {one.path for one in problems if one.what != "orphan"}
        for kind, code in list_cards_of(spoilt):
            mended += make_postcards(storage, kind, code, site, anew=True)
        for code in services.list_codes_of(spoilt):
            if jobs.remake(storage, code):
                with transaction():
                    put("picture-avif", {"code": code})
                mended += 1
        click.echo(f"{mended} pictures made anew; files without a picture go with the next sweep")
    sys.exit(1 if problems else 0)
