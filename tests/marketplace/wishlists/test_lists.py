"""Lists of wishes: a person's own, with limits, shared by a link that can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid, NotFound
from catalog.inventory.services import adjust
from catalog.products.models import Product, ProductState
from marketplace.sellers.models import Seller, SellerState
from marketplace.wishlists import services
from marketplace.wishlists.links import list_token, read_list_token
from marketplace.wishlists.models import LISTS_MAX, WISHES_MAX, Wish, Wishlist
from marketplace.wishlists.queries import Standing, find_shared, find_wishlist, list_wishlists, read_pieces
from tests import factories
from tests.cast import Cast


def variant(product: Product) -> str:
    return product.variants[0].code


@pytest.fixture
def feast(cast: Cast) -> Wishlist:
    with transaction():
        return services.make(cast.sari, "  Hari raya ")


def test_a_piece_stands_on_a_list_once_and_on_several_lists(cast: Cast, feast: Wishlist, count_queries: Any) -> None:
    with transaction():
        other = services.make(cast.sari, "Rumah")
        assert services.wish(cast.sari, variant(cast.shawl), feast.code)[1]
        assert not services.wish(cast.sari, variant(cast.shawl), feast.code)[1]
        services.wish(cast.sari, variant(cast.plaque), feast.code)
        services.wish(cast.sari, variant(cast.shawl), other.code)
    with count_queries(at_most=1):
        assert {(one.name, one.pieces) for one in list_wishlists(cast.sari)} == {("Hari raya", 2), ("Rumah", 1)}
    with count_queries(at_most=4):
        pieces = read_pieces(feast)
    assert [one.variant_code for one in pieces] == [variant(cast.plaque), variant(cast.shawl)]


def test_nobody_elses_list_exists(cast: Cast, feast: Wishlist) -> None:
    with transaction():
        services.wish(cast.sari, variant(cast.shawl), feast.code)
    (piece,) = read_pieces(feast)
    for deed in (
        lambda: services.rename(cast.budi, feast.code, "Milik Budi", ""),
        lambda: services.remove(cast.budi, feast.code),
        lambda: services.share(cast.budi, feast.code),
        lambda: services.unshare(cast.budi, feast.code),
        lambda: services.wish(cast.budi, variant(cast.plaque), feast.code),
        lambda: services.unwish(cast.budi, piece.code),
    ):
        with pytest.raises(NotFound), transaction():
            deed()
    assert find_wishlist(cast.budi, feast.code) is None
    assert [one.code for one in read_pieces(feast)] == [piece.code]


@pytest.mark.parametrize("name", ["", "   ", "\u202e", "x" * 61, "Hari raya"])
def test_refuses_a_name_that_is_empty_too_long_or_taken(cast: Cast, feast: Wishlist, name: str) -> None:
    with pytest.raises(Invalid) as refusal, transaction():
        services.make(cast.sari, name)
    assert refusal.value.field == "name"
    with transaction():
        services.make(cast.budi, "Hari raya")  # another person's names are theirs
        services.rename(cast.sari, feast.code, "Hari raya", "Sari")  # and one's own stays


def test_refuses_one_list_too_many_and_one_piece_too_many(cast: Cast, feast: Wishlist) -> None:
    with transaction() as session:
        session.add_all([Wishlist(user_id=cast.sari.id, name=f"Daftar {n}") for n in range(LISTS_MAX - 1)])
        template = factories.product(cast.ratnas, "Banyak", variants=WISHES_MAX)
        session.add_all([Wish(wishlist_id=feast.id, variant_id=one.id) for one in template.variants])
    with pytest.raises(Conflict), transaction():
        services.make(cast.sari, "Satu lagi")
    with pytest.raises(Conflict), transaction():
        services.wish(cast.sari, variant(cast.shawl), feast.code)


def test_refuses_what_is_not_on_sale(cast: Cast, feast: Wishlist) -> None:
    with transaction():
        draft = factories.product(cast.ratnas, "Rancangan", live=False)
    for code in (variant(draft), "0000000000"):
        with pytest.raises(NotFound), transaction():
            services.wish(cast.sari, code, feast.code)


def test_what_is_sold_out_or_gone_stays_and_is_told(cast: Cast, feast: Wishlist) -> None:
    with transaction() as session:
        closed = factories.product(cast.budis, "Milik toko tutup")
        made = factories.product(cast.ratnas, "Dibuat sesuai pesanan", stock=None)
        withdrawn = factories.product(cast.ratnas, "Ditarik")
        for one in (cast.shawl, closed, made, withdrawn):
            services.wish(cast.sari, variant(one), feast.code)
        adjust(cast.shawl.variants[0], -3, "count")
        session.get_one(Product, withdrawn.id).state = ProductState.WITHDRAWN
        session.get_one(Seller, cast.budis.id).state = SellerState.SUSPENDED
    assert {one.title: one.standing for one in read_pieces(feast)} == {
        "Selendang cual kembang setaman": Standing.SOLD_OUT,
        "Milik toko tutup": Standing.GONE,
        "Dibuat sesuai pesanan": Standing.THERE,
        "Ditarik": Standing.GONE,
    }


def test_a_link_opens_a_list_until_it_is_taken_back(app: Flask, cast: Cast, feast: Wishlist) -> None:
    with transaction():
        first = services.share(cast.sari, feast.code).share_code
        assert services.share(cast.sari, feast.code).share_code == first, "sharing again keeps the link"
    assert first is not None
    assert find_shared(first) is not None
    token = list_token("secret", first)
    assert read_list_token("secret", token) == first
    for wrong in (token[:-1], f"{first}.", first, "", "x.y", token.replace(first, "0" * 20), "é.ü"):
        assert read_list_token("secret", wrong) is None
    assert read_list_token("another", token) is None
    with transaction():
        services.unshare(cast.sari, feast.code)
        assert find_shared(first) is None
        assert services.share(cast.sari, feast.code).share_code != first


def test_a_list_that_is_removed_takes_its_pieces_along(cast: Cast, feast: Wishlist) -> None:
    with transaction():
        services.wish(cast.sari, variant(cast.shawl), feast.code)
        services.remove(cast.sari, feast.code)
    assert db.session.scalar(db.select(db.func.count()).select_from(Wish)) == 0
