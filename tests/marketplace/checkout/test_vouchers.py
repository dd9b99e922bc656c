"""Vouchers in a purchase: what they take off, who pays, when they are refused, and when they come back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Several
from catalog.money import ZERO, Money, total
from marketplace.bookkeeping.books import standings
from marketplace.bookkeeping.laws import check_laws as check_books
from marketplace.bookkeeping.rates import set_rate
from marketplace.carts import services as carts
from marketplace.carts.models import Owner
from marketplace.carts.queries import read_cart
from marketplace.checkout.discounts import names_of
from marketplace.checkout.queries import check_laws, prepare
from marketplace.checkout.services import Placed, QuoteChanged, place
from marketplace.ledger.queries import balance
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Discount, Order, OrderState
from marketplace.orders.queries import list_taken_off
from marketplace.payments.models import Payment, PaymentMethod, PaymentState, Refund
from marketplace.promotions import services as promotions
from marketplace.promotions.models import Fund, Payer, Redemption, Voucher, VoucherKind, VoucherUse
from marketplace.returns import services as returns
from marketplace.returns.answers import Answer
from marketplace.returns.models import Return
from marketplace.sellers.models import DeliveryKind, Seller
from marketplace.sellers.services import set_delivery
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import MENTOK, buy, guest, of, orders_of, pay, payment_of, request_for
from tests.marketplace.returns.coming import ask, came

pytestmark = both_databases


def voucher(code: str = "CUAL25", **values: Any) -> Voucher:
    with transaction():
        return factories.voucher(code, **values)


def fresh(thing: Any) -> Any:
    db.session.rollback()
    db.session.refresh(thing)
    return thing


def with_voucher(owner: Owner, *wanted: tuple[Any, int], codes: tuple[str, ...] = ("CUAL25",), **values: Any) -> Placed:
    return buy(owner, *wanted, vouchers=codes, **values)


def refusal(owner: Owner, code: str = "CUAL25", **values: Any) -> str:
    seen = prepare(owner, place_code=MENTOK, vouchers=[code], **values).vouchers
    assert len(seen) == 1
    refused = seen[0].refusal
    return refused.message % refused.params if refused else ""


def test_a_purchase_costs_less_and_tells_who_pays(cast: Cast) -> None:
    voucher()
    placed = with_voucher(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1))
    first, second = orders_of(placed.purchase)
    assert placed.purchase.total == Money(1_850_000 + 325_000 - 543_750)
    assert (first.discount_total, second.discount_total) == (Money(462_500), Money(81_250))
    assert first.lines[0].discount == Money(462_500)
    assert first.lines[0].paid == Money(1_387_500)
    assert {(one.voucher, one.payer) for one in first.discounts} == {("CUAL25", Payer.PLATFORM)}
    assert payment_of(placed.purchase).due - Money(payment_of(placed.purchase).surplus) == placed.purchase.total
    assert fresh(db.session.scalars(db.select(Voucher)).one()).used == 1
    assert check_laws() == []


@pytest.mark.parametrize("percent", [1, 33, 99])
def test_house_and_shop_share_what_is_taken_off_to_the_rupiah(cast: Cast, percent: int) -> None:
    """The shop's part makes its base smaller, the house pays the rest into it; what is called off gives both back."""
    with transaction() as session:
        factories.voucher(seller=session.get_one(Seller, cast.ratnas.id), shop_percent=percent)
        set_rate(1000)
    placed = with_voucher(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1))
    first, second = orders_of(placed.purchase)
    off, own = Money(462_500), Money(462_500).share(percent * 100)
    assert {one.payer: one.total for one in first.discounts} == {Payer.SELLER: own, Payer.PLATFORM: off - own}
    assert (first.discount_total, second.discount_total) == (off, ZERO)
    assert list_taken_off([first]) == {"CUAL25": off}
    pay(placed.purchase, cast.tono)
    assert balance("voucher") == off - own
    (standing,) = standings([first.id])
    base = Money(1_850_000) - own
    assert standing.cut.goods == base
    assert standing.cut.commission == base.share(1000)
    with transaction():
        for order in (first, second):
            orders.cancel(order, Actor.OPERATOR, "Habis", cast.tono)
    assert balance("voucher") == ZERO
    assert fresh(db.session.scalars(db.select(Voucher)).one()).used == 0
    assert check_laws() == [] == check_books()


