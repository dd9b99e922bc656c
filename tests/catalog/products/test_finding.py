"""Only what is on sale is found by the public, in few queries and in a stated order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from catalog.products import queries
from catalog.products.models import Fulfilment, ProductPicture, ProductState
from catalog.search.cards import list_cards
from catalog.search.document import MADE_TO_ORDER, READY
from catalog.search.projection import document_of, documents, live_ids
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases

HIDDEN = [state for state in ProductState if state is not ProductState.LIVE]


@pytest.mark.parametrize("state", HIDDEN)
def test_the_public_finds_nothing_that_is_not_on_sale(cast: Cast, state: ProductState) -> None:
    with transaction():
        cast.shawl.state = state
    code = cast.shawl.code
    assert queries.find_live(code) is None
    assert list_cards([code]) == []
    assert document_of(cast.shawl) is None
    assert list(live_ids()) == [cast.plaque.id]
    assert queries.list_newest() == [cast.plaque.code]
    assert queries.list_of_maker(cast.shawl.maker_id) == []
    assert queries.list_codes_of_seller(cast.ratnas.id) == []
    assert queries.count_live() == 1
    assert queries.count_live(craft="tenun-cual") == 0
    assert queries.list_live_districts() == ["19.71.02"]
    assert queries.find_of_seller(cast.ratnas.id, code) is not None


def test_a_products_page_reads_by_key_only(cast: Cast, count_queries: Callable[..., Any]) -> None:
    with transaction():
        wide = factories.product(cast.ratnas, "Kopiah resam", variants=4)
        for place in range(1, 4):
            wide.pictures.append(ProductPicture(image=factories.image(owner=cast.ratnas.code), position=place))
    db.session.expunge_all()
    with count_queries(at_most=9):
        found = queries.find_live(wide.code)
        assert found is not None
        assert [len(found.variants), len(found.pictures), len(found.options[0].values)] == [4, 4, 4]
        assert [variant.choices()["size"] for variant in found.variants] == ["s0", "s1", "s2", "s3"]
        assert found.maker.district.regency.name == "Bangka Barat"
        assert found.pictures[0].image.ways().srcset
        assert found.materials[0].name
        assert found.techniques[0].name
        assert found.motifs[0].name
        assert found.craft
        assert found.craft.name


@both_databases
def test_cards_come_in_the_order_asked_for_in_two_queries(cast: Cast, count_queries: Callable[..., Any]) -> None:
    with transaction():
        made = factories.product(cast.ratnas, "Kain cual pengantin", stock=None, variants=3)
        gone = factories.product(cast.budis, "Plakat kecil", stock=0)
    codes = [gone.code, cast.shawl.code, "unknown", made.code, cast.plaque.code, cast.shawl.code]
    db.session.expunge_all()
    with count_queries(at_most=2):
        cards = list_cards(codes)
    assert [card.code for card in cards] == [gone.code, cast.shawl.code, made.code, cast.plaque.code]
    sold_out, shawl, ordered, _ = cards
    assert (sold_out.sold_out, sold_out.promise, sold_out.left) == (True, "none", 0)
    assert (shawl.promise, shawl.left, shawl.dispatch_days, shawl.from_price) == ("ready", 3, 2, False)
    assert (ordered.promise, ordered.lead_days, ordered.from_price) == ("made", 20, True)
    assert (ordered.price_min, ordered.price_max) == (Money(1_850_000), Money(1_950_000))
    assert (shawl.maker, shawl.place, shawl.regency, shawl.craft) == (
        "Sanggar Contoh Ratna",
        "Mentok",
        "Bangka Barat",
        "tenun-cual",
    )
    assert shawl.image is not None
    assert shawl.image.alt == "Kain cual"
    assert [one.width for one in shawl.image.renditions] == [320, 640, 1200]
    assert shawl.image.ways().srcset.count("w") >= 3
    assert shawl.is_new


def test_no_codes_ask_nothing(cast: Cast, count_queries: Callable[..., Any]) -> None:
    with count_queries(at_most=0):
        assert list_cards([]) == []


def test_a_card_counts_only_active_variants_and_what_is_not_reserved(cast: Cast) -> None:
    with transaction() as session:
        wide = factories.product(cast.ratnas, "Kopiah resam", price=100_000, stock=2, variants=3)
        wide.variants[0].is_active = False
        session.flush()
        session.execute(db.text("UPDATE stocks SET reserved = 2 WHERE variant_id = :id"), {"id": wide.variants[1].id})
    (card,) = list_cards([wide.code])
    assert (card.price_min, card.price_max, card.left) == (Money(150_000), Money(200_000), 2)


def test_a_card_shows_the_first_picture_and_does_without(cast: Cast) -> None:
    with transaction():
        second = factories.image(owner=cast.ratnas.code)
        cast.shawl.pictures[0].position = 5
        cast.shawl.pictures.append(ProductPicture(image=second, position=2))
        cast.plaque.pictures.clear()
    shawl, plaque = list_cards([cast.shawl.code, cast.plaque.code])
    assert shawl.image is not None
    assert shawl.image.path == second.path
    assert plaque.image is None


def test_new_ends_after_three_weeks(cast: Cast) -> None:
    with clock.frozen(clock.now() + timedelta(days=22)):
        assert not list_cards([cast.shawl.code])[0].is_new


def test_the_sellers_desk_is_paged_by_code(cast: Cast) -> None:
    with transaction():
        more = [factories.product(cast.ratnas, f"Kain {n}", live=n % 2 == 0) for n in range(4)]
    codes = [piece.code for piece in [*more[::-1], cast.shawl]]
    first = queries.list_of_seller(cast.ratnas.id, limit=2)
    rest = queries.list_of_seller(cast.ratnas.id, after=first[-1].code, limit=9)
    assert [piece.code for piece in (*first, *rest)] == codes
    assert queries.count_of_seller(cast.ratnas.id) == {ProductState.LIVE: 3, ProductState.DRAFT: 2}
    assert len(queries.list_of_seller(cast.ratnas.id, ProductState.DRAFT)) == 2
    assert queries.list_of_seller(cast.ratnas.id, after=cast.plaque.code) == []


@pytest.mark.parametrize(
    ("place", "count"),
    [("19", 2), ("19.05", 1), ("19.05.01", 1), ("19.0", 0), ("19.71", 1), ("31", 0), ("19.05.01.1003", 0)],
)
def test_counts_by_place_at_every_level(cast: Cast, place: str, count: int) -> None:
    assert queries.count_live(place=place) == count


@both_databases
def test_documents_say_what_is_on_sale_in_a_few_queries(cast: Cast, count_queries: Callable[..., Any]) -> None:
    with transaction():
        made = factories.product(cast.ratnas, "Kopiah resam", stock=None, variants=2)
        made.variants[1].fulfilment = Fulfilment.READY
        made.variants[0].lead_days = 9
        draft = factories.product(cast.ratnas, "Rahasia", live=False)
    ids = [made.id, draft.id, cast.shawl.id]
    db.session.expunge_all()
    with count_queries(at_most=6):
        hat, shawl = documents(ids)
    assert (hat.code, shawl.code) == (made.code, cast.shawl.code)
    assert hat.fulfilment == (MADE_TO_ORDER, READY)
    assert [(one.options, one.price, one.available) for one in hat.variants] == [
        ({"size": "s0"}, 1_850_000, True),
        ({"size": "s1"}, 1_900_000, False),
    ]
    assert hat.in_stock
    assert shawl.place == ("19.05.01",)
    assert shawl.seller_code == cast.ratnas.code
    assert (shawl.technique, shawl.material, shawl.motif) == (
        ("tenun-gedogan",),
        ("benang-sutra",),
        ("kembang-setaman",),
    )
    assert "Benang sutra" in shawl.text
    assert "Silk thread" in shawl.text_en
    assert shawl.published_at > 1_500_000_000
