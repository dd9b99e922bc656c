"""The page of a piece is read in four statements, and tells the same as the rows that they stand for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.certificates.models import Certificate, CertificateKind
from catalog.db import db, transaction
from catalog.inventory import promises
from catalog.money import Money
from catalog.postcards.models import Postcard, PostcardKind
from catalog.products.prices import set_breaks
from catalog.products.queries import find_live
from catalog.products.services import withdraw
from marketplace.sellers.models import SellerState
from marketplace.sellers.showcase import find_showcase
from marketplace.web.pieces import choices
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases


def _words(terms: Any) -> list[tuple[str, str, str]]:
    return [(one.slug, one.name, one.name_en) for one in terms]


@both_databases
def test_it_tells_the_same_as_the_rows(cast: Cast, app: Any, count_queries: Callable[..., Any]) -> None:
    with transaction():
        wide = factories.product(cast.ratnas, "Kain cual lebar", variants=3)
        wide.certificates.append(
            Certificate(
                maker_id=wide.maker_id,
                seller_id=cast.ratnas.id,
                kind=CertificateKind.HALAL,
                number="ID00110000012345678",
            )
        )
        made = factories.product(cast.ratnas, "Kain pesanan", stock=None)
        set_breaks(wide.variants[1], [(2, Money(1_500_000)), (9, Money(1_400_000))])
        picture = factories.image()
        db.session.add(
            Postcard(kind=PostcardKind.PRODUCT, code=wide.code, locale="id", digest="0", image_id=picture.id)
        )
        promises.set_pace(made.maker, 2)
    with transaction():
        promises.book({"order": {made.variants[0].id: 3}})
    with app.test_request_context("/"):
        for code in (wide.code, made.code):
            db.session.expunge_all()
            whole = find_live(code)
            assert whole is not None
            told = choices(whole, None)
            known: Any = {
                "words": [_words(whole.techniques), _words(whole.materials), _words(whole.motifs)],
                "values": [[(value.option.key, value.key) for value in one.values] for one in whole.variants],
                "breaks": [[(each.quantity, each.price) for each in one.breaks] for one in whole.variants],
                "pictures": [one.image.path for one in whole.pictures],
                "papers": [one.number for one in whole.certificates],
            }
            db.session.expunge_all()
            with count_queries(at_most=4):
                case = find_showcase(code, "id")
                assert case is not None and case.seller is not None
                piece = case.product
                assert known == {
                    "words": [_words(piece.techniques), _words(piece.materials), _words(piece.motifs)],
                    "values": [[(value.option.key, value.key) for value in one.values] for one in piece.variants],
                    "breaks": [[(each.quantity, each.price) for each in one.breaks] for one in piece.variants],
                    "pictures": [one.image.path for one in piece.pictures],
                    "papers": [one.number for one in piece.certificates],
                }
                assert choices(piece, None, case) == told
                assert (case.card is not None) is (code == wide.code)
                assert [one.kind for one in case.seller.deliveries]


@pytest.mark.parametrize("what", ["withdrawn", "unknown"])
def test_nothing_but_what_is_on_sale_is_shown(cast: Cast, what: str) -> None:
    if what == "withdrawn":
        with transaction():
            withdraw(cast.shawl)
    assert find_showcase(cast.shawl.code if what == "withdrawn" else "0000000000", "id") is None


def test_a_shop_that_is_not_open_is_not_named(cast: Cast) -> None:
    with transaction():
        cast.ratnas.state = SellerState.SUSPENDED
    case = find_showcase(cast.shawl.code, "id")
    assert case is not None and case.seller is None