@pytest.mark.parametrize("kind", [VoucherKind.PERCENTAGE, VoucherKind.SHIPPING])
def test_what_comes_back_of_a_shared_voucher_goes_back_to_both(cast: Cast, kind: VoucherKind) -> None:
    """One of two pieces comes back; then the other: the house has all of its part again, the shop nothing of the base."""
    with transaction() as session:
        shop = session.get_one(Seller, cast.ratnas.id)
        factories.voucher(seller=shop, shop_percent=40, kind=kind)
        set_delivery(shop, DeliveryKind.OWN, Money(10_001), ["19.05"], days=1)
        piece = factories.product(shop, "Bakul contoh", 100_003, stock=5)
    order = came(cast, (piece, 2), vouchers=("CUAL25",), delivery="own")
    house = total(one.total for one in order.discounts if one.payer is Payer.PLATFORM)
    assert (len(order.discounts), balance("voucher")) == (2, house)
    for left in (1, 0):
        found = ask(fresh(order), pieces=1)
        with transaction() as session:
            returns.accept(session.get_one(Return, found.id), Answer("refund"))
        if kind is VoucherKind.PERCENTAGE:
            assert (balance("voucher") == ZERO) == (left == 0)
            assert ZERO <= balance("voucher") < house
        assert check_laws() == [] == check_books()


def test_only_the_houses_voucher_for_one_shop_is_shared(cast: Cast) -> None:
    voucher(seller=cast.ratnas)
    for values in ({"shop_percent": 100}, {"shop_percent": -1}, {"shop_percent": 20, "seller_id": None}):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(db.update(Voucher).values(**values))


def test_a_shipping_voucher_takes_from_the_delivery_alone(cast: Cast) -> None:
    voucher("ONGKIR", kind=VoucherKind.SHIPPING, cap=Money(10_000))
    placed = with_voucher(of(cast.sari), (cast.shawl, 1), codes=("ONGKIR",), delivery="own")
    order = orders_of(placed.purchase)[0]
    assert (order.shipping_total, order.discount_total, order.total) == (Money(15_000), Money(10_000), Money(1_855_000))
    assert order.lines[0].discount == ZERO
    assert order.discounts[0].line_id is None
    assert check_laws() == []


def test_one_voucher_of_each_kind_goes_with_an_order(cast: Cast) -> None:
    voucher("ONGKIR", kind=VoucherKind.SHIPPING)
    voucher("RATNA10", percent=10, payer=Payer.SELLER, seller=cast.ratnas)
    voucher("SEMUA", percent=10)
    voucher("LAGI", percent=90)
    placed = with_voucher(
        of(cast.sari),
        (cast.shawl, 1),
        (cast.plaque, 1),
        codes=("SEMUA", "LAGI", "RATNA10", "ONGKIR"),
        delivery="pickup",
    )
    ratnas, budis = orders_of(placed.purchase)
    assert {one.voucher: one.total.rupiah for one in ratnas.discounts} == {"RATNA10": 185_000, "SEMUA": 166_500}
    assert {one.voucher: one.total.rupiah for one in budis.discounts} == {"SEMUA": 32_500}
    assert check_laws() == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"minimum": Money(2_000_000)}, "begins at Rp2.000.000: Rp150.000 more"),
        ({"starts_at": timedelta(days=1)}, "not valid yet"),
        ({"seller": "budis"}, "is for pieces of Timah Contoh Budi only"),
        ({"crafts": "pewter"}, "is not for these pieces"),
    ],
)
def test_it_says_why_it_is_refused(cast: Cast, values: dict[str, Any], said: str) -> None:
    values = dict(values)
    if "seller" in values:
        values["seller"] = cast.budis
    if "crafts" in values:
        values["crafts"] = [cast.plaque.craft]
    if "starts_at" in values:
        values["starts_at"] = clock.now() + values["starts_at"]
    voucher(**values)
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code)
    assert said in refusal(of(cast.sari))
    with transaction():
        placed = place(of(cast.sari), request_for(of(cast.sari), vouchers=("CUAL25",)))
    assert placed.purchase.total == Money(1_850_000), "what was shown without a discount is bought without one"


