"""Booking what happens to orders.

An order's place in the ledger follows from the order itself (`Standing.target`): every step books the difference between
where the order is now and what has been booked of it (`follow`), under a key of its own. So a step that is told twice
books nothing the second time, partial refunds telescope, and a shop that is upgraded is booked by the very same way.
Rows are locked by whoever makes the step (payments, then orders).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, true

from catalog.db import db
from catalog.money import ZERO, Money, total
from marketplace.bookkeeping.cuts import Cut, Sold, Terms
from marketplace.bookkeeping.models import LineTerms
from marketplace.ledger import accounts
from marketplace.ledger.models import Journal, Kind
from marketplace.ledger.queries import balance, booked
from marketplace.ledger.services import Entry, post
from marketplace.orders.models import Discount, Order, OrderLine, OrderState, Purchase
from marketplace.payments.models import Payment, PaymentMethod, ReceivingAccount, Refund
from marketplace.promotions.models import Fund, Payer, Voucher
from marketplace.sellers.models import PickupPoint, Seller
from marketplace.shipping.models import CourierService

Sums = dict[tuple[str, str], Money]
"""Per account and `what`."""
HELD = ("bank", "gateway", "cash", "till", "cod")
"""Kinds of accounts on which a buyer's money arrives."""
KEPT_HERE = "other"
"""The bank account of money that was paid in cash, or lies with a provider, and goes back by transfer."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one order is, as far as the ledger is concerned."""

    code: str
    purchase: str
    seller: str
    state: OrderState
    is_cash: bool
    total: Money
    refunded: Money
    lines: tuple[Sold, ...]
    delivery: Sold
    balance: Money = ZERO
    """What of the total is paid by a second payment."""
    is_balanced: bool = False
    till: str = ""
    """The account of whoever takes a cash order's money for us, a gallery or a courier; empty where the shop does."""
    kept: Money = ZERO
    """What of the deposit stays with the shop although it was called off. No commission is taken of it: it pays for work
    that was begun, and nothing was sold."""

    @property
    def parts(self) -> tuple[Sold, ...]:
        return (*self.lines, self.delivery)

    @property
    def backing(self) -> dict[str, Money]:
        """What others than buyer and shop pay for it, per account."""
        sums: dict[str, Money] = {}
        for part in self.parts:
            for account, sum_ in part.backed:
                sums[account] = sums.get(account, ZERO) + sum_
        return sums

    @property
    def cut(self) -> Cut:
        return sum((line.cut for line in self.lines), Cut())

    @property
    def net(self) -> Money:
        """What the shop receives when nothing more goes back; of a cash order it holds the money already."""
        return self.cut.net + self.delivery.left - (self.total if self.is_cash and not self.till else ZERO)

    def target(self, so_far: Mapping[tuple[str, str], Money]) -> Sums:
        """Where everything about the order should stand, given what came in."""
        came = {key: sum_ for key, sum_ in so_far.items() if key[1] == "paid" and accounts.kind_of(key[0]) in HELD}
        if not so_far:
            return {}
        paid = total(came.values())
        found: Sums = dict(came)
        is_off = self.state is OrderState.CANCELLED
        kept = min(self.kept, paid)
        back = paid - kept if is_off else self.refunded
        for account, sum_ in self.backing.items():
            returned = sum_ if is_off else total(part.returned.get(account, ZERO) for part in self.parts)
            found[account, "voucher"] = sum_ - returned
        _add(found, accounts.refund(self.purchase), "order", -back)
        if is_off and kept:
            _add(found, accounts.seller(self.seller), "deposit", -kept)
        if self.state is OrderState.COMPLETED:
            self._release(found, paid)
        _add(found, accounts.escrow(self.code), "", -total(found.values()))
        return found

    def _release(self, found: Sums, paid: Money) -> None:
        cut, shop = self.cut, accounts.seller(self.seller)
        _add(found, shop, "goods", -cut.goods)
        _add(found, shop, "shipping", -self.delivery.left)
        for what, sum_ in (("commission", cut.commission), ("ppn", cut.ppn), ("pph22", cut.pph22)):
            _add(found, shop, what, sum_)
            _add(found, what, "", -sum_)
        if self.is_cash and not self.till:  # the shop has it already
            _add(found, shop, "cash", paid)
            _add(found, accounts.cash(self.seller), "kept", -paid)


def _add(found: Sums, account: str, what: str, sum_: Money) -> None:
    found[account, what] = found.get((account, what), ZERO) + sum_


