"""Commands under `flask --app wsgi`: everything that an operator does without a browser."""

from flask import Flask

from marketplace.cli import crafts, doctor, ledger, media, migrations, places, run, search, seed

__all__ = ["init_app", "migrations"]


def init_app(app: Flask) -> None:
    app.cli.add_command(seed.command)
    app.cli.add_command(run.worker)
    app.cli.add_command(run.serve)
    app.cli.add_command(search.group)
    app.cli.add_command(places.group)
    app.cli.add_command(crafts.group)
    app.cli.add_command(media.group)
    app.cli.add_command(doctor.command)
    app.cli.add_command(ledger.group)
