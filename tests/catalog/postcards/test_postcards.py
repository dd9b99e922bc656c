"""Cards of shared links: drawn once, anew when something on them changes, never for what is not public."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image as PillowImage

from catalog import clock
from catalog.collections.services import create_collection
from catalog.crafts.models import Craft
from catalog.db import db, transaction
from catalog.media import pipeline
from catalog.media.metadata import is_clean
from catalog.media.models import Image
from catalog.media.services import store, sweep_orphans, verify
from catalog.places.models import Regency
from catalog.places.services import load_places
from catalog.postcards import drawing
from catalog.postcards.jobs import make_postcards
from catalog.postcards.models import Postcard, PostcardKind
from catalog.postcards.motives import Motive
from catalog.products.models import Product, ProductPicture
from catalog.products.services import edit, withdraw
from catalog.search import Query
from marketplace.outbox.models import Message
from marketplace.outbox.services import drain
from marketplace.subscribers.postcards import TOPIC, ask_for_missing
from tests import factories

PRODUCT = PostcardKind.PRODUCT


def photo(seed: int = 1, size: tuple[int, int] = (900, 1125)) -> PillowImage.Image:
    return PillowImage.effect_mandelbrot(size, (-2 + seed / 50, -1.5, 1, 1.5), 30).convert("RGB")


@pytest.fixture
def storage(app: Flask) -> Any:
    return app.extensions["house"].ports.storage


@pytest.fixture
def shawl(storage: Any, cast: Any) -> Product:
    """Ratna's shawl with a photo that has bytes."""
    picture = pipeline.prepare(photo(), (320,))
    with transaction():
        image = store(storage, picture, owner=cast.ratnas.code, alt="Kain cual", alt_en="Cual cloth")
        db.session.scalars(
            db.select(ProductPicture).where(ProductPicture.product_id == cast.shawl.id)
        ).one().image = image
    return cast.shawl


def make(storage: Any, shawl: Product) -> int:
    db.session.rollback()
    return make_postcards(storage, PRODUCT, shawl.code, "Kriyaloka")


def cards() -> dict[str, Postcard]:
    db.session.rollback()
    rows = db.session.scalars(db.select(Postcard).execution_options(populate_existing=True))
    return {one.locale: one for one in rows}


def change(shawl: Product, **changes: str) -> None:
    with transaction() as session:
        piece = session.get_one(Product, shawl.id)
        edit(piece, changes, piece.version)


def test_is_a_light_picture_of_the_size_that_chat_programs_want(storage: Any, shawl: Product) -> None:
    make(storage, shawl)
    image = cards()["id"].image
    data = storage.read(image.path)
    assert (image.width, image.height) == (1200, 630) and len(data) < 300_000 and is_clean(data)
    assert shawl.title in image.alt and "Sanggar Contoh Ratna" in image.alt
    with PillowImage.open(io.BytesIO(data)) as opened:
        assert opened.size == (1200, 630)


@pytest.mark.parametrize("title", ["A", "Kata " * 24, "x" * 120, "Kainselendangcualkembanggajah " * 4])
def test_any_title_finds_room(title: str) -> None:
    body = io.BytesIO()
    photo(size=(640, 512)).save(body, "JPEG")
    motive = Motive(title, "Tenun " * 20, ("Sanggar " * 20, "Mentok, Bangka Barat"), "x", 0, 100, True, "Kriyaloka")
    assert drawing.draw(motive, body.getvalue()).size < 300_000


