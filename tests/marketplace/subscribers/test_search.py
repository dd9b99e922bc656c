"""The index follows the catalog: what is on sale, and what suggestions lead to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.crafts.models import Craft, Motif
from catalog.db import db, transaction
from catalog.makers.models import Maker
from catalog.makers.services import edit_maker
from catalog.products.models import Product
from catalog.products.services import edit, withdraw
from catalog.search import Query, jobs, upkeep
from marketplace.outbox.services import drain
from marketplace.subscribers import search
from tests import factories
from tests.conftest import both_databases

pytestmark = both_databases


@pytest.fixture
def ports(app: Flask) -> Any:
    return app.extensions["house"].ports


@pytest.fixture
def piece(app: Flask, ports: Any) -> Product:
    """The only piece on sale, of the only maker."""
    with transaction():
        factories.places()
        piece = factories.product(factories.seller(owner=factories.user()))
    search.rebuild(ports)
    return piece


@pytest.fixture
def suggested(app: Flask, ports: Any) -> Callable[[str], list[tuple[str, str]]]:
    """(kind, text) of what is suggested, once the outbox is carried out."""

    def ask(typed: str) -> list[tuple[str, str]]:
        drain(app.extensions["house"].handlers)
        db.session.rollback()
        found = [(one.kind, one.text) for one in ports.search.suggest(typed)]
        db.session.rollback()
        return found

    return ask


def test_a_maker_is_suggested_by_the_name_of_today(piece: Product, suggested: Any) -> None:
    with transaction():
        maker = db.session.get_one(Maker, piece.maker_id)
        old = maker.name
        edit_maker(maker, {"name": "Sanggar Bunga Rumbia"})
    assert ("maker", "Sanggar Bunga Rumbia") in suggested("rumbia")
    assert ("maker", old) not in suggested(old)


def test_a_maker_and_a_place_without_pieces_are_suggested_no_more(piece: Product, suggested: Any) -> None:
    with transaction():
        maker = db.session.get_one(Maker, piece.maker_id)
        name, place = maker.name, maker.district.name
    assert "maker" in dict(suggested(name))
    assert "place" in dict(suggested(place))
    with transaction():
        withdraw(db.session.get_one(Product, piece.id))
    assert "maker" not in dict(suggested(name))
    assert "place" not in dict(suggested(place))


def test_crafts_and_motifs_are_suggested_by_the_name_of_today(piece: Product, suggested: Any) -> None:
    with transaction():
        craft = db.session.get_one(Craft, piece.craft_id)
        craft.name = "Tenun rumbai"
        motif = db.session.scalars(select(Motif)).first() or Motif(slug="x", craft=craft, name="Bunga lama")
        db.session.add(motif)
        db.session.flush()
        motif.name = "Kembang rumbai"
    assert {("craft", "Tenun rumbai"), ("motif", "Kembang rumbai")} <= set(suggested("rumbai"))


def test_a_stopped_rebuild_goes_on_and_holds_what_changed_meanwhile(
    app: Flask, ports: Any, piece: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        seller = factories.seller(owner=factories.user())
        codes = [factories.product(seller).code for _ in range(6)]
    search.rebuild(ports)
    monkeypatch.setattr(jobs, "STEP", 2)

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search.rebuild(ports, stop)
    db.session.rollback()
    assert ports.search.search(Query()).total == 7
    db.session.rollback()
    with transaction():
        changed = db.session.get_one(Product, piece.id)
        edit(changed, {"title": "Tudung saji rumbai"}, changed.version)
        withdraw(db.session.scalars(select(Product).where(Product.code == codes[-1])).one())
    told: list[int] = []
    assert search.rebuild(ports, told.append) == 6
    assert told[0] == 4
    assert upkeep.verify(ports.search).is_exact
    assert ports.search.search(Query("rumbai")).codes == (piece.code,)


def test_the_command_says_how_to_go_on(app: Flask, ports: Any, piece: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(type(ports.embedded), "fill", stop)
        told = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert told.exit_code == 130
    assert "goes on" in told.output
    told = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert (told.exit_code, told.output.splitlines()[-1]) == (0, "1 products indexed")
