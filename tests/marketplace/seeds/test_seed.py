"""The example province: its content keeps to the facts, and seeding it twice is seeding it once."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from PIL import Image as Pixels
from sqlalchemy import func, select

from catalog import clock
from catalog.certificates.models import CertificateKind
from catalog.certificates.numbers import read_number
from catalog.collections.models import Collection
from catalog.crafts.services import supplied
from catalog.db import db
from catalog.inventory.models import Pace, Stock
from catalog.makers.models import Maker
from catalog.media.models import Image
from catalog.media.pipeline import prepare
from catalog.media.storage import FolderStorage
from catalog.places.gazetteer import rows as place_rows
from catalog.products.batik import calls_print_batik, claims_batik
from catalog.products.checklist import missing
from catalog.products.models import Companion, Fulfilment, Product, ProductPicture, ProductState, Variant
from marketplace import seeds
from marketplace.accounts.models import Role, User
from marketplace.checkout.laws import check_laws
from marketplace.curation.models import Submission
from marketplace.orders.models import Order, OrderState, Purchase
from marketplace.outbox.models import Message
from marketplace.returns.laws import check_laws as check_laws_of_returns
from marketplace.returns.models import Return, ReturnState
from marketplace.reviews.models import Review, ReviewCase, ReviewState
from marketplace.reviews.queries import recount
from marketplace.seeds import content, illustrations, papers, province, scale, trade, wares
from marketplace.seeds import views as views_module
from marketplace.seeds.chance import Chance
from marketplace.seeds.phrases import NOUNS
from marketplace.seeds.pictures import COLOURS, FORMS, STORIES
from marketplace.sellers.models import Application, Seller, SellerState
from marketplace.shipping.models import ShippingRate

# What public pages have reported, in rupiah (crafts.json): a price of an example lies inside one of these.
SEEN: dict[str, list[tuple[int, int]]] = {
    "tenun-cual": [(1_200_000, 7_000_000), (3_500_000, 15_000_000)],
    "pewter": [(30_000, 15_000_000), (2_500_000, 7_500_000), (100_000, 5_000_000)],
    "kopiah-resam": [
        (35_000, 150_000),
        (180_000, 250_000),
        (900_000, 2_000_000),
        (50_000, 1_500_000),
        (100_000, 300_000),
    ],
    "batu-satam": [(200_000, 15_000_000), (800_000, 15_000_000)],
    "batik": [(160_000, 200_000), (160_000, 500_000), (400_000, 500_000), (700_000, 1_000_000)],
    "kain-cetak": [(10_000, 99_000)],  # "tens of thousands" is all that was seen
    "anyaman": [(3_000, 100_000), (15_000, 250_000)],
    "batok-kelapa": [(15_000, 300_000)],
    "rajutan-renda": [(15_000, 15_000), (15_000, 450_000)],  # "from Rp15,000" is all that was seen
    "gula-aren": [(12_000, 24_000)],
    "lada-putih-muntok": [(90_000, 100_000)],
    "madu": [(200_000, 200_000), (120_000, 120_000)],
}
REAL_MAKERS = (
    "Magdalena", "Ishadi", "Maslina", "Pangkal Pewter", "Dwi Dharma", "De Simpor", "Pakkis", "Pinang Sirih", "Destiani",
    "Kampung Katak", "Sepiak", "Deshandra", "Bekemas", "PT Timah",
)  # fmt: skip
PIECES = content.pieces()


def test_every_craft_has_its_pieces() -> None:
    counts = Counter(one.craft for one in PIECES)
    assert set(counts) == {row["slug"] for row in supplied()["crafts"]} and len(counts) == 12
    assert len(PIECES) == 241
    # One printed cloth is enough to say what it is and what it is not.
    assert counts.pop("kain-cetak") == 1 and min(counts.values()) >= 4


def test_every_price_lies_inside_what_has_been_seen() -> None:
    for piece in PIECES:
        assert piece.seen in SEEN[piece.craft], piece.key
        low, high = piece.seen
        measures = piece.measures if piece.per else (1,) * len(piece.offers)
        for offer, measure in zip(piece.offers, measures, strict=True):
            assert low * measure <= offer.price * (piece.per or 1) <= high * measure, (piece.key, offer)


def test_no_two_texts_are_equal_and_both_languages_are_there() -> None:
    for name in ("title", "title_en", "description", "description_en"):
        texts = [getattr(one, name) for one in PIECES]
        assert not [text for text, count in Counter(texts).items() if count > 1], name
        assert all(len(text) >= 8 for text in texts)
    for one in PIECES:
        assert 2 <= one.description.count(". ") + 1 <= 6, one.key
        assert one.description != one.description_en


def test_only_waxed_cloth_is_called_batik_and_nothing_heals() -> None:
    for one in PIECES:
        words = (
            one.title,
            one.title_en,
            one.description,
            one.description_en,
            one.care,
            one.care_en,
            one.variation,
            one.variation_en,
        )
        assert not calls_print_batik(*words), one.key
        if one.craft == "batik" or "malam" in one.materials or claims_batik(*words):
            assert {"batik-tulis", "batik-cap", "batik-kombinasi"} & set(one.techniques), one.key
        words = f"{one.title} {one.description} {one.description_en}".casefold()
        for claim in ("menyembuhkan", "khasiat", "bertuah", "gaib", "heals", "cures", "magic", "berkualitas tinggi"):
            assert claim not in words, (one.key, claim)


def test_food_says_how_it_stands_with_halal_and_nothing_else_does() -> None:
    food = {row["slug"] for row in supplied()["crafts"] if row.get("is_food")}
    assert food and {one.craft for one in PIECES if one.halal} == food
    assert all(one.halal for one in PIECES if one.craft in food)


def test_the_numbers_of_the_papers_are_of_the_right_form() -> None:
    villages = {one.key: one.village for one in content.makers().values()}
    for plan in papers.plans():
        home = villages[plan["maker"]][:5]
        read_number(CertificateKind(plan["kind"]), plan["number"], date(2026, 11, 28), home, lambda code: code)


def test_no_name_of_a_real_maker_is_used() -> None:
    names = [one.name for one in content.makers().values()] + [one.name for one in content.shops().values()]
    for real in REAL_MAKERS:
        assert not [name for name in names if real.casefold() in name.casefold()], real


def test_slugs_villages_forms_and_colours_exist() -> None:
    taxonomy = supplied()
    extra = content.supplement()
    techniques = {row["slug"] for row in taxonomy["techniques"]} | set(extra["technique"])
    materials = {row["slug"] for row in taxonomy["materials"]} | set(extra["material"])
    villages = {row["code"] for row in place_rows("villages.csv.gz") if row["code"].startswith("19.")}
    for one in PIECES:
        assert one.form in FORMS and set(one.techniques) <= techniques and set(one.materials) <= materials, one.key
        assert one.techniques and one.materials and one.maker in content.shop_of(), one.key
        assert one.paint is None or one.paint in COLOURS
    assert {one.village for one in content.makers().values()} <= villages
    assert all(row["scene"] in STORIES for row in content.collections())
    keys = {one.key for one in PIECES}
    for row in content.collections():
        assert set(row["pieces"]) <= keys, row["key"]


def test_drawing_is_a_function_of_the_sketch() -> None:
    sketch = illustrations.Sketch("piece", "pewter-keychain", 7)
    assert illustrations.paint(sketch).sha256 == illustrations.paint(sketch).sha256


class Quick:
    """Stands in for the studio: a small plain picture per sketch, so that a test does not draw for minutes."""

    @staticmethod
    @contextmanager
    def studio(sketches: Any) -> Iterator[dict[Any, Future[Any]]]:
        drawn = {}
        for number, sketch in enumerate(dict.fromkeys(sketches)):
            future: Future[Any] = Future()
            future.set_result(Quick.paint(sketch, number))
            drawn[sketch] = future
        yield drawn

    @staticmethod
    def paint(sketch: Any, number: int = 0) -> Any:
        shade = zlib.crc32(repr(sketch).encode()) % 0xFFFFFF
        return prepare(Pixels.new("RGB", (8, 10), (shade >> 16, shade >> 8 & 255, shade & 255)))


@pytest.fixture
def ports(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(province, "studio", Quick.studio)
    monkeypatch.setattr(scale, "studio", Quick.studio)
    monkeypatch.setattr(views_module, "paint", Quick.paint)
    return SimpleNamespace(
        storage=FolderStorage(tmp_path / "media"), private=FolderStorage(tmp_path / "private", base=None)
    )


def quiet(done: int, total: int, label: str) -> None:
    return None


def count(model: Any, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def everything() -> dict[str, int]:
    db.session.rollback()
    tables = (
        User,
        Maker,
        Seller,
        Product,
        Variant,
        Stock,
        Image,
        Purchase,
        Order,
        Collection,
        Submission,
        Message,
        ShippingRate,
    )
    return {one.__name__: count(one) for one in tables}


def codes() -> list[str]:
    db.session.rollback()
    found: list[str] = []
    for model in (User, Maker, Seller, Product, Variant, Image, Purchase, Order, Collection):
        found += db.session.scalars(select(model.code).order_by(model.code))  # type: ignore[attr-defined]
    return found


def test_the_province_is_whole_lawful_and_made_once(ports: Any) -> None:
    assert not seeds.has_examples() and seeds.sign_ins() == []
    assert seeds.seed(ports, quiet)
    db.session.rollback()
    assert seeds.has_examples()
    assert check_laws() == []

    cast = {one["email"].split("@")[0]: one for one in seeds.sign_ins()}
    assert set(cast) >= {"sari", "ratna", "budi", "dewi", "hasan", "tono"} and len(cast) == 8
    json.dumps(list(cast.values()))
    hasan = db.session.scalars(select(User).where(User.email == cast["hasan"]["email"])).one()
    assert hasan.has_role(Role.OFFICER) and {one.regency_code for one in hasan.regencies} == {"19.05", "19.01"}
    assert len({one.district.regency_code for one in db.session.scalars(select(Maker))}) == 7

    assert count(Product, Product.state == ProductState.LIVE) == 234
    assert count(Product, Product.is_example.is_(False)) == 0 and count(Maker, Maker.is_example.is_(False)) == 0
    assert count(Submission, Submission.decided_at.is_(None)) == 4
    assert count(Submission, Submission.reason != "") == 1
    assert count(Maker, ~Maker.is_shown) == 2, "whose shop nobody has opened"
    assert count(Application, Application.decided_at.is_(None)) == 1
    assert count(Seller, Seller.state == SellerState.OPEN) == 14
    assert set(db.session.scalars(select(Order.state))) == set(OrderState)
    assert count(Order, Order.due_at <= clock.now()) == 0
    assert count(Companion) == 6  # three pieces that three people bought together
    assert (
        count(Stock, Stock.on_hand - Stock.reserved == 0) >= 5
        and count(Stock, Stock.on_hand - Stock.reserved == 1) >= 20
    )
    assert count(Variant, Variant.fulfilment == Fulfilment.MADE_TO_ORDER) >= 40
    assert count(Review, Review.state == ReviewState.PUBLISHED) == 16 and count(Review) == 17 and recount() == []
    assert count(ReviewCase, ReviewCase.decision.is_(None)) == 1
    assert set(db.session.scalars(select(Return.state))) == {ReturnState.ASKED, ReturnState.ESCALATED}
    assert check_laws_of_returns() == [] and count(Return, Return.due_at <= clock.now()) == 0
    assert count(Pace) == 2 and sum(bool(one.calendar.closures) for one in db.session.scalars(select(Seller))) == 1
    assert count(Message, Message.topic == "mail") == 0
    assert count(Message, Message.topic == seeds.VIEWS_TOPIC) == 241
    what_is_seen_first_is_light_first()
    assert count(Maker, Maker.emblem_id.is_(None), Maker.is_example) == 2  # those who have only applied
    for collection in db.session.scalars(select(Collection)):
        assert collection.is_showing and len(collection.placements) >= 6 and collection.title_en
        assert all(one.product.is_live for one in collection.placements)

    levels_are_those_of_the_files()
    before, made = everything(), codes()
    assert not seeds.seed(ports, quiet)
    assert everything() == before
    assert not seeds.seed(ports, quiet, random_seed=2), "examples of another seed stay"
    assert everything() == before and codes() == made
    further_views_are_added_once(ports)


def levels_are_those_of_the_files() -> None:
    """What the orders took was added to the opening stock, so buyers find the levels that the files tell."""
    chance = Chance(1)
    rows = select(Variant.code, Stock.on_hand - Stock.reserved).join(Stock, Stock.variant_id == Variant.id)
    levels = dict(db.session.execute(rows).tuples().all())
    for piece in PIECES:
        for place, offer in enumerate(piece.offers):
            if offer.stock is not None:
                assert levels[chance.code(10, "variant", piece.key, place)] == offer.stock, piece.key


def what_is_seen_first_is_light_first() -> None:
    rows = db.session.execute(select(Message.payload, Message.due_at).where(Message.topic == "picture-avif")).all()
    due = {payload["code"]: at for payload, at in rows}
    pieces = db.session.execute(
        select(Image.code, Product.published_at).join_from(ProductPicture, Image).join(Product)
        .where(Product.state == ProductState.LIVE).order_by(Product.published_at.desc())
    ).all()  # fmt: skip
    lead = [due[code] for code, _ in pieces]
    assert len(lead) == 234 and lead == sorted(lead)
    assert min(due.values()) < lead[0], "the house's own pages come before"
    assert max(lead) - min(due.values()) < timedelta(minutes=10)


def further_views_are_added_once(ports: Any) -> None:
    message = db.session.scalars(select(Message).where(Message.topic == seeds.VIEWS_TOPIC).limit(1)).one()
    payload = dict(message.payload)
    product_id = db.session.scalars(select(Product.id).where(Product.code == payload["product"])).one()
    added = seeds.draw_views(ports, payload)
    assert added >= 2
    assert count(ProductPicture, ProductPicture.product_id == product_id) == added + 1
    assert seeds.draw_views(ports, payload) == 0


def test_an_interrupted_run_goes_on(ports: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = wares.Stockroom.fill

    def stumble(self: wares.Stockroom, pieces: Any, progress: Any) -> None:
        whole(self, pieces[:25], progress)
        raise KeyboardInterrupt

    monkeypatch.setattr(wares.Stockroom, "fill", stumble)
    with pytest.raises(KeyboardInterrupt):
        seeds.seed(ports, quiet)
    assert everything()["Product"] == 25
    monkeypatch.setattr(wares.Stockroom, "fill", whole)
    assert seeds.seed(ports, quiet)
    assert everything()["Product"] == len(PIECES)
    assert check_laws() == []
    assert everything()["Purchase"] == len(trade.plans())


def test_a_large_catalogue_is_made_once_and_grows(ports: Any) -> None:
    indexed: list[tuple[int, int]] = []
    assert seeds.seed(ports, quiet, scale=100, index=lambda: indexed.append((count(Product), count(ProductPicture))))
    assert indexed == [(100, 0)], "what can be searched for does not wait for pictures"
    assert everything()["Product"] == 100
    assert count(Seller, Seller.address == "Jalan Contoh 1") == 8
    assert not seeds.seed(ports, quiet, scale=100)
    assert seeds.seed(ports, quiet, scale=130)
    assert everything()["Product"] == count(ProductPicture) == 130
    assert check_laws() == []
    titles = db.session.scalars(select(Product.title)).all()
    assert len(set(titles)) > 120
    pieces = db.session.scalars(select(Product)).all()
    assert {one.craft.slug for one in pieces if one.craft} == set(NOUNS)
    lacking = {(one.title, it.field) for one in pieces for it in missing(one, {it.id for it in one.variants})}
    assert not lacking, "what is made in bulk keeps the rules of batik and of sizes"
