"""Asking for money, seeing it come, giving it back. Each row is locked before it moves; every verb may come twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, Forbidden, Invalid, Unavailable
from catalog.money import Money, total
from catalog.rows import write
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.payments import by_hand, paybacks, qris
from marketplace.payments.models import (
    Charge,
    Payment,
    PaymentMethod,
    PaymentState,
    Purpose,
    ReceivingAccount,
    Refund,
    RefundState,
)
from marketplace.payments.providers import PaymentRequest, can_be_asked, provider
from marketplace.payments.states import PAYMENT
from marketplace.signals import (
    payment_came_extra,
    payment_came_late,
    payment_closed,
    payment_settled,
    refund_owed,
    refund_sent,
)

CLAIMS = 12
"""How often another amount is tried when the chosen one was taken in the same moment."""
AMOUNT_KEPT = timedelta(days=3)
"""How long after its window an amount is not asked of anybody else: late transfers come."""
SECOND_LOOK = timedelta(days=3)
"""How long a payment that one operator has seen waits for the second."""


def start(
    purchase_code: str,
    method: PaymentMethod,
    sum_: Money,
    expires_at: datetime | None,
    purpose: Purpose = Purpose.WHOLE,
    order_code: str | None = None,
) -> Payment:
    """Ask for `sum_`: one pending payment of the purchase, or (a balance) of one of its orders. Unavailable when the
    method cannot take it now.

    Rp0 is asked of nobody: whoever calls this settles it in the same transaction.
    """
    method = method if sum_ else PaymentMethod.NOTHING
    chosen = provider(method)
    payment = Payment(
        purchase_code=purchase_code, purpose=purpose, order_code=order_code,
        provider=method.value, expires_at=expires_at, due=sum_,
    )  # fmt: skip
    if not chosen.capabilities.is_local:  # its amount is the sum; it is started after this commit
        write(payment)
        write(Charge(payment_id=payment.id, provider=chosen.code))
        return payment
    for _ in range(CLAIMS):
        begun = chosen.start(PaymentRequest(purchase_code, sum_, expires_at))
        payment = Payment(
            purchase_code=purchase_code,
            purpose=purpose,
            order_code=order_code,
            provider=method.value,
            expires_at=expires_at,
            due=begun.due,
            surplus=begun.surplus,
            account_id=begun.account_id,
            by_two=begun.account_id is not None and by_hand.needs_two(begun.due),
        )
        if write(payment, unless_known=True):
            return payment
        if begun.account_id is None or _is_live(purchase_code, order_code):
            write(payment)  # not its amount is taken: the database says what is wrong
    raise Unavailable(N_("This way of paying is not possible at the moment. Please choose another."))


def settle(payment: Payment, *, reference: str | None = None, operator: User | None = None) -> bool:
    """The money for `payment` has come. True when this call made it paid; False when it was, or when it came too late.

    Without an operator a provider or a line of the bank's statement has said so. A payment that needs two operators is
    not settled by the word of one, nor by a line that one of them has brought in (Forbidden). Money for a payment that has expired or was cancelled is kept: the payment becomes LATE and owes a refund, which
    stands on the operator's list until it has been sent.
    """
    payment = hold(payment)
    if payment.state in (PaymentState.PAID, PaymentState.LATE, PaymentState.REFUNDED):
        return False
    if payment.by_two and (operator is None or payment.seen_by_id in (None, operator.id)):
        raise Forbidden(N_("This sum needs the eyes of a second operator."))
    in_time = payment.state is PaymentState.PENDING
    try:
        with db.session.begin_nested():
            PAYMENT.apply(payment, "settle" if in_time else "arrive_late")
            payment.paid_at = clock.now()
            payment.reference = reference
            payment.confirmed_by_id = operator.id if operator else None
    except IntegrityError:
        message = N_("This line of the statement has just been used for another purchase.")
        raise Conflict(message, field="reference") from None
    if not in_time:
        reason = N_("The transfer came after the order had been closed.")
        db.session.add(Refund(payment_id=payment.id, total=payment.due, reason=reason))
    db.session.flush()
    (payment_settled if in_time else payment_came_late).send(payment)
    return in_time


def confirm_transfer(amount: Money, reference: str, operator: User, account_code: str | None = None) -> Payment:
    """An operator has seen `amount` on a statement, in the line that the bank calls `reference`.

    Exactly one payment must ask for exactly this amount, and a line pays only one payment: saying the same again
    returns the same payment. Look at the state of what comes back: PAID, or LATE when the order was closed before
    the money came (a refund is then owed), or as it was when a second operator must look at it first.
    Invalid and Conflict name `amount`, `account` or `reference`.
    """
    reference = _reference(reference)
    used = db.session.scalar(select(Payment).where(Payment.reference == reference))
    if used is not None:
        if used.due == amount:
            return used
        message = N_("This line of the statement has already paid purchase %(purchase)s.")
        raise Conflict(message, field="reference", purchase=used.purchase_code)
    payment = _asked_for(amount, account_code)
    if payment.state in (PaymentState.PAID, PaymentState.LATE, PaymentState.REFUNDED):
        message = N_("Purchase %(purchase)s is already paid. Has the buyer paid twice? Then send this amount back.")
        raise Conflict(message, field="amount", purchase=payment.purchase_code)
    payment = hold(payment)
    if payment.by_two and payment.seen_by_id in (None, operator.id) and payment.paid_at is None:
        see(payment, operator.id, reference)
        return payment
    settle(payment, reference=reference, operator=operator)
    return payment


def see(payment: Payment, operator_id: int, reference: str) -> None:
    """The first of two operators has seen the money, or brought in the statement that tells of it."""
    payment.seen_by_id, payment.seen_at, payment.seen_reference = operator_id, clock.now(), reference
    db.session.flush()


def second(payment: Payment, operator: User) -> Payment:
    """A second operator has seen the money as well: it counts now. Forbidden for the first; Conflict when nobody waits."""
    payment = hold(payment)
    if payment.seen_at is None or payment.paid_at is not None:
        raise Conflict(N_("This payment does not wait for a second look."))
    settle(payment, reference=payment.seen_reference, operator=operator)
    return payment


def unsee(payment: Payment) -> None:
    """The first look was a mistake. Conflict when the money has been counted."""
    payment = hold(payment)
    if payment.seen_at is None or payment.paid_at is not None:
        raise Conflict(N_("This payment does not wait for a second look."))
    payment.seen_by_id, payment.seen_at, payment.seen_reference = None, None, ""
    db.session.flush()


def looked_at_until(payment: Payment | None) -> datetime | None:
    """Until when an unpaid payment is kept open because one of two operators has seen its money: that the other has not
    looked yet is no fault of the buyer's. None when that is over, or nobody has seen any."""
    if payment is None or payment.seen_at is None or payment.paid_at is not None:
        return None
    until = payment.seen_at + SECOND_LOOK
    return until if until > clock.now() else None