def test_is_drawn_once(storage: Any, shawl: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    assert make(storage, shawl) >= 1
    monkeypatch.setattr(drawing, "draw", lambda *_: pytest.fail("it was drawn already"))
    assert make(storage, shawl) == 0


def test_languages_with_the_same_words_share_a_picture_and_others_do_not(storage: Any, shawl: Product) -> None:
    change(shawl, title="Kain cual", title_en="Cual cloth")
    assert make(storage, shawl) == 2
    found = cards()
    assert found["id"].image_id != found["en"].image_id and "Cual cloth" in found["en"].image.alt


def test_a_new_title_draws_a_new_one_and_the_old_one_is_swept(storage: Any, shawl: Product) -> None:
    make(storage, shawl)
    old = cards()["id"].image.path
    change(shawl, title="Selendang cual lain")
    assert make(storage, shawl) >= 1
    new = cards()["id"].image.path
    assert new != old
    with clock.frozen(clock.now() + timedelta(days=3)), transaction():
        sweep_orphans(storage)
    assert not storage.exists(old) and storage.exists(new)
    assert {one.path for one in verify(storage) if "missing" in one.what and one.path in (old, new)} == set()


def test_what_is_withdrawn_loses_its_card_and_a_draft_never_has_one(storage: Any, shawl: Product, cast: Any) -> None:
    make(storage, shawl)
    with transaction() as session:
        withdraw(session.get_one(Product, shawl.id), "habis")
        draft = factories.product(cast.ratnas, "Kain rahasia", live=False)
        later = create_collection("Nanti", starts_at=clock.now() + timedelta(days=2), image=factories.image())
    make(storage, shawl)
    assert cards() == {}
    assert make_postcards(storage, PRODUCT, draft.code, "Kriyaloka") == 0
    assert make_postcards(storage, PostcardKind.COLLECTION, later.code, "Kriyaloka") == 0
    assert make_postcards(storage, PostcardKind.CRAFT, "no-such-craft", "Kriyaloka") == 0
    assert cards() == {}


def test_a_photo_that_is_gone_leaves_the_page_as_it_is(storage: Any, cast: Any) -> None:
    assert make_postcards(storage, PRODUCT, cast.shawl.code, "Kriyaloka") == 0
    assert cards() == {}


def test_whoever_changes_a_piece_asks_and_the_worker_draws(app: Flask, storage: Any, shawl: Product) -> None:
    change(shawl, title="Selendang cual lain")
    asked = db.session.scalars(db.select(Message.payload).where(Message.topic == TOPIC)).all()
    assert ["product", shawl.code] in [one for payload in asked for one in payload["things"]]
    db.session.rollback()
    drain(app.extensions["house"].handlers)
    assert "Selendang cual lain" in cards()["id"].image.alt


def asked_for() -> set[tuple[str, str]]:
    payloads = db.session.scalars(db.select(Message.payload).where(Message.topic == TOPIC)).all()
    db.session.rollback()
    return {(kind, code) for payload in payloads for kind, code in payload["things"]}


def test_a_craft_under_another_name_asks_for_every_card_that_bears_it(
    app: Flask, storage: Any, shawl: Product, cast: Any
) -> None:
    code, craft_id = shawl.code, shawl.craft_id
    with transaction() as session:
        session.execute(db.delete(Message))
        session.get_one(Craft, craft_id).sources = "https://contoh.example"
    assert (PRODUCT, code) not in asked_for(), "what stands on no piece's card asks for none of them"
    with transaction() as session:
        session.get_one(Craft, craft_id).name = "Tenun limar"
    assert (PRODUCT, code) in asked_for()
    drain(app.extensions["house"].handlers)
    assert make_postcards(storage, PRODUCT, code, "Kriyaloka") == 0, "it was drawn with the new name"
    assert code in app.extensions["house"].ports.search.search(Query("limar")).codes, "and it is found by it"


def test_a_place_under_another_name_asks_for_the_cards_of_those_who_work_there(
    storage: Any, shawl: Product, cast: Any
) -> None:
    code, maker, home = shawl.code, shawl.maker.code, shawl.maker.district_code
    with transaction() as session:
        load_places()
        session.execute(db.delete(Message))
        session.execute(db.update(Regency).where(Regency.code == home[:5]).values(name="Bangka Lama"))
    with transaction():
        load_places()
    assert {("product", code), ("maker", maker)} <= asked_for()


def test_a_card_whose_file_is_gone_is_drawn_anew_by_repair(app: Flask, storage: Any, shawl: Product) -> None:
    make(storage, shawl)
    path = cards()["id"].image.path
    storage.delete(path)
    assert make(storage, shawl) == 0, "by itself nothing shows that it is gone"
    app.test_cli_runner().invoke(args=["media", "verify", "--repair"])
    assert storage.exists(cards()["id"].image.path) and storage.exists(cards()["en"].image.path)
    storage.put(path, b"something else")
    app.test_cli_runner().invoke(args=["media", "verify", "--repair"])
    assert is_clean(storage.read(path)) and storage.read(path) != b"something else"


def test_the_clock_asks_for_what_lacks_a_card_and_only_for_that(storage: Any, shawl: Product) -> None:
    ask_for_missing()
    asked = db.session.scalars(db.select(Message.payload).where(Message.topic == TOPIC)).all()
    assert ["product", shawl.code] in [one for payload in asked for one in payload["things"]]
    make(storage, shawl)
    with transaction() as session:
        session.execute(db.delete(Message))
    ask_for_missing()
    asked = db.session.scalars(db.select(Message.payload).where(Message.topic == TOPIC)).all()
    assert ["product", shawl.code] not in [one for payload in asked for one in payload["things"]]


def test_a_page_shows_the_photo_until_the_card_is_there_and_draws_nothing(
    client: FlaskClient, storage: Any, shawl: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/products/{shawl.slug}-{shawl.code}"
    drawn = drawing.draw
    monkeypatch.setattr(drawing, "draw", lambda *_: pytest.fail("a page draws nothing"))
    before = client.get(address).text
    image = db.session.scalars(db.select(Image).join(ProductPicture).where(ProductPicture.product_id == shawl.id)).one()
    assert f'og:image" content="http://localhost{image.url}"' in before and "summary_large_image" in before
    monkeypatch.setattr(drawing, "draw", drawn)
    make(storage, shawl)
    url = cards()["id"].image.url
    after = client.get(address).text
    assert f'og:image" content="http://localhost{url}"' in after
    assert 'og:image:width" content="1200"' in after and 'og:image:height" content="630"' in after
