"""Opening a return, answering it, deciding about it, carrying out what was agreed.

Every step locks first (payments, then orders, then returns, then stock), writes an event, sets the next deadline and
announces itself. A step taken twice is refused the second time. Who belongs to which side is the caller's to know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, Forbidden, Invalid
from catalog.inventory import services as inventory
from catalog.inventory import workdays
from catalog.money import ZERO, total
from catalog.text import N_, tidy_lines
from marketplace.accounts.models import Role, RoleGrant, User
from marketplace.bookkeeping import books
from marketplace.orders import parcels, refunding, returned
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order, OrderLine
from marketplace.orders.spans import end_of
from marketplace.payments.models import Payment
from marketplace.returns import anew
from marketplace.returns.answers import ANEW, Answer, check, is_all
from marketplace.returns.models import Reason, RefundLine, Remedy, Return, ReturnEvent, ReturnKind, ReturnLine
from marketplace.returns.models import ReturnState as S
from marketplace.returns.others import Other, list_held
from marketplace.returns.spans import spans
from marketplace.returns.states import MAY_ESCALATE, RETURN, TERMINAL
from marketplace.returns.wishes import WORDS_LEAST, WORDS_MOST, Wish, member, read
from marketplace.returns.worth import Paid, part, shares
from marketplace.sellers.models import DeliveryKind
from marketplace.signals import return_moved

REFUND_REASON = N_("For pieces of a return")
ANSWERS = frozenset({"accept", "offer", "rule", "conclude"})
"""Steps that say what is sent, paid or made anew."""


def ask(order: Order, wish: Wish, user: User | None = None) -> Return:
    """A buyer opens a return of pieces that have come. The shop is told and has some working days to answer.

    Several names every field that is wrong: `kind`, `pieces`, `pieces-<code>`, `reason-<code>`, `wanted-<code>`,
    `words`, `photos`; Conflict when somebody was faster.
    """
    order, _ = orders.hold(order)
    kind, chosen, wanted = read(order, wish)
    found = enter(order, kind, chosen, wish.words, S.ASKED, wanted)
    for photo in wish.photos:
        photo.return_id = found.id
    note(found, "ask", Actor.BUYER, user, found.words)
    return found


def paid_of(order: Order) -> dict[int, Paid]:
    """Per line id what was paid for it, and for its part of the delivery."""
    goods = total(line.paid for line in order.lines)
    paid_for = shares([line.paid for line in order.lines], goods, order.total - goods)
    return dict(zip([line.id for line in order.lines], paid_for, strict=True))


def enter(
    order: Order,
    kind: ReturnKind,
    chosen: Sequence[tuple[OrderLine, int, Reason]],
    words: str,
    state: S,
    wanted: Mapping[int, Other] | None = None,
) -> Return:
    """Write down a return of these pieces: what each is worth, and that no other return has them (Conflict). The order
    is locked by the caller, who notes what has happened."""
    held, wanted = list_held([line for line, _, _ in chosen]), wanted or {}
    paid_for = paid_of(order)
    found = Return(
        order_id=order.id,
        seller_id=order.seller_id,
        kind=kind,
        state=state,
        words=tidy_lines(words),
        due_at=clock.now(),
    )
    for line, pieces, reason in chosen:
        before = returned.claim(line, pieces)
        paid = paid_for[line.id]
        one = ReturnLine(
            line_id=line.id,
            quantity=pieces,
            reason=reason,
            worth_items=part(paid.items, line.quantity, before, pieces),
            worth_shipping=ZERO if reason is Reason.MIND else part(paid.shipping, line.quantity, before, pieces),
        )
        if now := held.get(line.id):
            one.held_id, one.held_choices, one.held_choices_en = now.id, now.choices, now.choices_en
        if line.id in wanted:
            other = wanted[line.id]
            one.wanted_id, one.wanted_choices, one.wanted_choices_en = other.id, other.choices, other.choices_en
        found.lines.append(one)
    returned.open_return(order)
    db.session.add(found)
    db.session.flush()
    return found


def accept(found: Return, answer: Answer, user: User | None = None) -> Return:
    """The seller's yes. What is all that the buyer asked for is agreed at once; anything else becomes an offer.

    Several or Invalid name `remedy`, `promised_on`, `granted-<code>`, `words`; Conflict when the shelf is empty.
    """
    found, order, payment = _hold(found)
    answer = check(found, answer)
    name = "accept" if is_all(found, answer) else "offer"
    if name == "offer" and found.state in (S.REFUSED, S.ESCALATED):
        raise Conflict(N_("Now only all that the buyer asked for can still be agreed. Otherwise the operator decides."))
    RETURN.apply(found, name, Actor.SELLER)
    _write(found, answer)
    found.answer = answer.words
    _go_on(found, order, payment, name, Actor.SELLER, user, answer.words)
    return found


def refuse(found: Return, words: str, user: User | None = None) -> Return:
    """The seller's no, with a reason (Invalid, field `words`); the buyer may ask the operator."""
    words = read_reason(words, N_("Write for the buyer why not, in at least %(least)s characters."))
    found, order, payment = _hold(found)
    RETURN.apply(found, "refuse", Actor.SELLER)
    found.answer = words
    _go_on(found, order, payment, "refuse", Actor.SELLER, user, words)
    return found