def test_it_runs_out_with_its_last_day_and_when_it_is_stopped(cast: Cast) -> None:
    made = voucher()
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code)
    assert refusal(of(cast.sari)) == ""
    with clock.frozen(clock.now() + timedelta(days=30)):
        assert "has run out" in refusal(of(cast.sari))
    with transaction() as session:
        promotions.stop(session.get_one(Voucher, made.id))
    assert "has run out" in refusal(of(cast.sari))


def test_once_per_person_means_account_mail_and_telephone(cast: Cast) -> None:
    voucher()
    with_voucher(of(cast.sari), (cast.shawl, 1))
    with transaction():
        other = guest()
        carts.add(other, cast.plaque.variants[0].code)
    assert refusal(other) == ""
    for email, phone in (("sari+dua@contoh.example", ""), ("lain@contoh.example", "+62 812-3456-7890")):
        assert "you have used it" in refusal(other, names=names_of(other, email, phone))
    assert refusal(other, names=names_of(other, "lain@contoh.example", "0812 9999 0000")) == ""
    with transaction(), pytest.raises(Conflict, match="you have used it"):
        promotions.redeem("x", {"CUAL25": Money(1)}, [f"user:{cast.sari.id}"])
    db.session.rollback()


def test_a_voucher_that_ends_between_page_and_button_is_told_and_asked_about(cast: Cast) -> None:
    made = voucher()
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code)
    seen = prepare(of(cast.sari), place_code=MENTOK, payment_method="bank-transfer", vouchers=["CUAL25"],
                   deliveries={cast.ratnas.code: "pickup"})  # fmt: skip
    assert seen.quote
    asked = request_for(of(cast.sari), vouchers=("CUAL25",), digest=seen.quote.digest, shown=seen.quote.text)
    with transaction() as session:
        promotions.stop(session.get_one(Voucher, made.id))
    with pytest.raises(QuoteChanged) as error, transaction():
        place(of(cast.sari), asked)
    assert [str(one) for one in error.value.differences] == [
        "Voucher CUAL25 has run out.",
        "Voucher CUAL25 takes nothing off any more.",
    ]
    assert db.session.scalar(db.select(db.func.count()).select_from(Order)) == 0


def test_called_off_before_payment_it_comes_back(cast: Cast) -> None:
    made = voucher(most_uses=1)
    placed = with_voucher(of(cast.sari), (cast.shawl, 1))
    assert "used up" in refusal_for_another(cast)
    with transaction():
        orders.cancel(orders_of(placed.purchase)[0], Actor.BUYER, "")
    assert fresh(made).used == 0
    assert set(db.session.scalars(db.select(VoucherUse.used))) == {0}
    assert check_laws() == []
    with_voucher(of(cast.sari), (cast.shawl, 1))
    assert fresh(made).used == 1


def refusal_for_another(cast: Cast) -> str:
    with transaction():
        carts.add(of(cast.budi), cast.shawl.variants[0].code)
    return refusal(of(cast.budi))


def test_not_paid_in_time_it_comes_back(cast: Cast) -> None:
    made = voucher()
    with_voucher(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1))
    with transaction():
        assert orders.sweep_due(clock.now() + timedelta(days=3)) == 2
    assert fresh(made).used == 0
    assert check_laws() == []


def test_of_two_orders_one_called_off_gives_back_its_share_and_not_the_use(cast: Cast) -> None:
    with transaction():
        fund = promotions.open_fund("Program Contoh", Money(1_000_000))
    made = voucher(payer=Payer.PROGRAMME, fund=fund)
    placed = with_voucher(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1))
    assert fresh(fund).committed == Money(543_750)
    pay(placed.purchase, cast.tono)
    with transaction():
        orders.cancel(orders_of(placed.purchase)[0], Actor.SELLER, "rusak")
    assert fresh(fund).committed == Money(81_250)
    assert fresh(made).used == 1
    assert db.session.scalars(db.select(Refund.total)).one() == Money(1_387_500)
    with transaction():
        orders.cancel(orders_of(placed.purchase)[1], Actor.SELLER, "rusak juga")
    assert fresh(fund).committed == ZERO
    assert fresh(made).used == 0
    back = total(db.session.scalars(db.select(Refund.total)).all())
    assert back == payment_of(placed.purchase).due
    assert check_laws() == []


