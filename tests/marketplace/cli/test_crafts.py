"""A shop without examples gets its crafts by a command, and what a new version of the data adds."""

from __future__ import annotations

from flask import Flask

from catalog.crafts.models import Craft, Motif, Technique
from catalog.crafts.services import supplied
from catalog.db import db, transaction
from tests.conftest import both_databases


def run(app: Flask, *arguments: str) -> str:
    told = app.test_cli_runner().invoke(args=["crafts", "load", *arguments])
    assert told.exit_code == 0, told.output
    db.session.rollback()
    return told.output


@both_databases
def test_an_empty_shop_gets_everything_once(app: Flask) -> None:
    assert db.session.scalars(db.select(Craft)).all() == []
    run(app)
    assert {one.slug for one in db.session.scalars(db.select(Craft))} == {row["slug"] for row in supplied()["crafts"]}
    assert db.session.scalars(db.select(Motif)).all() and db.session.scalars(db.select(Technique)).all()
    assert run(app).startswith("0 added")


def test_what_is_missing_is_added_and_words_stay_unless_told_otherwise(app: Flask) -> None:
    run(app)
    with transaction() as session:
        session.delete(session.scalars(db.select(Craft).where(Craft.slug == "kain-cetak")).one())
        session.scalars(db.select(Craft).where(Craft.slug == "batik")).one().summary = "Kata kurator."
    assert run(app).startswith("1 added")
    batik = db.select(Craft.summary).where(Craft.slug == "batik")
    assert db.session.scalar(batik) == "Kata kurator."
    run(app, "--overwrite")
    assert db.session.scalar(batik) != "Kata kurator."