def take(found: Return, user: User | None = None) -> Return:
    """The buyer takes the seller's offer."""
    return _step(found, "take", Actor.BUYER, user)


def withdraw(found: Return, user: User | None = None) -> Return:
    """The buyer gives it up; the pieces may be asked about again while there is time."""
    return _step(found, "withdraw", Actor.BUYER, user)


def escalate(found: Return, actor: Actor, words: str = "", user: User | None = None) -> Return:
    """The operator is to decide. A person says why (Invalid, field `words`)."""
    words = read_reason(words, N_("Write for the operator what you see differently, in at least %(least)s characters."))
    found, order, payment = _hold(found)
    if RETURN.may(found.state, "escalate", actor) and MAY_ESCALATE.get(found.state) is not actor:
        raise Forbidden(N_("You may not do this."))
    if found.state is S.SENT_BACK:
        found.received_at = clock.now()  # who finds fault with what came back has it
    RETURN.apply(found, "escalate", actor)
    _go_on(found, order, payment, "escalate", actor, user, words)
    return found


def is_for_another(found: Return, operator: User) -> bool:
    """Whether this operator gave the first word and another one has to look at the appeal."""
    return found.state is S.APPEALED and found.decided_by_id == operator.id and _is_another(operator)


def decide(found: Return, operator: User, answer: Answer) -> Return:
    """An operator's word, with a reason. Either side may appeal once; the word after an appeal, or after one was made
    before, is the last. Forbidden for whoever gave the first word, while there is another operator."""
    if not operator.has_role(Role.OPERATOR):
        raise Forbidden(N_("Only operators may do this."))
    words = read_reason(answer.words, N_("Write for both sides why, in at least %(least)s characters."))
    found, order, payment = _hold(found)
    is_last = found.state is S.APPEALED or found.appealed_by is not None
    if is_for_another(found, operator):
        raise Forbidden(N_("You decided before: another operator looks at the appeal."))
    name = "conclude" if is_last else "rule"
    if not RETURN.may(found.state, name, Actor.OPERATOR):
        RETURN.apply(found, name, Actor.OPERATOR)  # says why not
    answer = check(found, answer, may_refuse=True)
    RETURN.apply(found, name, Actor.OPERATOR)
    _write(found, answer)
    found.decision = words
    if is_last:
        found.concluded_by_id = operator.id
        if found.decided_by_id is None:
            found.decided_by_id, found.decided_at = operator.id, clock.now()
    else:
        found.decided_by_id, found.decided_at = operator.id, clock.now()
    _go_on(found, order, payment, name, Actor.OPERATOR, operator, words)
    return found


def appeal(found: Return, actor: Actor, words: str, user: User | None = None) -> Return:
    """The one appeal, by whichever side is first; another operator looks at it where there is one."""
    words = read_reason(words, N_("Write what the operator has overlooked, in at least %(least)s characters."))
    found, order, payment = _hold(found)
    RETURN.apply(found, "appeal", actor)
    found.appealed_by = actor
    _go_on(found, order, payment, "appeal", actor, user, words)
    return found


def send_back(found: Return, courier: str, number: str, user: User | None = None) -> Return:
    """The buyer has given the pieces on their way (courier and number), or brought them (both empty)."""
    label = _label(courier, number)
    found, order, payment = _hold(found)
    RETURN.apply(found, "send_back", Actor.BUYER)
    found.back_courier, found.back_number, found.back_at = label.courier, label.number, clock.now()
    _go_on(found, order, payment, "send_back", Actor.BUYER, user, label.text)
    return found


def note_arrival(found: Return) -> None:
    """The courier says that what was sent back has arrived: the seller has some working days to look at it."""
    found, order, _ = _hold(found)
    if found.state is S.SENT_BACK and found.arrived_at is None and found.due_at is not None:
        found.arrived_at = clock.now()
        seen_by = end_of(order.seller.calendar.add(clock.today(), spans().receive_working_days))
        found.due_at = min(found.due_at, seen_by)
        db.session.flush()


