"""What happens to orders stands in the ledger, to the rupiah; the laws hold after every step."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text, update

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, DomainError, Invalid
from catalog.money import ZERO, Money
from marketplace.bookkeeping import books, opening
from marketplace.bookkeeping.cuts import Terms, cut
from marketplace.bookkeeping.models import LineTerms, Rule
from marketplace.bookkeeping.rates import set_rate, terms_of
from marketplace.bookkeeping.taxes import Taxes, taxes, use
from marketplace.checkout.queries import check_laws
from marketplace.ledger import triggers
from marketplace.ledger.models import Kind, Posting
from marketplace.ledger.queries import balance, balances, trial_balance
from marketplace.orders import returned
from marketplace.orders.models import Actor, Order
from marketplace.orders.services import cancel, complete, ship, sweep_due
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, Refund
from marketplace.promotions.models import Fund, Payer, VoucherKind
from marketplace.returns import services as returns
from marketplace.returns.answers import Answer
from marketplace.returns.laws import check_laws as check_laws_of_returns
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay, payment_of
from tests.marketplace.returns.coming import came, over, wish

pytestmark = both_databases


@pytest.fixture(autouse=True)
def all_taxes() -> object:
    before = taxes()
    use(Taxes(pph22_from=date(2026, 1, 1)))
    yield
    use(before)


@pytest.fixture
def rates(cast: Cast) -> Terms:
    with transaction():
        set_rate(750, date(2026, 1, 1))
    return Terms(750, 1100, 50)


def shop(cast: Cast) -> Money:
    """What the house owes Ratna's shop."""
    return -balance(f"seller:{cast.ratnas.code}")


def hold() -> None:
    db.session.rollback()
    assert check_laws() == []
    assert check_laws_of_returns() == []


def give(order: Order, sum_: Money, reason: str = "damaged") -> Refund:
    """One piece is claimed, `sum_` is granted."""
    with transaction():
        found = returns.ask(order, wish(order, "claim", reason))
    with transaction():
        found = returns.accept(found, Answer("refund", granted={order.lines[0].code: sum_}, words="Maaf sekali."))
        if found.due_at is not None:
            returns.take(found)
    return db.session.scalars(db.select(Refund).where(Refund.return_code == found.code)).one()


def test_a_sale_is_held_then_shared_out(cast: Cast, rates: Terms) -> None:
    with transaction():
        odd = factories.product(cast.ratnas, "Kain ganjil", 100_001)
    purchase = buy(of(cast.sari), (odd, 2), (cast.shawl, 1), delivery="own").purchase
    assert trial_balance().lines == []
    payment = pay(purchase, cast.tono)
    (order,) = orders_of(purchase)
    assert balances("escrow") == {f"escrow:{order.code}": -order.total}
    assert balances("bank") == {f"bank:{payment.account.code}": payment.due}
    assert balance("surplus") == -Money(payment.surplus)
    hold()
    with transaction():
        ship(order, Actor.SELLER)
    with transaction():
        complete(order, Actor.BUYER)
    cuts = cut(Money(200_002), rates) + cut(Money(1_850_000), rates)
    assert shop(cast) == cuts.net + Money(15_000)
    assert (balance("commission"), balance("ppn"), balance("pph22")) == (-cuts.commission, -cuts.ppn, -cuts.pph22)
    assert balances("escrow") == {}
    hold()


def test_terms_are_frozen_and_the_shop_comes_before_its_craft(cast: Cast) -> None:
    craft = cast.shawl.craft
    with transaction():
        set_rate(1000, date(2026, 1, 1))
    sold = buy(of(cast.sari), (cast.shawl, 1)).purchase
    with transaction():
        set_rate(300, craft=craft)
        assert terms_of(cast.ratnas.id, craft.id).commission == 300
        assert terms_of(cast.budis.id, None).commission == 1000
        set_rate(0, seller=cast.ratnas)
        set_rate(900, clock.today() + timedelta(days=1), seller=cast.ratnas)
        assert terms_of(cast.ratnas.id, craft.id).commission == 0
        with pytest.raises(Conflict):
            set_rate(1, seller=cast.ratnas)
        for wrong in ({"rate": 5001}, {"rate": -1}, {"rate": 1, "starts_on": date(2026, 1, 2), "by": cast.tono}):
            with pytest.raises(Invalid):
                set_rate(**wrong)  # type: ignore[arg-type]
    frozen = db.session.scalars(db.select(LineTerms)).one()
    assert (frozen.rule, frozen.terms) == (Rule.DEFAULT, Terms(1000, 1100, 50))
    pay(sold, cast.tono)
    (order,) = orders_of(sold)
    with transaction():
        ship(order, Actor.SELLER)
        complete(order, Actor.BUYER)
    assert shop(cast) == cut(Money(1_850_000), frozen.terms).net
    hold()