def keep_extra(payment: Payment, sum_: Money, account_id: int, reference: str, reason: str) -> Payment:
    """Money came beyond what `payment` asks for: it is kept in a row of its own, and owed back to the buyer."""
    extra = Payment(
        purchase_code=payment.purchase_code, purpose=Purpose.EXTRA, provider=PaymentMethod.BANK_TRANSFER.value,
        state=PaymentState.LATE, due=sum_, account_id=account_id, reference=reference, holds_amount=False,
        paid_at=clock.now(),
    )  # fmt: skip
    db.session.add(extra)
    db.session.flush()
    db.session.add(Refund(payment_id=extra.id, total=sum_, reason=reason))
    db.session.flush()
    payment_came_extra.send(extra, reason=reason)
    return extra


def expire(payment: Payment) -> bool:
    """Nobody paid in time. True when this call closed it."""
    return _shut(payment, "expire")


def cancel(payment: Payment) -> bool:
    """It is not to be paid any more. True when this call closed it."""
    return _shut(payment, "cancel")


def ask_less(payment: Payment, sum_: Money) -> Payment:
    """A part of the purchase was cancelled before it was paid: ask for `sum_` instead.

    Cash changes its row. Everything else is asked for anew within the same window, a transfer under another amount, so
    that money already on its way is still recognised by the old one.
    """
    payment = hold(payment)
    if payment.state is not PaymentState.PENDING:
        raise Conflict(N_("This payment is closed."))
    method = PaymentMethod(payment.provider)
    if payment.account_id is None and not can_be_asked(method):
        payment.due = sum_
        db.session.flush()
        return payment
    _close(payment, "cancel")
    heir = start(payment.purchase_code, method, sum_, payment.expires_at, payment.purpose, payment.order_code)
    payment_closed.send(payment, heir=heir)
    return heir


def owe(payment: Payment, order_code: str, sum_: Money, reason: str) -> Refund:
    """Money of a paid payment goes back for one cancelled order; asked again, the same refund comes back."""
    known = db.session.scalar(select(Refund).where(Refund.order_code == order_code, Refund.payment_id == payment.id))
    return known or _owe(payment, Refund(order_code=order_code, total=sum_, reason=reason[:300]))


