"""What a migration does with rows that stand in its way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from catalog.db import db, transaction
from catalog.products.models import Variant
from marketplace import create_app
from marketplace.settings import Settings
from tests import factories


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Flask]:
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    app = create_app(Settings(data_dir=tmp_path, database_url=url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_numbers_that_differ_by_case_alone_are_told_apart(bare: Flask) -> None:
    flask_migrate.upgrade()
    with transaction():
        factories.places()
        ratnas, budis = (factories.seller(name, factories.user()) for name in ("Ratna", "Budi"))
        pieces = [factories.product(ratnas, f"Kain {number}") for number in range(6)] + [factories.product(budis)]
        ids = [one.variants[0].id for one in pieces]
    flask_migrate.downgrade(revision="20261129_0050")
    long = "k" * 40
    written = ["TC-01", "tc-01", "tc-01 (2)", "Tc-01", long, long.upper(), "tc-01"]
    with transaction() as session:
        for id_, sku in zip(ids, written, strict=True):
            session.execute(text("UPDATE variants SET sku = :sku WHERE id = :id"), {"id": id_, "sku": sku})
    flask_migrate.upgrade()
    kept = dict(db.session.execute(select(Variant.id, Variant.sku)).tuples().all())
    assert [kept[id_] for id_ in ids] == [
        "TC-01", "tc-01 (3)", "tc-01 (2)", "Tc-01 (4)", long, "K" * 36 + " (2)", "tc-01",
    ]  # fmt: skip
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text("UPDATE variants SET sku = 'tC-01' WHERE id = :id"), {"id": ids[4]})