def test_a_cancelled_order_goes_back_whole_and_the_surplus_with_the_last(cast: Cast, rates: Terms) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1)).purchase
    payment = pay(purchase, cast.tono)
    first, second = orders_of(purchase)
    with transaction():
        cancel(first, Actor.SELLER, "Benang habis")
    hold()
    assert balance(f"refund:{purchase.code}") == -first.total
    assert balance("surplus") == -Money(payment.surplus)
    with transaction():
        cancel(second, Actor.BUYER, "tidak jadi")
    assert balance(f"refund:{purchase.code}") == -payment.due
    with transaction():
        for n, one in enumerate(db.session.scalars(db.select(Refund))):
            for _ in range(2):
                payments.send_refund(one, f"BACK {n}", cast.tono)
    assert {one.kind for one in trial_balance().lines if one.balance} == set()
    hold()


def test_vouchers_are_paid_by_whoever_pays_them(cast: Cast, rates: Terms) -> None:
    with transaction():
        fund = factories.add(Fund(name="Program Contoh", budget=Money(10_000_000)))
        factories.voucher("PROGRAM1", percent=10, payer=Payer.PROGRAMME, fund=fund)
        factories.voucher("TOKO1234", percent=5, payer=Payer.SELLER, seller=cast.ratnas)
        factories.voucher("ANTAR123", kind=VoucherKind.SHIPPING, payer=Payer.PLATFORM)
    order = came(cast, (cast.shawl, 2), delivery="own", vouchers=("PROGRAM1", "TOKO1234", "ANTAR123"))
    line = order.lines[0]
    parts = {one.payer: one.total for one in order.discounts}
    base = line.total - parts[Payer.SELLER]
    assert balance(f"sponsor:{fund.code}") == parts[Payer.PROGRAMME]
    assert balance("voucher") == parts[Payer.PLATFORM] == Money(15_000)
    assert -balance(f"escrow:{order.code}") == base + Money(15_000)
    give(order, Money(333_333))
    hold()
    left = -balance(f"escrow:{order.code}")
    over(order)
    assert shop(cast) == cut(left - Money(15_000), rates).net + Money(15_000)
    give(order, line.paid.split([1, 1])[0])  # what is left of the second piece
    hold()
    rest = db.session.get_one(Order, order.id)
    assert balance(f"sponsor:{fund.code}") == parts[Payer.PROGRAMME] - Money(
        parts[Payer.PROGRAMME].rupiah * rest.lines[0].refunded.rupiah // line.paid.rupiah
    )


def test_refunds_after_release_telescope_and_a_full_one_gives_everything_back(cast: Cast, rates: Terms) -> None:
    with transaction():
        odd = factories.product(cast.ratnas, "Kain ganjil", 100_003, stock=9)
    order = over(came(cast, (odd, 3)))
    assert shop(cast) == cut(Money(300_009), rates).net
    for _ in range(3):
        give(order, Money(100_003))
        hold()
    assert shop(cast) == ZERO == balance("commission") == balance("ppn") == balance("pph22")
    payment = db.session.scalars(db.select(Payment)).one()
    assert balance(f"refund:{payment.purchase_code}") == -payment.due


def test_a_shop_that_was_paid_out_falls_into_debt(cast: Cast, rates: Terms) -> None:
    from marketplace.ledger.services import Entry, post

    order = over(came(cast, (cast.shawl, 1)))
    net = shop(cast)
    with transaction():
        post("payout", Kind.PAYOUT, [Entry(f"seller:{cast.ratnas.code}", net), Entry("bank:one", -net)])
    give(order, Money(1_850_000))
    assert shop(cast) == -net
    hold()


def test_cash_stays_with_the_shop_which_owes_the_commission(cast: Cast, rates: Terms) -> None:
    order = came(cast, (cast.shawl, 1), method="cash")
    assert balances("cash") == {f"cash:{cast.ratnas.code}": order.total}
    hold()
    order = over(order)
    found = cut(Money(1_850_000), rates)
    assert shop(cast) == -(found.commission + found.ppn + found.pph22)
    assert balances("cash") == {}
    hold()
    refund = give(order, Money(50_000))
    with transaction():
        payments.send_refund(refund, "BACK 1", cast.tono)
    assert balance("bank:other") == Money(-50_000)
    hold()


def test_money_that_comes_too_late_is_the_buyers(cast: Cast) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 1)).purchase
    due = payment_of(purchase).due
    with clock.frozen(clock.now() + timedelta(days=3)):
        with transaction():
            sweep_due()
        with transaction():
            payments.confirm_transfer(due, "TRX LATE", cast.tono)
        assert balances("refund") == {f"refund:{purchase.code}": -due}
        hold()
        with transaction():
            payments.send_refund(db.session.scalars(db.select(Refund)).one(), "BACK", cast.tono)
    assert {one.kind for one in trial_balance().lines if one.balance} == set()
    hold()