def receive(found: Return, restock: Mapping[str, int] | None = None, user: User | None = None) -> Return:
    """The seller has the pieces and they are as they should be. `restock` says how many of each line (by code) go on
    the shelf again, none unless told; Invalid names `restock-<code>`."""
    found, order, payment = _hold(found)
    RETURN.apply(found, "receive", Actor.SELLER)
    put: dict[int, int] = {}
    for one in found.lines:
        pieces = (restock or {}).get(one.line.code, 0)
        if not 0 <= pieces <= one.quantity:
            message = N_("Write a number from 0 to %(most)s.")
            raise Invalid(message, field=f"restock-{one.line.code}", most=one.quantity)
        if pieces and not one.line.is_made_to_order:
            one.restocked = pieces
            put[one.variant_id] = put.get(one.variant_id, 0) + pieces
    found.received_at = clock.now()
    _go_on(found, order, payment, "receive", Actor.SELLER, user, "")
    inventory.take_in(put, found.code)
    return found


def send_anew(found: Return, courier: str, number: str, user: User | None = None) -> Return:
    """What was promised instead is on its way, or was handed over (both empty)."""
    label = _label(courier, number)
    found, order, payment = _hold(found)
    RETURN.apply(found, "send_anew", Actor.SELLER)
    found.anew_courier, found.anew_number, found.anew_at = label.courier, label.number, clock.now()
    inventory.consume(found.code)
    _go_on(found, order, payment, "send_anew", Actor.SELLER, user, label.text)
    return found


def satisfy(found: Return, user: User | None = None) -> Return:
    """What came instead is all well."""
    return _step(found, "satisfy", Actor.BUYER, user)


def sweep_one(found: Return, now: datetime | None = None) -> bool:
    """Do what is due on one return; False when somebody was faster."""
    now = now or clock.now()
    found, order, payment = _hold(found)
    if found.due_at is None or found.due_at > now:
        return False
    name = {
        S.ASKED: "escalate",
        S.OFFERED: "take",
        S.REFUSED: "close",
        S.DECIDED: "uphold",
        S.TO_SEND_BACK: "close",
        S.SENT_BACK: "receive",
        S.REPLACING: "escalate",
        S.REPLACED: "satisfy",
    }.get(found.state)
    if name is None:  # an operator is late: no decision falls by itself
        _go_on(found, order, payment, "late", Actor.SYSTEM, None, "")
        return True
    if name == "receive":
        found.received_at = clock.now()
    RETURN.apply(found, name, Actor.SYSTEM)
    _go_on(found, order, payment, name, Actor.SYSTEM, None, "")
    return True


def open_moves(found: Return, actor: Actor) -> list[str]:
    """The names of the steps that `actor` could take now (see `states.RETURN`)."""
    moves = RETURN.open_from(found.state, actor)
    return [one for one in moves if one != "escalate" or MAY_ESCALATE.get(found.state) is actor]


def _step(found: Return, name: str, actor: Actor, user: User | None) -> Return:
    found, order, payment = _hold(found)
    RETURN.apply(found, name, actor)
    _go_on(found, order, payment, name, actor, user, "")
    return found


def _go_on(
    found: Return, order: Order, payment: Payment, name: str, actor: Actor, user: User | None, words: str
) -> None:
    """Note a step that was just made, and carry out what is agreed."""
    agreed = found.state is S.AGREED
    refused = name == "withdraw" and found.remedy is None and bool(found.answer)
    if agreed:
        RETURN.apply(found, _next(found))  # before anything is written: no row keeps the step in between
    _set_timer(found)
    db.session.flush()
    if name in ANSWERS:
        anew.set_aside(found)
    if agreed and found.state is S.SETTLED:
        _pay(found, order, payment)
    if found.state in (S.CLOSED, S.ESCALATED):
        anew.let_go(found)
    elif found.state is S.SETTLED:
        inventory.release(found.code)  # what was made keeps the days that it took
    if found.state in TERMINAL:
        gave_up = name == "withdraw" and not refused
        let_be = name == "close" and found.remedy is not None
        if gave_up or let_be or name == "satisfy":
            for one in found.lines:
                returned.unclaim(one.line, one.quantity)
        returned.close_return(order)
    note(found, name, actor, user, words)


def _next(found: Return) -> str:
    if found.remedy is Remedy.NOTHING:
        return "close"
    if found.sends_back and found.received_at is None:
        return "await"
    return "replace" if found.remedy in ANEW else "settle"


