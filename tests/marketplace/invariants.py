"""The invariants of the money, worked out anew from the rows alone: what the house's own laws say with its own code is
said here a second time with other arithmetic. Each one that is broken is a sentence; empty when all hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from catalog.db import db
from marketplace.bookkeeping.models import LineTerms
from marketplace.ledger.models import Journal, Kind, Posting
from marketplace.orders.models import Discount, Order, OrderLine, OrderState, Purchase
from marketplace.payments.models import Payment, PaymentMethod, PaymentState, Refund, RefundState
from marketplace.payouts.models import Payout, PayoutState
from marketplace.promotions.models import Payer
from marketplace.sellers.models import Seller

Sums = dict[str, int]
OVER = (OrderState.CANCELLED, OrderState.COMPLETED)
OURS = ("bank", "gateway", "cash", "sponsor", "dispute")
OWED = ("escrow", "seller", "held", "refund", "payout", "surplus", "ppn", "pph22")


def broken() -> list[str]:
    db.session.expire_all()
    book = Book()
    return [
        *book.balanced(),
        *book.orders_stand_right(),
        *book.nothing_back_that_was_not_paid(),
        *book.payouts_are_what_was_earned(),
        *book.journals_have_a_cause(),
    ]


def half_up(sum_: int, hundredths: int) -> int:
    return (sum_ * hundredths + 5_000) // 10_000


class Book:
    """Everything read once, added up in Python."""

    def __init__(self) -> None:
        self.journals = {one.id: one for one in db.session.scalars(db.select(Journal))}
        self.postings = [
            (one.account, one.total.rupiah, one.what, self.journals.get(one.journal_id))
            for one in db.session.scalars(db.select(Posting))
        ]
        self.orders = list(db.session.scalars(db.select(Order)))
        self.purchases = {one.id: one for one in db.session.scalars(db.select(Purchase))}
        self.sellers = {one.id: one for one in db.session.scalars(db.select(Seller))}
        self.payments = list(db.session.scalars(db.select(Payment)))
        self.refunds = list(db.session.scalars(db.select(Refund)))
        self.payouts = list(db.session.scalars(db.select(Payout)))
        self.lines: dict[int, list[OrderLine]] = defaultdict(list)
        for line in db.session.scalars(db.select(OrderLine)):
            self.lines[line.order_id].append(line)
        self.terms = {one.line_id: one for one in db.session.scalars(db.select(LineTerms))}
        self.discounts = list(db.session.scalars(db.select(Discount)))
        self.stands: Sums = Counter()
        self.of_order: dict[str, Sums] = defaultdict(Counter)
        for account, sum_, _, journal in self.postings:
            self.stands[account] += sum_
            if journal is not None and journal.order_code:
                self.of_order[journal.order_code][account] += sum_

    def kinds(self, names: Iterable[str]) -> int:
        wanted = set(names)
        return sum(sum_ for account, sum_ in self.stands.items() if account.partition(":")[0] in wanted)

    def balanced(self) -> Iterator[str]:
        """1 and 9: every journal comes to nothing, and what we hold is what we owe and what is ours."""
        each: dict[int, int] = Counter()
        for _, sum_, _, journal in self.postings:
            assert journal is not None
            each[journal.id] += sum_
        if any(each.values()) or set(each) != set(self.journals):
            yield "a journal does not come to nothing"
        earned, spent = -self.kinds(["commission"]), self.kinds(["voucher", "fee", "loss"])
        if self.kinds(OURS) + self.kinds(["correction"]) != -self.kinds(OWED) + earned - spent:
            yield "what we hold is not what we owe and what is ours"
        for account, sum_ in self.stands.items():
            if account.partition(":")[0] in ("escrow", "refund", "payout", "surplus") and sum_ > 0:
                yield f"{account} is overdrawn"

    def orders_stand_right(self) -> Iterator[str]:
        """2, 3, 5, 6 and 8: escrow holds what it should, nobody got more or less than the rule of cumulative shares."""
        for order in self.orders:
            books, lines = self.of_order[order.code], self.lines[order.id]
            escrow = -self.stands.get(f"escrow:{order.code}", 0)
            off = [one for one in self.discounts if one.order_id == order.id]
            on_lines = {line.id: [one for one in off if one.line_id == line.id] for line in lines}
            shipping = order.shipping_total.rupiah - sum(one.total.rupiah for one in off if one.line_id is None)
            if any(sum(one.total.rupiah for one in on_lines[line.id]) != line.discount.rupiah for line in lines):
                yield f"{order.code}: the shares of a voucher do not add up"
            if order.total.rupiah != sum(line.total.rupiah - line.discount.rupiah for line in lines) + shipping:
                yield f"{order.code}: its total is not its lines and its delivery"
            if shipping < 0 or any(not 0 <= one.refunded.rupiah <= one.total.rupiah - one.discount.rupiah for one in lines):  # fmt: skip
                yield f"{order.code}: more goes back of a line than was paid for it"
            if (order.state in OVER or order.state is OrderState.AWAITING_PAYMENT or not books) and escrow:
                yield f"{order.code}: {escrow} lies in escrow although it is {order.state}"
            to_delivery = order.refunded.rupiah - sum(line.refunded.rupiah for line in lines)
            left = {line.id: _left(line.total.rupiah - line.discount.rupiah, line.refunded.rupiah, on_lines[line.id]) for line in lines}  # fmt: skip
            brought = _left(shipping, to_delivery, [one for one in off if one.line_id is None])
            held = sum(left.values()) + brought
            if books and order.state not in OVER and escrow != held:
                yield f"{order.code}: {escrow} lies in escrow, {held} should"
            if order.state is OrderState.COMPLETED and books:
                yield from self._shared_out(order, lines, left, brought, books)

    def _shared_out(
        self, order: Order, lines: list[OrderLine], left: dict[int, int], brought: int, books: Sums
    ) -> Iterator[str]:
        fees: Sums = Counter()
        for line in lines:
            terms = self.terms[line.id]
            commission = half_up(left[line.id], terms.commission)
            fees["commission"] += commission
            fees["ppn"] += half_up(commission, terms.ppn)
            fees["pph22"] += half_up(left[line.id], terms.pph22)
        for name, sum_ in fees.items():
            if -books.get(name, 0) != sum_:
                yield f"{order.code}: {name} is {-books.get(name, 0)}, {sum_} by the rule"
        purchase = self.purchases[order.purchase_id]
        in_hand = order.total.rupiah if purchase.payment_method == PaymentMethod.CASH else 0
        net = sum(left.values()) + brought - sum(fees.values()) - in_hand
        got = -books.get(f"seller:{self.sellers[order.seller_id].code}", 0)
        if got != net:
            yield f"{order.code}: the shop got {got}, {net} by the rule"
        if order.refunded == order.total and not in_hand and (got or any(fees.values())):
            yield f"{order.code}: went back whole, and somebody kept something"

    def nothing_back_that_was_not_paid(self) -> Iterator[str]:
        """3 and 12: per payment; what buyers are owed stands in the ledger; each payment was captured once and whole."""
        back: Sums = Counter()
        open_: Sums = Counter()
        by_id = {one.id: one for one in self.payments}
        for refund in self.refunds:
            payment = by_id[refund.payment_id]
            back[payment.code] += refund.total.rupiah
            open_[payment.purchase_code] += refund.total.rupiah * (refund.state is RefundState.OWED)
        for payment in self.payments:
            if back[payment.code] > payment.due.rupiah:
                yield f"{payment.code}: more goes back than was paid"
            if payment.provider in (PaymentMethod.CASH, PaymentMethod.NOTHING):
                continue
            came = sum(
                sum_
                for account, sum_, what, journal in self.postings
                if journal is not None
                and journal.reference == payment.code
                and what in ("paid", "surplus", "late")
                and account.partition(":")[0] in OURS
            )
            if came != (payment.due.rupiah if payment.paid_at else 0):
                yield f"{payment.code}: {came} of it stands in the ledger"
        for purchase in self.purchases.values():
            if -self.stands.get(f"refund:{purchase.code}", 0) != open_[purchase.code]:
                yield f"{purchase.code}: owed to the buyer {open_[purchase.code]}, not so in the ledger"

    def payouts_are_what_was_earned(self) -> Iterator[str]:
        """7: never more than there was, never nothing, and what did not arrive is the shop's again."""
        for seller in self.sellers.values():
            mine = [one for one in self.payouts if one.seller_id == seller.id]
            if any(one.total.rupiah <= 0 for one in mine):
                yield f"{seller.code}: a payout of nothing"
            gone = sum(one.total.rupiah for one in mine if one.state in (PayoutState.PLANNED, PayoutState.PAID))
            moved = (Kind.PAYOUT, Kind.PAID_OUT, Kind.PAYOUT_BACK)
            earned = -sum(
                sum_
                for account, sum_, _, journal in self.postings
                if account == f"seller:{seller.code}" and journal is not None and journal.kind not in moved
            )
            if -self.stands.get(f"seller:{seller.code}", 0) != earned - gone:
                yield f"{seller.code}: has not what it earned less what it was paid"
        for payout in self.payouts:
            planned = payout.total.rupiah if payout.state is PayoutState.PLANNED else 0
            if -self.stands.get(f"payout:{payout.code}", 0) != planned:
                yield f"{payout.code}: not on its way as it should be"

    def journals_have_a_cause(self) -> Iterator[str]:
        """12: whatever is booked is booked because of something that is there."""
        known = {one.code for one in (*self.payments, *self.refunds, *self.payouts, *self.orders)}
        for journal in self.journals.values():
            is_ours = journal.kind in (
                Kind.CAPTURE, Kind.SURPLUS, Kind.LATE, Kind.REFUND, Kind.SENT, Kind.PAYOUT, Kind.PAID_OUT, Kind.PAYOUT_BACK,
            )  # fmt: skip
            if is_ours and (journal.reference or journal.order_code) not in known:
                yield f"{journal.key}: nobody knows what it is about"
        paid = [one for one in self.payments if one.state is PaymentState.PAID and one.due]
        for payment in paid:
            captures = Counter(
                one.order_code
                for one in self.journals.values()
                if one.kind is Kind.CAPTURE and one.reference == payment.code
            )
            is_cash = payment.provider == PaymentMethod.CASH
            if (not captures and not is_cash) or any(often > 1 for often in captures.values()):
                yield f"{payment.code}: not captured once"


def _left(paid: int, back: int, off: list[Any]) -> int:
    """What is left of a base: the buyer's part less what went back, others' vouchers less their whole shares of it."""
    left = paid - back
    for one in off:
        if one.payer is not Payer.SELLER:
            left += one.total.rupiah - (one.total.rupiah * back // paid if paid else 0)
    return left
