"""`flask db`: Flask-Migrate, loaded when somebody migrates. Alembic would weigh on every web process for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from catalog.db import db


class Migrations:
    """Stands where Flask-Migrate keeps its settings until they are asked for."""

    def __init__(self, app: Flask, directory: Path) -> None:
        self._app = app
        self._directory = directory

    def __getattr__(self, name: str) -> Any:
        from flask_migrate import Migrate

        Migrate(self._app, db, directory=str(self._directory), compare_type=True, render_as_batch=False)
        return getattr(self._app.extensions["migrate"], name)


class Commands(AppGroup):
    """The commands of the house, and `db` when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "db"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != "db":
            return super().get_command(ctx, cmd_name)
        from flask_migrate.cli import db as group

        return group  # type: ignore[no-any-return]


def init_app(app: Flask, directory: Path) -> None:
    app.extensions["migrate"] = Migrations(app, directory)
    app.cli = Commands(app.name, commands=app.cli.commands)
