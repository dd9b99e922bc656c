"""A bare application around the tables of places: they need nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from catalog.db import db, transaction
from catalog.edition import Edition
from catalog.places import queries
from catalog.places.models import District, PlaceAlias, Province, Regency, Village
from catalog.places.services import load_places, load_villages

TABLES = [model.__table__ for model in (Edition, Province, Regency, District, Village, PlaceAlias)]


def bare_app(file: Path) -> Flask:
    app = Flask("places")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{file}"
    db.init_app(app)
    return app


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """The tables without a row."""
    app = bare_app(tmp_path / "places.db")
    queries.forget_villages()
    with app.app_context():
        with transaction() as session:
            db.metadata.create_all(session.connection(), tables=TABLES)
        yield app
    queries.forget_villages()


@pytest.fixture(scope="module")
def _babel_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("babel") / "places.db"
    with bare_app(file).app_context():
        with transaction() as session:
            db.metadata.create_all(session.connection(), tables=TABLES)
            load_places()
            load_villages("19")
            load_villages("16.71")
            load_villages("52.02")
            load_villages("52.03")
        db.engine.dispose()
    return file


@pytest.fixture
def loaded(_babel_file: Path) -> Iterator[Flask]:
    """The nation down to its districts, with the villages of Babel, Palembang and two regencies of Lombok."""
    app = bare_app(_babel_file)
    with app.app_context():
        yield app