def standings(order_ids: list[int]) -> list[Standing]:
    """The standing of each order, in four statements however many they are."""
    orders = db.session.execute(
        select(
            Order.id, Order.code, Purchase.code.label("purchase"), Seller.code.label("seller"), Order.state,
            Purchase.payment_method, Order.total, Order.refunded, Order.shipping_total, Order.balance,
            Order.balance_paid_at, Order.kept, PickupPoint.code.label("point"), CourierService.code.label("courier"),
        )
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Seller, Seller.id == Order.seller_id)
        .outerjoin(PickupPoint, PickupPoint.id == Order.point_id)
        .outerjoin(CourierService, CourierService.id == Order.cod_service_id)
        .where(Order.id.in_(order_ids))
        .order_by(Order.id)
    ).all()  # fmt: skip
    lines = db.session.execute(
        select(
            OrderLine.order_id,
            OrderLine.id,
            OrderLine.total,
            OrderLine.discount,
            OrderLine.refunded,
            OrderLine.taken_back,
            OrderLine.quantity,
            LineTerms,
        )
        .outerjoin(LineTerms, LineTerms.line_id == OrderLine.id)
        .where(OrderLine.order_id.in_(order_ids))
        .order_by(OrderLine.id)
    ).all()
    discounts = db.session.execute(
        select(Discount.order_id, Discount.line_id, Discount.payer, Discount.total, Fund.code)
        .join(Voucher, Voucher.code == Discount.voucher)
        .outerjoin(Fund, Fund.id == Voucher.fund_id)
        .where(Discount.order_id.in_(order_ids))
        .order_by(Discount.id)
    ).all()
    found = []
    for one in orders:
        off = [row for row in discounts if row.order_id == one.id]
        sold = tuple(
            Sold(
                row.total - row.discount,
                _backed(each for each in off if each.line_id == row.id),
                row.refunded,
                row.LineTerms.terms if row.LineTerms else Terms(),
                (row.taken_back, row.quantity),
            )
            for row in lines
            if row.order_id == one.id
        )
        on_delivery = [row for row in off if row.line_id is None]
        delivery = Sold(
            one.shipping_total - total(row.total for row in on_delivery),
            _backed(on_delivery),
            one.refunded - total(line.back for line in sold),
        )
        is_cash = one.payment_method is PaymentMethod.CASH
        found.append(
            Standing(
                one.code,
                one.purchase,
                one.seller,
                one.state,
                is_cash,
                one.total,
                one.refunded,
                sold,
                delivery,
                one.balance,
                one.balance_paid_at is not None,
                _till(one.point, one.courier) if is_cash else "",
                one.kept,
            )
        )
    return found


def _till(point: str | None, courier: str | None) -> str:
    if point:
        return accounts.till(point)
    return accounts.cod(courier) if courier else ""


def _backed(rows: Iterable[Any]) -> tuple[tuple[str, Money], ...]:
    return tuple(
        (accounts.sponsor(row.code) if row.payer is Payer.PROGRAMME else accounts.VOUCHER, row.total)
        for row in rows
        if row.payer is not Payer.SELLER
    )


def follow(order_id: int, kind: Kind, key: str, reference: str = "") -> Journal | None:
    """Book what has become of an order since it was last booked; None when that is nothing."""
    db.session.flush()
    (order,) = standings([order_id])
    so_far = booked(order.code)
    target = order.target(so_far)
    entries = [
        Entry(account, target.get((account, what), ZERO) - so_far.get((account, what), ZERO), what)
        for account, what in {**so_far, **target}
    ]
    return post(key, kind, entries, order_code=order.code, reference=reference)


def account_of(payment: Payment) -> str:
    """Where the money of a payment lies."""
    if payment.account_id is not None:
        code = db.session.scalar(select(ReceivingAccount.code).where(ReceivingAccount.id == payment.account_id))
        return accounts.bank(str(code))
    if payment.provider == PaymentMethod.CASH.value:
        return accounts.bank(KEPT_HERE)
    return accounts.gateway(payment.provider)