def _pay(found: Return, order: Order, payment: Payment) -> None:
    """What was granted becomes a refund that is owed, with a row per line; shares never pass what is left of a line."""
    rows, for_nothing = [], False
    for one in found.lines:
        if not one.line.paid:  # the buyer has nothing coming; whoever paid the vouchers has
            returned.take_back(one.line, one.quantity)
            for_nothing = True
        items = min(one.granted, one.worth_items, one.line.paid - one.line.refunded)
        shipping = min(one.granted - items, one.worth_shipping)
        whole = items + min(shipping, order.total - order.refunded - items)
        if not whole:
            continue
        returned.refund(order, one.line, items, whole - items)
        rows.append((one, items, whole))
    if not rows:
        if for_nothing:
            books.take_back(order.id, found.code)
        return
    owed = total(whole for _, _, whole in rows)
    surplus = refunding.surplus_back(order, payment)
    refunds = refunding.owe_for_return(order, payment, found.code, owed, surplus, REFUND_REASON)
    for one, items, whole in rows:
        db.session.add(
            RefundLine(
                refund_id=refunds[0].id, return_line_id=one.id, line_id=one.line_id, quantity=one.quantity,
                items_total=items, shipping_total=whole - items, total=whole,
            )
        )  # fmt: skip
    db.session.flush()
    books.give_back(order.id, *refunds)


def _write(found: Return, answer: Answer) -> None:
    """Note what was offered or decided."""
    found.remedy = member(Remedy, answer.remedy)
    found.sends_back, found.promised_on = answer.sends_back, answer.promised_on
    for one in found.lines:
        one.granted = (answer.granted or {}).get(one.line.code, ZERO)


def _set_timer(found: Return) -> None:
    """Its next deadline: the end of a day, so that letters may name the day alone. Working days of the seller's are those
    on which this very seller works."""
    today, span = clock.today(), spans()
    with db.session.no_autoflush:
        calendar = found.order.seller.calendar
    match found.state:
        case S.ASKED:
            found.due_at = end_of(calendar.add(today, span.answer_working_days))
        case S.OFFERED | S.REFUSED:
            found.due_at = end_of(today + timedelta(days=span.choice_days))
        case S.ESCALATED | S.APPEALED:
            found.due_at = end_of(workdays.add(today, span.decision_working_days))
        case S.DECIDED:
            found.due_at = end_of(today + timedelta(days=span.appeal_days))
        case S.TO_SEND_BACK:
            found.due_at = end_of(today + timedelta(days=span.send_days))
        case S.SENT_BACK | S.REPLACED:
            found.due_at = end_of(today + timedelta(days=span.transit_days))
        case S.REPLACING:
            promised = max(found.promised_on or today, today)
            found.due_at = end_of(calendar.add(promised, span.grace_working_days))
        case _:
            found.due_at = None


def note(found: Return, name: str, actor: Actor, user: User | None, words: str) -> None:
    """Write down and announce a step."""
    if name == "ask":
        _set_timer(found)
    event = ReturnEvent(
        return_id=found.id, name=name, actor=actor, actor_user_id=user.id if user else None, note=words[:WORDS_MOST]
    )
    db.session.add(event)
    db.session.flush()
    return_moved.send(found, event=event)


def _hold(found: Return) -> tuple[Return, Order, Payment]:
    """The return as it is now, its order and the payment, rows locked in the house's order."""
    order, payment = orders.hold(db.session.get_one(Order, found.order_id))
    fresh = db.session.scalars(
        lock(select(Return).where(Return.id == found.id))
        .options(selectinload(Return.lines).joinedload(ReturnLine.line))
        .execution_options(populate_existing=True)
    ).one()
    return fresh, order, payment


def _is_another(operator: User) -> bool:
    query = select(RoleGrant.user_id).where(RoleGrant.role == Role.OPERATOR, RoleGrant.user_id != operator.id)
    return db.session.scalar(query.limit(1)) is not None


def read_reason(words: str, message: str) -> str:
    """The words of whoever decides or asks, tidied; Invalid (field `words`) when they are too few."""
    words = tidy_lines(words)[:WORDS_MOST]
    if len(words) < WORDS_LEAST:
        raise Invalid(message, field="words", least=WORDS_LEAST)
    return words


def _label(courier: str, number: str) -> parcels.Label:
    """Who carries it under which number; nothing where it was handed over."""
    if not courier.strip() and not number.strip():
        return parcels.Label()
    return parcels.read_label(DeliveryKind.COURIER, courier, number)