def everything(cast: Cast) -> None:
    """A bit of all that can happen."""
    over(came(cast, (cast.shawl, 1), delivery="own"))
    odd = came(cast, (cast.shawl, 1))
    give(over(odd), Money(123_457))
    over(came(cast, (cast.shawl, 1), method="cash"))
    two = buy(of(cast.sari), (cast.plaque, 2)).purchase
    pay(two, cast.tono)
    with transaction():
        cancel(orders_of(two)[0], Actor.SELLER, "Timah habis")
    with transaction():
        payments.send_refund(db.session.scalars(db.select(Refund).order_by(Refund.id.desc())).first(), "X", cast.tono)


def empty_the_ledger(database: str) -> None:
    """As in a shop that is upgraded."""
    with transaction() as session:
        if database == "sqlite":
            for name in triggers.SQLITE:
                session.execute(text(f"DROP TRIGGER {name}"))
        tables = ("postings", "journals")
        for table in tables if database != "sqlite" else ():
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for table in tables:
            session.execute(text(f"DELETE FROM {table}"))
        for table in tables if database != "sqlite" else ():
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        if database == "sqlite":
            triggers.make(None, session.connection())


def test_a_shop_that_is_upgraded_gets_the_same_books(cast: Cast, rates: Terms, database: str) -> None:
    everything(cast)
    hold()
    query = db.select(Posting.account, db.func.sum(Posting.total)).group_by(Posting.account).order_by(Posting.account)
    before = [tuple(one) for one in db.session.execute(query)]
    assert len(before) > 8
    empty_the_ledger(database)
    assert check_laws() != []
    with transaction():
        assert opening.open_books(3) == 3
    with transaction():
        while opening.open_books():
            pass
    hold()
    assert [tuple(one) for one in db.session.execute(query)] == before
    with transaction():
        assert opening.open_books() == 0


SIXTY_PERCENT = Money(1_110_000)


def fifty_refunds(app: Flask, cast: Cast, sum_: Money, is_safe: bool) -> tuple[list[str], Order]:
    """Fifty at once want `sum_` back of an order of Rp1.850.000."""
    order = came(cast, (cast.shawl, 1))
    line_id, order_id, payment_id = order.lines[0].id, order.id, payment_of(order.purchase).id
    gate = threading.Barrier(16, timeout=20)
    waited = threading.local()

    def ask(n: int) -> str:
        if not getattr(waited, "yes", False):
            waited.yes = True
            gate.wait()
        with app.app_context():
            try:
                with transaction() as session:
                    payment = session.get_one(Payment, payment_id)
                    payment = payments.hold(payment) if is_safe else payment
                    found = session.get_one(Order, order_id)
                    if is_safe:
                        returned.refund(found, found.lines[0], sum_, ZERO)
                        refund = payments.owe_for_return(payment, f"r{n:03}", sum_, "")
                        books.give_back(order_id, refund)
                    else:  # looks first, writes afterwards
                        session.add(Refund(payment_id=payment_id, return_code=f"r{n:03}", total=sum_))
                        session.flush()
                return "done"
            except DomainError as error:
                return type(error).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(ask, range(50)))
    db.session.rollback()
    assert line_id
    return results, order


@pytest.mark.race
@pytest.mark.parametrize(("sum_", "fit"), [(Money(100_000), 18), (SIXTY_PERCENT, 1)])
def test_fifty_refunds_at_once_never_pass_what_was_paid(
    app: Flask, cast: Cast, rates: Terms, sum_: Money, fit: int
) -> None:
    results, order = fifty_refunds(app, cast, sum_, is_safe=True)
    assert results.count("done") == fit, results
    assert results.count("Conflict") == 50 - fit, results
    assert balance(f"escrow:{order.code}") == -(Money(1_850_000) - Money(fit * sum_.rupiah))
    assert check_laws() == []


@pytest.mark.race
def test_control_refunds_without_lock_and_count_pass_what_was_paid(app: Flask, cast: Cast, rates: Terms) -> None:
    results, _ = fifty_refunds(app, cast, SIXTY_PERCENT, is_safe=False)
    assert results.count("done") > 1
    assert {"L4", "L5"} <= {one.law for one in check_laws()}


def test_laws_notice_a_step_that_was_not_booked(cast: Cast, rates: Terms) -> None:
    order = came(cast, (cast.shawl, 1))
    with transaction() as session:
        session.execute(update(Order).where(Order.id == order.id).values(state="completed", due_at=None))
    assert "L3" in {one.law for one in check_laws()}