def owe_for_return(payment: Payment, return_code: str, sum_: Money, reason: str) -> Refund:
    """Money goes back for pieces of one return; asked again, the same refund comes back. Cash was handed over with the
    pieces, even while its payment waits for the other orders of the purchase."""
    known = db.session.scalar(select(Refund).where(Refund.return_code == return_code, Refund.payment_id == payment.id))
    return known or _owe(payment, Refund(return_code=return_code, total=sum_, reason=reason[:300]))


def _owe(payment: Payment, refund: Refund) -> Refund:
    payment = hold(payment)
    in_hand = refund.return_code is not None and payment.provider == PaymentMethod.CASH.value
    is_paid = payment.state is PaymentState.PAID or (in_hand and payment.state is PaymentState.PENDING)
    if not is_paid or refund.total > left_of(payment):
        raise Conflict(N_("More would be sent back than was paid."))
    refund.payment_id = payment.id
    db.session.add(refund)
    db.session.flush()
    refund_owed.send(refund)
    return refund


def approve_refund(refund: Refund, operator: User, seen: str = "") -> Refund:
    """The first of two operators agrees that a large sum goes back, to the account whose version they have `seen`; another
    sends it. Said again it changes nothing."""
    refund = db.session.scalars(
        lock(select(Refund).where(Refund.id == refund.id)).execution_options(populate_existing=True)
    ).one()
    if refund.state is RefundState.SENT or not refund.by_two:
        raise Conflict(N_("This refund waits for nobody's approval."))
    paybacks.read_again(db.session.get_one(Payment, refund.payment_id).purchase_code, seen)
    if refund.approved_by_id is None:
        refund.approved_by_id, refund.approved_at = operator.id, clock.now()
        db.session.flush()
    return refund


def send_refund(refund: Refund, reference: str, operator: User | None, seen: str = "") -> Refund:
    """The money was sent back by an operator, or (None) by the payment's own provider; `reference` is the bank's or the
    provider's. Saying the same again changes nothing. What a provider sends by itself no operator sends as well; `seen` is
    the version of the buyer's account that the operator read (`paybacks`)."""
    reference = _reference(reference)
    payment = hold(db.session.get_one(Payment, refund.payment_id))
    refund = db.session.scalars(
        lock(select(Refund).where(Refund.id == refund.id)).execution_options(populate_existing=True)
    ).one()
    if refund.state is RefundState.SENT:
        if refund.reference == reference:
            return refund
        raise Conflict(N_("This refund has already been sent."), field="reference")
    if operator is not None and refund.tried_at is not None and not refund.refusal:
        raise Conflict(N_("The payment partner is sending this money back itself. Please wait for it."))
    if operator is not None and refund.by_two and refund.approved_by_id in (None, operator.id):
        raise Forbidden(N_("This sum needs two operators: one approves it, another sends it."))
    try:
        with db.session.begin_nested():
            refund.state = RefundState.SENT
            refund.reference = reference
            refund.sent_at = clock.now()
            refund.sent_to = paybacks.read_again(payment.purchase_code, seen) if operator is not None else ""
            refund.sent_by_id = operator.id if operator else None
            db.session.flush()
    except IntegrityError:
        raise Conflict(N_("This reference belongs to another refund."), field="reference") from None
    refund_sent.send(refund)
    back = total(
        db.session.scalars(
            select(Refund.total).where(Refund.payment_id == payment.id, Refund.state == RefundState.SENT)
        ).all()
    )
    if back == payment.due and PAYMENT.may(payment.state, "refund"):
        PAYMENT.apply(payment, "refund")
        db.session.flush()
    return refund


def left_of(payment: Payment) -> Money:
    """What of a payment has not gone back and is not owed back, its surplus included."""
    return payment.due - total(db.session.scalars(select(Refund.total).where(Refund.payment_id == payment.id)).all())


