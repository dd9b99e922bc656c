"""Invoices and receipts: for the buyer and the bearer of the link, the shop and the operator; for nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from catalog import clock
from catalog.db import transaction
from marketplace.bookkeeping.withholding import tell
from marketplace.orders.access import access_token
from marketplace.orders.models import Actor
from marketplace.orders.services import cancel, mark_delivered, ship
from marketplace.web.numerals import in_words
from tests import factories
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, guest, of, orders_of, pay
from tests.paper import needs_pdf
from tests.paper import text_of as words_of

SignIn = Callable[[Any], Any]


def text_of(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)).replace("\xa0", " "))


def link(app: Any, purchase: Any, kind: str) -> str:
    token = access_token(app.extensions["house"].settings.secret_key, purchase.code)
    return f"/purchases/{purchase.code}/documents/{kind}?token={token}"


@needs_pdf
def test_a_guest_keeps_the_receipt_of_two_shops_by_the_link(
    app: Any, client: Any, cast: Cast, count_queries: Any
) -> None:
    with transaction():
        someone = guest()
    shop, purchase = cast.ratnas.name, buy(someone, (cast.shawl, 1), (cast.plaque, 2)).purchase
    year = clock.today().year
    invoice = text_of(client.get(link(app, purchase, "invoice")))
    assert f"INV/{year}/000001" in invoice
    assert f"INV/{year}/000002" in invoice
    assert "Yang harus dibayar" in invoice
    assert client.get(link(app, purchase, "receipt")).status_code == 404  # nothing is paid
    assert client.get(f"/purchases/{purchase.code}/documents/invoice").status_code == 404  # without the link
    pay(purchase, cast.tono)
    with count_queries(at_most=14):
        receipt = client.get(link(app, purchase, "receipt"))
    assert f"KW/{year}/000002" in text_of(receipt)
    assert receipt.headers["Referrer-Policy"] == "no-referrer"
    made = words_of(client.get(link(app, purchase, "receipt") + "&as=pdf"))
    for wanted in (f"KW/{year}/000001", f"KW/{year}/000002", str(purchase.total), shop, "Sari", "Terbilang"):
        assert wanted in made, wanted
    for one in orders_of(purchase):
        assert str(one.total) in made
    assert "In words" in text_of(client.get("/en" + link(app, purchase, "receipt")))
    assert client.get(link(app, purchase, "receipt").replace("receipt", "nonsense")).status_code == 404


def test_the_shop_sees_its_own_and_the_buyer_only_while_it_must(cast: Cast, sign_in: SignIn) -> None:
    with transaction():
        tell(cast.ratnas, "1234567890123456", False, None, cast.ratna, clock.today())
        dear = factories.product(cast.ratnas, "Kain untuk gubernur", 6_000_000, stock=2)
    purchase = buy(of(cast.sari), (dear, 1), recipient="Sari Puspita").purchase
    pay(purchase, cast.tono)
    (order,) = orders_of(purchase)
    ratna, budi, tono = (sign_in(one) for one in (cast.ratna, cast.budi, cast.tono))
    path = f"/seller/{cast.ratnas.code}/orders/{order.code}/documents/receipt"
    of_budi, of_tono = (
        path.replace(cast.ratnas.code, cast.budis.code),
        f"/operator/orders/{order.code}/documents/receipt",
    )
    page = text_of(ratna.get(path))
    assert "Sari Puspita" in page
    assert "NPWP 1234567890123456" in page
    assert "Rp594.595" in page  # 6.000.000 × 11 ⁄ 111
    assert "Enam juta rupiah" in page
    assert "UU 10/2020" in page  # above Rp5 million
    assert budi.get(path).status_code == 404
    assert budi.get(of_budi).status_code == budi.get(of_tono).status_code == 404
    assert "KW/" in text_of(tono.get(of_tono))
    with transaction():
        cancel(order, Actor.SELLER, "Benangnya habis", cast.ratna)
    page = text_of(ratna.get(path))
    assert "Sari Puspita" not in page
    assert f"Dikembalikan sejauh ini −{order.total}" in page
    assert "Pesanan ini dibatalkan." in page


def test_cash_has_its_receipt_when_it_was_handed_over(app: Any, client: Any, cast: Cast) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 1), method="cash").purchase
    assert client.get(link(app, purchase, "receipt")).status_code == 404
    (order,) = orders_of(purchase)
    with transaction():
        ship(order, Actor.SELLER)
        mark_delivered(order, Actor.BUYER)
    page = text_of(client.get(link(app, purchase, "receipt")))
    assert "Dibayar tunai" in page
    assert "NPWP" not in page  # no tax where none is due


@pytest.mark.parametrize(
    ("number", "said", "in_english"),
    [
        (0, "nol", "zero"),
        (11, "sebelas", "eleven"),
        (1_000, "seribu", "one thousand"),
        (1_919, "seribu sembilan ratus sembilan belas", "one thousand nine hundred nineteen"),
        (100_115, "seratus ribu seratus lima belas", "one hundred thousand one hundred fifteen"),
        (1_250_021, "satu juta dua ratus lima puluh ribu dua puluh satu", "one million two hundred fifty thousand twenty-one"),
        (2_000_000_000_000, "dua triliun", "two trillion"),
    ],
)  # fmt: skip
def test_sums_in_words(number: int, said: str, in_english: str) -> None:
    assert (in_words(number, "id"), in_words(number, "en")) == (said, in_english)
