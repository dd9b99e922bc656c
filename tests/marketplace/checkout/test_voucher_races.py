"""Two hundred people, one voucher, on both databases. The naive version that looks first is caught by the same count."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from catalog.db import db, transaction
from catalog.errors import Conflict
from catalog.money import Money
from marketplace.carts.models import Owner
from marketplace.checkout.queries import check_laws
from marketplace.checkout.services import place
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order, Purchase
from marketplace.payments.models import PaymentMethod
from marketplace.promotions import services as promotions
from marketplace.promotions.models import Fund, Payer, Redemption, Voucher, VoucherUse
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, request_for
from tests.marketplace.checkout.test_races import at_once, carts_of, count
from tests.together import Meeting

pytestmark = [both_databases, pytest.mark.race]


def press(session_id: int, number: int, code: str = "SATU") -> Callable[[], str]:
    """One buyer of their own mail and telephone, who wants the voucher or nothing."""

    def run() -> str:
        from marketplace.accounts.models import Session

        owner = Owner(session=db.session.get_one(Session, session_id))
        asked = request_for(
            owner, vouchers=(code,), email=f"pembeli{number}@contoh.example", phone=f"0812{3_000_000 + number}"
        )
        if asked.shown and f'"{code}"' not in asked.shown:
            raise Conflict("the page says that it is used up")
        with transaction():
            place(owner, asked)
        return "placed"

    return run


@pytest.mark.parametrize("most", [1, 20])
def test_two_hundred_parallel_redemptions_use_it_exactly_as_often_as_it_may(app: Flask, cast: Cast, most: int) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kain", stock=500)
        factories.voucher("SATU", most_uses=most)
    sessions = carts_of([[piece.variants[0].id]] * 200)
    results = at_once(app, [press(one, number) for number, one in enumerate(sessions)])
    assert results["placed"] == most, results
    assert results["placed"] + results["Conflict"] + results["QuoteChanged"] == 200, results
    assert db.session.scalars(db.select(Voucher.used)).one() == most
    assert count(Redemption) == count(Order, Order.discount_total > Money(0)) == most
    assert check_laws() == []


def race(app: Flask, codes: list[str], redeem: Callable[[str, int], None]) -> int:
    at_once(
        app, [lambda code=code, number=number: redeem(code, number) for number, code in enumerate(codes)], threads=20
    )
    return count(Redemption)


def purchases(many: int = 40) -> list[str]:
    """Rows that a redemption can point at, without anything in them."""
    rows = [
        Purchase(
            code=f"purchase{number}", email="x@contoh.example", recipient="X", phone="+6281234567890", total=Money(0),
            payment_method=PaymentMethod.BANK_TRANSFER,
        )
        for number in range(many)
    ]  # fmt: skip
    with transaction() as session:
        session.add_all(rows)
    return [one.code for one in rows]


def test_one_person_in_forty_tabs_uses_it_once(app: Flask, cast: Cast) -> None:
    codes = purchases()
    with transaction():
        factories.voucher("SATU", most_each=1)

    def redeem(code: str, number: int) -> None:
        with transaction():
            promotions.redeem(code, {"SATU": Money(1)}, ["mail:sari@contoh.example", f"phone:+62812{number}"])

    assert race(app, codes, redeem) == 1
    assert set(db.session.scalars(db.select(VoucherUse.used))) == {1}


def test_a_fund_for_three_serves_three(app: Flask, cast: Cast) -> None:
    codes = purchases()
    with transaction():
        fund = promotions.open_fund("Program Contoh", Money(350))
        for name in ("SATU", "LAIN"):
            factories.voucher(name, payer=Payer.PROGRAMME, fund=fund)

    def redeem(code: str, number: int) -> None:
        with transaction():
            promotions.redeem(code, {"SATU" if number % 2 else "LAIN": Money(100)}, [f"mail:{number}@contoh.example"])

    assert race(app, codes, redeem) == 3
    assert db.session.scalars(db.select(Fund.committed)).one() == Money(300)


def test_control_counting_first_and_writing_afterwards_overuses(app: Flask, cast: Cast) -> None:
    codes = purchases()
    with transaction():
        made = factories.voucher("SATU", most_uses=1)

    meeting = Meeting()

    def redeem(code: str, number: int) -> None:
        used = count(Redemption, Redemption.voucher_id == made.id)
        db.session.rollback()
        meeting.wait()
        if used >= 1:
            raise Conflict("used up")
        with transaction() as session:
            session.add(Redemption(voucher_id=made.id, purchase_code=code, given=Money(1), stands=Money(1), persons=[]))

    assert race(app, codes, redeem) > 1
    assert any(one.law == "L6" for one in check_laws())


def test_placing_and_calling_off_at_once_neither_deadlock_nor_lose_count(app: Flask, cast: Cast) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kain", stock=500)
        for name in ("SATU", "LAIN"):
            factories.voucher(name, most_each=None, payer=Payer.SELLER if name == "SATU" else Payer.PLATFORM,
                              seller=cast.ratnas)  # fmt: skip
    sessions = carts_of([[piece.variants[0].id]] * 20)
    orders_now = []
    for _ in range(20):
        placed = buy(of(cast.sari), (piece, 1), vouchers=("LAIN", "SATU"))
        orders_now.append(placed.purchase.orders[0].id)

    def call_off(order_id: int) -> Callable[[], str]:
        def run() -> str:
            with transaction() as session:
                orders.cancel(session.get_one(Order, order_id), Actor.BUYER, "")
            return "off"

        return run

    jobs = [
        job
        for number, (session_id, order_id) in enumerate(zip(sessions, orders_now, strict=True))
        for job in (press(session_id, number, "SATU" if number % 2 else "LAIN"), call_off(order_id))
    ]
    results = at_once(app, jobs, threads=12)
    assert results["placed"] == results["off"] == 20, results
    assert sorted(db.session.scalars(db.select(Voucher.used))) == [10, 10]
    assert check_laws() == []
