"""Which way a shop's money goes: what buyers paid through a provider goes on by it, order by order; the rest by bank.

An order goes by a provider when the shop has an active account there, every payment of the order came through that same
provider, and something is left of it for the shop. It is paid out of its own payment where that one covers it, and
otherwise (two payments, or a voucher that others pay for) out of what the provider holds of ours. What a shop owes is
taken off the transfers, the oldest first, and each still names the order that it is of: no transfer is below zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, case, func, select

from catalog.db import db
from catalog.money import ZERO, Money, total
from marketplace.ledger import accounts
from marketplace.ledger.models import Journal, Kind, Posting
from marketplace.ledger.queries import whole
from marketplace.orders.models import Order, Purchase
from marketplace.payments.models import Charge, Payment
from marketplace.payouts.models import Payout, PayoutLine, Recipient
from marketplace.payouts.providers import BANK, PayoutProvider, provider_of
from marketplace.sellers.models import Seller

MOVED_BY_PAYOUTS = (Kind.PAYOUT, Kind.PAID_OUT, Kind.PAYOUT_BACK)
ORDER = func.coalesce(Journal.order_code, case((Journal.kind == Kind.DISPUTE, Journal.reference)))
"""The order that a journal is about; journals of disputes name it by reference."""
Lines = dict[int, Money]
"""What each journal did to a shop's account; above zero it earns."""


@dataclass(frozen=True, slots=True)
class Way:
    """One payout as it would be made; without `lines` where nobody asked for them."""

    provider: str
    sum: Money
    lines: Lines = field(default_factory=dict)
    order_code: str | None = None
    group: str = ""
    source: str = ""

    @property
    def is_by_bank(self) -> bool:
        return self.provider == BANK.code


@dataclass(frozen=True, slots=True)
class Paid:
    """How one order was paid: its purchase, and per payment what came, by whom (`card`, `stripe`) and its name there."""

    purchase: str
    refunded: Money
    came: tuple[tuple[Money, str, str, str], ...]

    def is_through(self, payer: PayoutProvider) -> bool:
        return bool(self.came) and all(
            (method, carrier) == (payer.capabilities.source, payer.code) and second
            for _, method, carrier, second in self.came
        )

    def source_of(self, sum_: Money) -> str:
        """The payment that covers `sum_`, if it is one."""
        first, _, _, second = self.came[0]
        return second if len(self.came) == 1 and sum_ <= first - self.refunded else ""


def free_lines(sellers: Sequence[Seller]) -> dict[int, dict[str | None, Lines]]:
    """Per shop and order: every journal that moved the shop's account and lies in no payout. What a provider took back
    counts to the order of the payout that it was taken from, what a buyer's bank disputes to the order that it holds."""
    taken = select(PayoutLine.journal_id).where(
        PayoutLine.journal_id == Posting.journal_id, PayoutLine.freed_at.is_(None)
    )
    order = func.coalesce(ORDER, Payout.order_code)
    of = {accounts.seller(one.code): one.id for one in sellers}
    rows = db.session.execute(
        select(Posting.account, Posting.journal_id, order, -func.sum(whole(Posting.total)))
        .join(Journal, Journal.id == Posting.journal_id)
        .outerjoin(Payout, and_(Payout.code == Journal.reference, Journal.kind == Kind.REMITTED))
        .where(Posting.account.in_(of), Journal.kind.not_in(MOVED_BY_PAYOUTS), ~taken.exists())
        .group_by(Posting.account, Posting.journal_id, order)
        .order_by(Posting.journal_id)
    )
    found: dict[int, dict[str | None, Lines]] = {one.id: {} for one in sellers}
    for account, journal_id, code, sum_ in rows:
        if sum_:
            found[of[account]].setdefault(code, {})[journal_id] = Money(int(sum_))
    return found


def payer_of(recipient: Recipient | None) -> PayoutProvider | None:
    """Who may bring a shop its money at this account now."""
    return provider_of(recipient.provider) if recipient is not None and recipient.may_be_paid else None


def ways_of(sellers: Sequence[Seller], payers: Mapping[int, PayoutProvider]) -> dict[int, list[Way]]:
    """How what each shop has would be paid, by shop: `payers` are those who may bring it beside the bank."""
    lines = free_lines(sellers)
    codes = {code for key in payers for code in lines.get(key, {}) if code is not None}
    paid = _paid(codes) if codes else {}
    return {key: share(groups, paid, payers.get(key)) for key, groups in lines.items()}


def share(groups: Mapping[str | None, Lines], paid: Mapping[str, Paid], payer: PayoutProvider | None) -> list[Way]:
    """The ways of one shop's lines; together they come to what it has, unless that is nothing or less."""
    rest: Lines = {}
    own: list[Way] = []
    for code, lines in groups.items():
        sum_, known = total(lines.values()), paid.get(code) if code else None
        if payer is None or known is None or not known.is_through(payer) or not _fits(sum_, payer):
            rest.update(lines)
            continue
        own.append(Way(payer.code, sum_, lines, code, known.purchase, known.source_of(sum_)))
    left = total(rest.values())
    if left > ZERO:
        return [*own, Way(BANK.code, left, rest)]
    return _less(own, rest, left)


def _less(own: Iterable[Way], owed: Lines, left: Money) -> list[Way]:
    """The transfers after `owed` (together `left`, nothing or less) was taken off them."""
    found = []
    for way in own:
        if not owed:
            found.append(way)
            continue
        owed, left = {**owed, **way.lines}, left + way.sum
        if left > ZERO:
            found.append(Way(way.provider, left, owed, way.order_code, way.group, way.source))
            owed, left = {}, ZERO
    return found


def _fits(sum_: Money, payer: PayoutProvider) -> bool:
    return max(ZERO, payer.capabilities.lowest) <= sum_ <= payer.capabilities.highest and sum_ > ZERO


def _paid(codes: Iterable[str]) -> dict[str, Paid]:
    rows = db.session.execute(
        select(
            Order.code, Purchase.code, Order.refunded, whole(Posting.total), Payment.provider, Charge.provider,
            Charge.second_reference,
        )
        .select_from(Journal)
        .join(Posting, Posting.journal_id == Journal.id)
        .join(Order, Order.code == Journal.order_code)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .outerjoin(Payment, Payment.code == Journal.reference)
        .outerjoin(Charge, Charge.payment_id == Payment.id)
        .where(Journal.order_code.in_(codes), Journal.kind == Kind.CAPTURE, Posting.what == "paid")
        .order_by(Journal.id)
    )  # fmt: skip
    found: dict[str, Paid] = {}
    for code, purchase, refunded, sum_, method, carrier, second in rows:
        known = found.get(code) or Paid(purchase, refunded, ())
        came = (Money(int(sum_)), str(method or ""), str(carrier or ""), str(second or ""))
        found[code] = Paid(purchase, refunded, (*known.came, came))
    return found
