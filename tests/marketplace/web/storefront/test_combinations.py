"""Choosing one of a piece of two options: a value for each is sent, the shop finds the variant or says which there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog import clock
from catalog.db import db, transaction
from catalog.inventory.models import Stock
from catalog.money import Money
from catalog.products.models import Product, ProductState
from catalog.products.personal import Field, Kind
from marketplace.carts.models import CartLine
from marketplace.carts.queries import read_cart
from marketplace.sellers.closures import close
from marketplace.sellers.models import Seller
from marketplace.wishlists.models import Wish
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import of

NAME = Field("name01", Kind.TEXT, "Nama yang dibordir", "Name to embroider", is_required=True, longest=12)


@pytest.fixture
def cover(cast: Cast) -> Product:
    """Small and large, in white and green: large and green is not made, small and green is sold out."""
    with transaction():
        piece = factories.product(cast.ratnas, "Sarung bantal cual", price=150_000)
        factories.combined(piece, {"size": ("s", "l"), "colour": ("putih", "hijau")}, without=[("l", "hijau")])
        for variant, price, left in zip(piece.variants, (150_000, 150_000, 190_000), (3, 0, 2), strict=True):
            variant.price = Money(price)
            db.session.get_one(Stock, variant.id).on_hand = left
    return piece


def address(piece: Product) -> str:
    return f"/products/{piece.slug}-{piece.code}"


def put(client: Any, piece: Product, size: str | None, colour: str | None, to: str = "/cart", **more: str) -> Any:
    picked = {"option-size": size, "option-colour": colour}
    data = {"product": piece.code, "quantity": "2", "form_token": client.form_token, **more}
    return client.post(to, data=data | {name: value for name, value in picked.items() if value is not None})


def groups(text: str) -> dict[str, str]:
    """The HTML of each group by its legend."""
    found = re.findall(r'<fieldset class="choices choices--pills".*?</fieldset>', text, re.S)
    return {re.search(r"choices__legend\">([^<]+)<", one)[1]: unescape(one) for one in found}  # type: ignore[index]


def checked(text: str) -> list[tuple[str, str]]:
    return re.findall(r'name="option-(\w+)" value="([\w-]+)" checked', text)


def panel(text: str) -> str:
    return text.partition('class="option-groups__chosen"')[2].partition("<template>")[0]


class TestThePage:
    def test_has_a_group_for_each_option_and_begins_with_what_can_be_had(
        self, client: FlaskClient, cover: Product
    ) -> None:
        page = client.get(address(cover))
        assert list(groups(page.text)) == ["Size", "Colour"]
        assert checked(page.text) == [("size", "s"), ("colour", "putih")]
        assert 'name="variant"' not in page.text and f'name="product" value="{cover.code}"' in page.text
        assert "public" in page.headers["Cache-Control"]

    def test_an_address_that_names_a_variant_begins_with_it(self, client: FlaskClient, cover: Product) -> None:
        text = client.get(f"{address(cover)}?variant={cover.variants[2].code}").text
        assert checked(text) == [("size", "l"), ("colour", "putih")]
        assert "Rp190.000" in panel(text)
        gone = client.get(f"{address(cover)}?variant={cover.variants[1].code}").text
        assert checked(gone) == [("size", "s"), ("colour", "hijau")] and "Habis" in panel(gone)

    def test_tells_price_day_stock_and_weight_of_the_chosen_and_of_all(
        self, client: FlaskClient, cover: Product
    ) -> None:
        text = client.get(address(cover)).text
        for told in ("Rp150.000", "Siap, dikirim paling lambat", "3 tersisa", "dengan kemasan"):
            assert told in panel(text), told
        rows = re.findall(r'<a href="([^"]+)"[^>]+data-values="([^"]+)"( data-gone)?', text)
        assert rows == [
            (f"{address(cover)}?variant={variant.code}", values, gone)
            for variant, values, gone in zip(
                cover.variants, ("s putih", "s hijau", "l putih"), ("", " data-gone", ""), strict=True
            )
        ]

    def test_a_value_that_nobody_can_buy_is_crossed_out_and_can_be_asked_for(
        self, client: FlaskClient, cover: Product
    ) -> None:
        group = groups(client.get(address(cover)).text)["Colour"]
        white, green = group.split("<label")[1:]
        assert "choices__option--marked" in green and "(habis)" in green and "disabled" not in green
        assert "choices__option--marked" not in white

    def test_a_piece_of_one_option_has_its_list(self, client: FlaskClient, cast: Cast) -> None:
        with transaction():
            piece = factories.product(cast.ratnas, "Kain dua ukuran", variants=2)
        text = client.get(address(piece)).text
        assert "<option-groups" not in text and text.count('name="variant"') == 2

    def test_of_choices_that_tell_different_options_the_list_is_shown(
        self, client: FlaskClient, cover: Product
    ) -> None:
        with transaction():
            piece = db.session.get_one(Product, cover.id)
            piece.variants[0].values = piece.variants[0].values[:1]
        text = client.get(address(cover)).text
        assert "<option-groups" not in text and text.count('name="variant"') == 3

    def test_what_one_option_decides_is_told_for_its_values_only(self, client: FlaskClient, cover: Product) -> None:
        with transaction():
            db.session.get_one(Product, cover.id).variants[2].weight = 900
        text = client.get(address(cover)).text
        facts = text.partition("Berat dengan kemasan")[2].partition("</dl>")[0]
        assert "s: 400 g" in facts and "l: 900 g" in facts and "putih" not in facts

    def test_asks_no_more_than_a_list_does(
        self, client: FlaskClient, cover: Product, cast: Cast, count_queries: Callable[..., Any]
    ) -> None:
        with transaction():
            plain = factories.product(cast.ratnas, "Kain tiga ukuran", variants=3)
        with count_queries(at_most=6) as of_list:
            client.get(address(plain))
        with count_queries(at_most=len(of_list)):
            client.get(address(cover))


class TestPuttingIntoTheCart:
    @both_databases
    def test_the_values_name_the_variant(self, sign_in: Any, cast: Cast, cover: Product) -> None:
        assert put(sign_in(cast.sari), cover, "l", "putih").location == "/cart"
        [line] = read_cart(of(cast.sari)).lines
        assert (line.variant_code, line.quantity) == (cover.variants[2].code, 2)

    def test_a_form_that_names_the_variant_is_heard(self, sign_in: Any, cast: Cast, cover: Product) -> None:
        sari = sign_in(cast.sari)
        data = {"variant": cover.variants[0].code, "quantity": "1", "form_token": sari.form_token}
        assert sari.post("/cart", data=data).location == "/cart"
        assert [one.variant_code for one in read_cart(of(cast.sari)).lines] == [cover.variants[0].code]

    @pytest.mark.parametrize(
        ("size", "colour", "wrong"),
        [
            (None, "putih", ["Size"]),
            ("s", "", ["Colour"]),
            ("xl", "putih", ["Size"]),
            ("s", "s", ["Colour"]),
            (None, None, ["Size", "Colour"]),
            ("S", "PUTIH", ["Size", "Colour"]),
        ],
    )
    def test_refuses_a_value_that_is_missing_or_unknown_at_its_group(
        self, sign_in: Any, cast: Cast, cover: Product, size: str | None, colour: str | None, wrong: list[str]
    ) -> None:
        answer = put(sign_in(cast.sari), cover, size, colour)
        assert answer.status_code == 422 and "no-store" in answer.headers["Cache-Control"]
        told = groups(answer.text)
        assert [legend for legend, html in told.items() if "Pilih salah satu." in html] == wrong
        kept = {"size": size, "colour": colour}
        assert all(value == kept[name] for name, value in checked(answer.text)), (
            "what was right is kept, nothing guessed"
        )
        assert len(checked(answer.text)) == 2 - len(wrong)
        assert 'value="2"' in answer.text
        assert read_cart(of(cast.sari)).is_empty

    def test_says_what_does_not_exist_and_what_does(self, sign_in: Any, cast: Cast, cover: Product) -> None:
        answer = put(sign_in(cast.sari), cover, "l", "hijau")
        assert answer.status_code == 422 and checked(answer.text) == [("size", "l"), ("colour", "hijau")]
        told = groups(answer.text)
        assert "“l · hijau” tidak ada. Dengan “l” tersedia: putih." in told["Colour"]
        assert "“l · hijau” tidak ada, dan dengan “hijau” sedang tidak ada yang tersedia." in told["Size"]
        assert 'aria-describedby="option-size-error"' in told["Size"] and "Gabungan ini tidak ada." in panel(
            answer.text
        )
        head = unescape(answer.text[: answer.text.index('class="product__gallery"')])
        assert "“l · hijau” tidak ada" in head and head.count("notice--danger") == 1
        assert '<details class="option-groups__all" open>' in answer.text
        english = put(sign_in(cast.sari), cover, "l", "hijau", to="/en/cart").text
        assert "“l · hijau” does not exist. With “l” you can have: putih." in unescape(english)
        assert read_cart(of(cast.sari)).is_empty

    def test_says_what_is_sold_out_and_what_is_not(self, sign_in: Any, cast: Cast, cover: Product) -> None:
        answer = put(sign_in(cast.sari), cover, "s", "hijau")
        assert answer.status_code == 409 and checked(answer.text) == [("size", "s"), ("colour", "hijau")]
        assert "“s · hijau” sudah habis. Dengan “s” tersedia: putih." in groups(answer.text)["Colour"]
        assert read_cart(of(cast.sari)).is_empty

    def test_values_of_another_piece_are_unknown(self, sign_in: Any, cast: Cast, cover: Product) -> None:
        with transaction():
            other = factories.product(cast.budis, "Sarung bantal pewter")
            factories.combined(other, {"size": ("m", "xl"), "colour": ("biru", "putih")})
        answer = put(sign_in(cast.sari), cover, "xl", "biru")
        assert answer.status_code == 422 and "biru" not in groups(answer.text)["Colour"]
        assert read_cart(of(cast.sari)).is_empty
        assert db.session.scalar(db.select(db.func.count()).select_from(CartLine)) == 0

    def test_what_is_not_offered_any_more_does_not_exist(self, sign_in: Any, cast: Cast, cover: Product) -> None:
        with transaction():
            db.session.get_one(Product, cover.id).variants[2].is_active = False
        answer = put(sign_in(cast.sari), cover, "l", "putih")
        assert answer.status_code == 422 and "Pilih salah satu." in groups(answer.text)["Size"]

    @pytest.mark.parametrize("to", ["/cart", "/wishes"])
    def test_a_piece_that_is_not_on_sale_is_not_found(self, sign_in: Any, cast: Cast, cover: Product, to: str) -> None:
        sari = sign_in(cast.sari)
        assert put(sari, cover, "s", "putih", to=to, product="zzzzzzzzzz").status_code == 404
        for state in (ProductState.DRAFT, ProductState.WITHDRAWN, ProductState.HELD):
            with transaction():
                db.session.get_one(Product, cover.id).state = state
            assert put(sari, cover, "s", "putih", to=to).status_code == 404
        assert read_cart(of(cast.sari)).is_empty

    def test_a_closed_shop_is_not_called_sold_out(self, sign_in: Any, cast: Cast, cover: Product) -> None:
        with transaction():
            today = clock.today()
            close(db.session.get_one(Seller, cast.ratnas.id), today, today + timedelta(days=5))
        answer = put(sign_in(cast.sari), cover, "s", "putih")
        assert answer.status_code == 409 and "tutup sampai" in answer.text
        assert "sudah habis" not in answer.text and "field__error" not in answer.text

    def test_what_was_typed_about_it_is_kept(self, sign_in: Any, cast: Cast, cover: Product) -> None:
        with transaction():
            db.session.get_one(Product, cover.id).personal = [NAME.kept()]
        sari = sign_in(cast.sari)
        for picked, status in ((("l", "hijau"), 422), (("s", "hijau"), 409)):
            answer = put(sari, cover, *picked, **{"personal-name01": "Ratna"})
            assert answer.status_code == status and 'value="Ratna"' in answer.text
        answer = put(sari, cover, "s", "putih")
        assert answer.status_code == 422 and 'id="personal-name01-error"' in answer.text
        assert checked(answer.text) == [("size", "s"), ("colour", "putih")]
        assert put(sari, cover, "s", "putih", **{"personal-name01": "Ratna"}).status_code == 303


class TestKeepingOnAList:
    def test_the_values_name_the_variant_also_of_what_is_sold_out(
        self, sign_in: Any, cast: Cast, cover: Product
    ) -> None:
        sari = sign_in(cast.sari)
        answer = put(sari, cover, "s", "hijau", to="/wishes")
        assert answer.location == f"{address(cover)}?variant={cover.variants[1].code}"
        assert db.session.scalars(db.select(Wish.variant_id)).all() == [cover.variants[1].id]

    def test_refuses_what_does_not_exist(self, sign_in: Any, cast: Cast, cover: Product) -> None:
        answer = put(sign_in(cast.sari), cover, "l", "hijau", to="/wishes")
        assert answer.status_code == 422 and "tidak ada. Dengan “l”" in groups(answer.text)["Colour"]
        assert not db.session.scalars(db.select(Wish)).all()


def test_three_options_go_together(sign_in: Any, cast: Cast) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Tas cual")
        options = {"size": ("s", "l"), "colour": ("putih", "hijau"), "strap": ("pendek", "panjang")}
        factories.combined(piece, options, without=[("l", "hijau", "panjang")])
    sari = sign_in(cast.sari)
    answer = put(sari, piece, "l", "hijau", **{"option-strap": "panjang"})
    assert "“l · hijau · panjang” tidak ada. Dengan “l · panjang” tersedia: putih." in groups(answer.text)["Colour"]
    assert put(sari, piece, "l", "hijau", **{"option-strap": "pendek"}).status_code == 303
    [line] = read_cart(of(cast.sari)).lines
    assert line.variant_code == piece.variants[6].code