def capture(payment: Payment, also: Collection[int] = ()) -> None:
    """A payment has come: it is held for its orders, each what it costs; the unique-code rupiah stay the buyer's.

    A deposit is what each order costs without its balance, and a balance is for its order alone. Cash is captured with
    each delivery instead. `also` are ids of orders that were cancelled after they had been paid.
    """
    if payment.provider == PaymentMethod.CASH.value:
        return
    ids = db.session.scalars(
        select(Order.id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .where(
            Purchase.code == payment.purchase_code,
            (Order.state != OrderState.CANCELLED) | Order.id.in_(also),
            Order.code == payment.order_code if payment.order_code else true(),
        )
        .order_by(Order.id)
    ).all()
    orders = standings(list(ids))
    so_far = {one.code: booked(one.code) for one in orders}
    later = [ZERO if payment.order_code else one.balance for one in orders]
    open_ = [one.total - rest - _came(so_far[one.code]) for one, rest in zip(orders, later, strict=True)]
    comes, held = payment.due - Money(payment.surplus), account_of(payment)
    if comes < total(open_):
        open_ = comes.split([one.rupiah for one in open_])
    for order, sum_ in zip(orders, open_, strict=True):
        backing = {} if so_far[order.code] else order.backing
        entries = [Entry(held, sum_, "paid"), *(Entry(name, part, "voucher") for name, part in backing.items())]
        entries.append(Entry(accounts.escrow(order.code), -sum_ - total(backing.values())))
        key = f"capture:{payment.code}:{order.code}"
        post(key, Kind.CAPTURE, entries, order_code=order.code, reference=payment.code)
    surplus = payment.due - total(open_)
    entries = [Entry(held, surplus, "surplus"), Entry(accounts.SURPLUS, -surplus)]
    post(f"surplus:{payment.code}", Kind.SURPLUS, entries, reference=payment.code)


def take_cash(order_id: int) -> None:
    """A cash order was handed over: the shop holds its money for us until the order is over, or a gallery or courier until
    it hands it on."""
    (order,) = standings([order_id])
    if not order.is_cash or booked(order.code):
        return
    entries = [
        Entry(order.till or accounts.cash(order.seller), order.total, "paid"),
        *(Entry(name, sum_, "voucher") for name, sum_ in order.backing.items()),
        Entry(accounts.escrow(order.code), -order.total - total(order.backing.values())),
    ]
    post(f"capture:{order.code}", Kind.CAPTURE, entries, order_code=order.code)


def keep_late(payment: Payment) -> None:
    """Money that came after its payment was closed is the buyer's."""
    entries = [Entry(account_of(payment), payment.due, "late"), Entry(_refund(payment), -payment.due, "late")]
    post(f"late:{payment.code}", Kind.LATE, entries, reference=payment.code)


def give_back(order_id: int, *refunds: Refund) -> None:
    """Pieces of an order are paid back: out of escrow before it is over, afterwards by the shop and by whoever had a
    share of it. What its refunds (one per payment) hold beyond that is the surplus of the transfers."""
    refund = refunds[0]
    payment = db.session.get_one(Payment, refund.payment_id)
    account = _refund(payment)
    journal = follow(order_id, Kind.REFUND, f"refund:{refund.code}", refund.code)
    given = total(Money(-row[1]) for row in journal.entries if row[0] == account) if journal else ZERO
    _give_surplus_back(payment, refund, total(one.total for one in refunds) - given)


def take_back(order_id: int, return_code: str) -> None:
    """Pieces came back for which nobody but vouchers had paid: whoever paid them has their share again."""
    follow(order_id, Kind.REFUND, f"taken-back:{return_code}", return_code)


def give_back_order(refund: Refund) -> None:
    """A cancelled order is owed to its buyer: its money has been put there when it was cancelled (see `follow`)."""
    payment = db.session.get_one(Payment, refund.payment_id)
    if payment.order_code:
        _give_surplus_back(payment, refund, Money(payment.surplus))
        return
    order_id = db.session.scalars(select(Order.id).where(Order.code == refund.order_code)).one()
    (order,) = standings([order_id])
    came = _came(booked(order.code)) - (order.balance if order.is_balanced else ZERO)
    _give_surplus_back(payment, refund, refund.total - (came - order.kept))


def give_surplus_of(payment: Payment, refunds: Sequence[Refund]) -> None:
    """What the refunds of a payment hold beyond what its orders are owed, booked in one sum."""
    given = -balance(_refund(payment))
    _give_surplus_back(payment, refunds[-1], total(one.total for one in refunds) - given)


def _give_surplus_back(payment: Payment, refund: Refund, sum_: Money) -> None:
    entries = [Entry(accounts.SURPLUS, sum_), Entry(_refund(payment), -sum_, "surplus")]
    post(f"surplus-back:{refund.code}", Kind.REFUND, entries, reference=refund.code)


def send_back(refund: Refund) -> None:
    """A refund has left: from where the money lies, or from our bank where people sent what a provider holds."""
    payment = db.session.get_one(Payment, refund.payment_id)
    where = account_of(payment)
    if refund.sent_by_id is not None and accounts.kind_of(where) == "gateway":
        where = accounts.bank(KEPT_HERE)
    entries = [Entry(_refund(payment), refund.total, "sent"), Entry(where, -refund.total, "sent")]
    post(f"sent:{refund.code}", Kind.SENT, entries, reference=refund.code)


def _refund(payment: Payment) -> str:
    return accounts.refund(payment.purchase_code)


def _came(so_far: Mapping[tuple[str, str], Money]) -> Money:
    return total(sum_ for (account, what), sum_ in so_far.items() if what == "paid")
