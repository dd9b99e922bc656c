"""The index follows the catalog: what is on sale, and what suggestions lead to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.crafts.models import Craft, Material, Motif, Technique
from catalog.crafts.services import add_term, edit_term, remove_term
from catalog.db import db, transaction
from catalog.makers.models import Maker
from catalog.makers.services import edit_maker
from catalog.products.models import Product
from catalog.products.services import edit, withdraw
from catalog.search import Query, jobs, upkeep
from marketplace.outbox.models import Message
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
        name, place, piece_id = maker.name, maker.district.name, piece.id
    assert "maker" in dict(suggested(name))
    assert "place" in dict(suggested(place))
    with transaction():
        withdraw(db.session.get_one(Product, piece_id))
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


@pytest.fixture
def found(app: Flask, ports: Any) -> Callable[[str], tuple[str, ...]]:
    """Codes of the pieces that words find, once the outbox is carried out."""

    def ask(words: str) -> tuple[str, ...]:
        drain(app.extensions["house"].handlers)
        db.session.rollback()
        codes: tuple[str, ...] = ports.search.search(Query(words)).codes
        db.session.rollback()
        return codes

    return ask


@pytest.mark.parametrize("model", [Craft, Motif, Technique, Material])
def test_a_piece_is_found_by_the_names_of_today(piece: Product, found: Any, model: Any) -> None:
    code = piece.code
    for name, english in (("Rumbai wungu", "Wistful purple"), ("Kelip jingga", "Glowing amber")):
        with transaction():
            edit_term(db.session.scalars(select(model)).one(), {"name": name, "name_en": english})
        assert found(name) == found(english) == (code,)
    assert found("rumbai wungu") == found("wistful purple") == ()


def test_other_words_of_a_motif_touch_no_piece(piece: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    touched: list[Any] = []
    monkeypatch.setattr(upkeep, "refresh", lambda index, ids: touched.extend(ids))
    with transaction():
        edit_term(db.session.scalars(select(Motif)).one(), {"meaning": "Taman.", "told_by": "Nenek Aminah"})
    assert touched == []


def test_many_pieces_follow_a_new_name_by_the_worker(
    piece: Product, found: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        seller = factories.seller(owner=factories.user())
        codes = {factories.product(seller).code for _ in range(4)} | {piece.code}
    monkeypatch.setattr(search, "AT_ONCE", 2)
    with transaction() as session:
        edit_term(session.scalars(select(Motif)).one(), {"name": "Rumbai wungu"})
        session.flush()
    waiting = db.session.scalars(select(Message.payload).where(Message.topic == search.FOLLOW)).all()
    assert [len(one["ids"]) for one in waiting] == [2, 2, 1]
    assert set(found("rumbai wungu")) == codes


def test_a_new_motif_is_suggested_and_one_that_is_gone_is_not(piece: Product, suggested: Any) -> None:
    with transaction():
        motif = add_term(Motif, {"name": "Sisik rumbai"}, craft=db.session.get_one(Craft, piece.craft_id)).id
    assert ("motif", "Sisik rumbai") in suggested("rumbai")
    with transaction():
        remove_term(db.session.get_one(Motif, motif))
    assert suggested("rumbai") == []


def test_a_craft_that_was_removed_and_added_again_is_suggested(piece: Product, suggested: Any) -> None:
    with transaction():
        craft = add_term(Craft, {"name": "Sulam rumbai"}).id
    with transaction():
        remove_term(db.session.get_one(Craft, craft))
        add_term(Craft, {"name": "Sulam rumbai"})
    assert suggested("rumbai") == [("craft", "Sulam rumbai")]


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
