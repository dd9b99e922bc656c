"""`flask db`: Flask-Migrate, loaded when somebody migrates. Alembic would weigh on every web process for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

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


def init_app(app: Flask, directory: Path) -> None:
    app.extensions["migrate"] = Migrations(app, directory)
