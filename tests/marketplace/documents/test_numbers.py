"""Numbers of invoices and receipts: one after the other, without gaps, whoever buys at the same time, and never another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Several
from catalog.money import Money
from marketplace.bookkeeping.withholding import tell
from marketplace.carts import services as carts
from marketplace.checkout.services import place
from marketplace.documents.models import Document, DocumentKind, Series
from marketplace.documents.queries import bills
from marketplace.documents.services import issue
from marketplace.orders.models import Actor
from marketplace.orders.services import cancel, mark_delivered, ship
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay, request_for
from tests.marketplace.checkout.test_races import at_once, carts_of, checkout_of
from tests.together import Meeting

INVOICE, RECEIPT = DocumentKind.INVOICE, DocumentKind.RECEIPT


def numbers(kind: DocumentKind = INVOICE) -> list[str]:
    db.session.rollback()
    return [
        one.text for one in db.session.scalars(db.select(Document).where(Document.kind == kind).order_by(Document.id))
    ]


def test_an_invoice_when_it_is_placed_a_receipt_when_it_is_paid_each_once(cast: Cast) -> None:
    with clock.frozen(datetime(2026, 12, 31, 16, 59, tzinfo=UTC)):
        purchase = buy(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1)).purchase
    assert numbers() == ["INV/2026/000001", "INV/2026/000002"]
    assert numbers(RECEIPT) == []
    with clock.frozen(datetime(2026, 12, 31, 17, 1, tzinfo=UTC)):  # it is 2027 in Bangka
        pay(purchase, cast.tono)
        cash = buy(of(cast.sari), (cast.shawl, 1), method="cash").purchase
    assert numbers(RECEIPT) == ["KW/2027/000001", "KW/2027/000002"]
    assert numbers()[2:] == ["INV/2027/000001"]
    (order,) = orders_of(cash)
    with transaction():
        ship(order, Actor.SELLER)
        issue(INVOICE, [order])  # it has one
    assert len(numbers(RECEIPT)) == 2  # nobody has handed over cash yet
    with transaction():
        mark_delivered(order, Actor.BUYER)
    assert len(numbers(RECEIPT)) == 3
    assert len(numbers()) == 3


def test_a_purchase_that_fails_leaves_no_gap(cast: Cast) -> None:
    with pytest.raises(RuntimeError), transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code, 1)
        place(of(cast.sari), request_for(of(cast.sari)))
        raise RuntimeError
    buy(of(cast.sari), (cast.shawl, 1))
    assert numbers() == [f"INV/{clock.today().year}/000001"]


@both_databases
@pytest.mark.race
def test_many_buyers_at_once_get_one_number_each_and_leave_none_out(app: Flask, cast: Cast) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Bakul contoh", stock=40).variants[0].id
    results = at_once(app, [checkout_of(one) for one in carts_of([[piece]] * 24)])
    assert results["placed"] == 24, results
    found = db.session.scalars(db.select(Document.number).where(Document.kind == INVOICE)).all()
    assert sorted(found) == list(range(1, 25))


@both_databases
@pytest.mark.race
def test_control_counting_first_gives_a_number_twice_and_the_database_refuses_it(app: Flask, cast: Cast) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Bakul contoh", stock=40)
    orders = [orders_of(buy(of(cast.sari), (piece, 1)).purchase)[0].id for _ in range(4)]

    meeting = Meeting()

    def naive(order_id: int) -> Callable[[], Any]:
        def draw() -> str:
            top = db.session.scalar(db.select(db.func.max(Document.number)).where(Document.kind == RECEIPT)) or 0
            db.session.rollback()
            meeting.wait()
            row = Document(kind=RECEIPT, year=2026, number=top + 1, order_id=order_id, seller_name="Ratna")
            try:
                with transaction() as session:
                    session.add(row)
            except IntegrityError:
                return "twice"
            return "done"

        return draw

    results = at_once(app, [naive(one) for one in orders], threads=4)
    assert results["twice"] > 0, results


def test_a_taxable_shop_shows_the_tax_in_its_prices_from_that_day_on(cast: Cast) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kain ganjil", 333_335, stock=9)
    before = orders_of(buy(of(cast.sari), (piece, 1)).purchase)
    with pytest.raises(Several), transaction():
        tell(cast.ratnas, "", False, None, cast.ratna, date(2026, 1, 1))  # without an NPWP
    with pytest.raises(Several), transaction():
        tell(cast.ratnas, "1234567890123456", False, None, cast.ratna, clock.today() + timedelta(days=1))
    with transaction():
        tell(cast.ratnas, "1234567890123456", False, None, cast.ratna, clock.today())
    purchase = buy(of(cast.sari), (piece, 3)).purchase
    (order,) = orders_of(purchase)
    (bill,) = bills([order], INVOICE)
    assert (bill.document.tax_number, bill.document.ppn) == ("1234567890123456", 1100)
    assert bill.tax is not None
    assert bill.tax.base + bill.tax.sum == order.items_total == Money(1_000_005)
    assert bill.tax.sum == Money(99_100)  # 1.000.005 × 11 ⁄ 111 = 99.099,59
    assert bills(before, INVOICE)[0].tax is None  # what was given stays as it was
    assert bill.open == order.total
    pay(purchase, cast.tono)
    with transaction():
        cancel(orders_of(purchase)[0], Actor.SELLER, "Benangnya habis", cast.ratna)
    (bill,) = bills(orders_of(purchase), RECEIPT)
    assert (bill.paid, bill.back, bill.open) == (order.total, order.total, Money(0))
    assert bill.tax is not None
    assert bill.tax.sum == Money(0)


@both_databases
def test_the_database_itself_changes_no_paper_and_gives_no_number_twice(cast: Cast) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 1)).purchase
    (order,) = orders_of(purchase)
    pay(purchase, cast.tono)
    given = db.session.scalars(db.select(Document).where(Document.kind == INVOICE)).one()
    twin = {"id": given.id, "kind": INVOICE, "year": 2026, "number": 9, "order_id": order.id, "seller_name": "x"}
    for deed in (
        db.update(Document).values(number=99),
        db.update(Document).values(kind=RECEIPT),
        db.update(Document).values(seller_name="Sanggar Lain"),
        db.update(Document).values(ppn=1100, tax_number="0123456789012345"),
        db.delete(Document),
        db.insert(Document).values(twin),
        db.update(Series).values(last=0),
        db.update(Series).values(year=1999),
        db.delete(Series),
    ):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(deed.execution_options(synchronize_session=False))
    if db.engine.dialect.name == "sqlite":
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(db.insert(Document).values(twin).prefix_with("OR REPLACE"))
    assert (numbers(), numbers(RECEIPT)) == (["INV/2026/000001"], ["KW/2026/000001"])