def test_a_fund_cannot_be_overdrawn(cast: Cast) -> None:
    with transaction():
        fund = promotions.open_fund("Program Contoh", Money(500_000))
    voucher(payer=Payer.PROGRAMME, fund=fund)
    with_voucher(of(cast.sari), (cast.shawl, 1))
    with pytest.raises(Conflict, match="used up"):
        with_voucher(of(cast.budi), (cast.plaque, 1), email="budi@contoh.example", phone="0812 1111 2222")
    db.session.rollback()
    assert fresh(fund).committed == Money(462_500)
    assert db.session.scalar(db.select(db.func.count()).select_from(Redemption)) == 1
    assert check_laws() == []


def test_the_database_refuses_what_services_never_do(cast: Cast) -> None:
    made = voucher(most_uses=1)
    with transaction():
        fund = promotions.open_fund("Program Contoh", Money(1))
    for statement in (
        db.update(Voucher).where(Voucher.id == made.id).values(used=2),
        db.update(Fund).where(Fund.id == fund.id).values(committed=Money(2)),
        db.update(Voucher).where(Voucher.id == made.id).values(payer=Payer.PROGRAMME),
    ):
        with pytest.raises(Exception, match=r"(?i)check"), transaction() as session:
            session.execute(statement)


def test_a_purchase_of_nothing_is_settled_by_the_house(cast: Cast) -> None:
    voucher("GRATIS", percent=100)
    placed = with_voucher(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1), codes=("GRATIS",), method="")
    payment = payment_of(placed.purchase)
    assert placed.purchase.payment_method is PaymentMethod.NOTHING
    assert (payment.state, payment.due, payment.provider, payment.account_id) == (
        PaymentState.PAID, ZERO, "nothing", None,
    )  # fmt: skip
    assert {one.state for one in orders_of(placed.purchase)} == {OrderState.TO_CONFIRM}
    assert db.session.scalar(db.select(db.func.count()).select_from(Payment)) == 1
    assert check_laws() == []
    with transaction():
        orders.cancel(orders_of(placed.purchase)[0], Actor.SELLER, "rusak")
    assert db.session.scalar(db.select(db.func.count()).select_from(Refund)) == 0
    with transaction():
        order = orders.ship(orders_of(placed.purchase)[1], Actor.SELLER)
        orders.mark_delivered(order, Actor.BUYER)
    assert check_laws() == []


def test_what_is_left_free_after_a_cancellation_goes_on(cast: Cast) -> None:
    voucher("GRATIS", percent=100, seller=cast.ratnas)
    placed = with_voucher(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1), codes=("GRATIS",))
    with transaction():
        orders.cancel(orders_of(placed.purchase)[1], Actor.BUYER, "")
    assert [one.state for one in orders_of(placed.purchase)] == [OrderState.TO_CONFIRM, OrderState.CANCELLED]
    assert payment_of(placed.purchase).state is PaymentState.PAID
    assert check_laws() == []


def test_nobody_chooses_to_pay_with_nothing(cast: Cast) -> None:
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code)
    with pytest.raises(Several) as error, transaction():
        place(of(cast.sari), request_for(of(cast.sari), method="nothing"))
    assert [one.field for one in error.value.errors] == ["payment_method"]


def test_the_same_press_twice_uses_it_once(cast: Cast) -> None:
    made = voucher()
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code)
    asked = request_for(of(cast.sari), vouchers=("CUAL25",))
    with transaction():
        first = place(of(cast.sari), asked)
    with transaction():
        again = place(of(cast.sari), asked)
    assert (again.replayed, again.purchase.code) == (True, first.purchase.code)
    assert fresh(made).used == 1


def test_discounts_are_frozen_with_the_purchase(cast: Cast) -> None:
    made = voucher()
    placed = with_voucher(of(cast.sari), (cast.shawl, 1))
    with transaction() as session:
        promotions.stop(session.get_one(Voucher, made.id))
    pay(placed.purchase, cast.tono)
    assert orders_of(placed.purchase)[0].discount_total == Money(462_500)
    assert db.session.scalar(db.select(db.func.count()).select_from(Discount)) == 1
    assert read_cart(of(cast.sari)).is_empty
    assert check_laws() == []