def free_amounts(now: datetime | None = None) -> int:
    """Let amounts of payments that were closed long enough be asked again; how many."""
    result = db.session.execute(
        update(Payment)
        .where(
            Payment.holds_amount,
            Payment.state != PaymentState.PENDING,
            Payment.expires_at < (now or clock.now()) - AMOUNT_KEPT,
        )
        .values(holds_amount=False),
        execution_options={"synchronize_session": False},
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def add_account(bank: str, number: str, holder: str, is_example: bool = False) -> ReceivingAccount:
    """A new account that buyers transfer to. The number keeps its digits only."""
    digits = "".join(one for one in number if one.isascii() and one.isdigit())
    if not 6 <= len(digits) <= 30:
        raise Invalid(N_("An account number has 6 to 30 digits."), field="number")
    if not tidy(bank) or len(tidy(bank)) > 40:
        raise Invalid(N_("Write the name of the bank (at most 40 characters)."), field="bank")
    if not tidy(holder) or len(tidy(holder)) > 80:
        raise Invalid(N_("Write the name of the account's holder (at most 80 characters)."), field="holder")
    account = ReceivingAccount(bank=tidy(bank), number=digits, holder=tidy(holder), is_example=is_example)
    db.session.add(account)
    db.session.flush()
    return account


def add_qris(text: str, is_example: bool = False) -> ReceivingAccount:
    """A static QRIS code of the platform that buyers pay to; Invalid (field `qris`) says what is wrong with its text."""
    merchant = qris.read(text)
    known = select(ReceivingAccount.id).where(ReceivingAccount.qris.is_not(None), ReceivingAccount.is_active)
    if db.session.scalar(known.where(ReceivingAccount.number == merchant.number)):
        raise Conflict(N_("Buyers can pay to this QRIS already."), field="qris")
    account = ReceivingAccount(
        bank="QRIS", number=merchant.number, holder=merchant.name, qris=merchant.text, is_example=is_example
    )
    db.session.add(account)
    db.session.flush()
    return account


def close_account(account: ReceivingAccount) -> None:
    """No new payment is asked for on this account; open ones are still recognised."""
    account.is_active = False
    db.session.flush()


def hold(payment: Payment) -> Payment:
    """`payment` as it is now. Every payment of its purchase is locked until the end of the transaction, in id order: who
    settles a balance and who calls its order off stand in one line."""
    held = db.session.scalars(
        lock(
            select(Payment).where(Payment.purchase_code == payment.purchase_code).order_by(Payment.id)
        ).execution_options(populate_existing=True)
    ).all()
    return next(one for one in held if one.id == payment.id)


def hold_free(purchase_codes: Collection[str]) -> dict[str, Payment]:
    """The newest payment (no balance) of each purchase, locked like `hold`; a purchase of which somebody else holds a
    payment is being moved by them and left out."""
    held = db.session.scalars(
        select(Payment)
        .where(Payment.purchase_code.in_(set(purchase_codes)))
        .order_by(Payment.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    mine = Counter(one.purchase_code for one in held)
    counted = select(Payment.purchase_code, func.count()).where(Payment.purchase_code.in_(mine))
    present = dict(db.session.execute(counted.group_by(Payment.purchase_code)).tuples().all())
    return {
        one.purchase_code: one
        for one in held
        if one.order_code is None
        and one.purpose is not Purpose.EXTRA
        and mine[one.purchase_code] == present[one.purchase_code]
    }


def _reference(text: str) -> str:
    text = tidy(text)
    if not text or len(text) > 80:
        raise Invalid(N_("Copy the bank's reference of this line (at most 80 characters)."), field="reference")
    return text


def _shut(payment: Payment, name: str) -> bool:
    if not _close(payment, name):
        return False
    payment_closed.send(payment, heir=None)
    return True


def _close(payment: Payment, name: str) -> bool:
    payment = hold(payment)
    if payment.state is not PaymentState.PENDING:
        return False
    PAYMENT.apply(payment, name)
    db.session.flush()
    return True


def _is_live(purchase_code: str, order_code: str | None) -> bool:
    return (
        db.session.scalar(
            select(Payment.id).where(
                Payment.purchase_code == purchase_code,
                Payment.order_code.is_(None) if order_code is None else Payment.order_code == order_code,
                Payment.state.in_([PaymentState.PENDING, PaymentState.PAID]),
            )
        )
        is not None
    )


def _asked_for(amount: Money, account_code: str | None) -> Payment:
    query = select(Payment).join(ReceivingAccount, ReceivingAccount.id == Payment.account_id)
    query = query.where(Payment.due == amount, Payment.purpose != Purpose.EXTRA)
    if account_code:
        query = query.where(ReceivingAccount.code == account_code)
    held = db.session.scalars(query.where(Payment.holds_amount)).all()
    if not held:  # an amount that is free again still names the last one who was asked for it, while nobody else is
        held = db.session.scalars(query.order_by(Payment.id.desc()).limit(1)).all()
    if not held:
        message = N_("No payment asks for exactly %(amount)s. Compare the last three digits with the statement.")
        raise Invalid(message, field="amount", amount=amount)
    if len(held) > 1:
        raise Invalid(N_("Several accounts wait for this amount: choose the account."), field="account")
    return held[0]
