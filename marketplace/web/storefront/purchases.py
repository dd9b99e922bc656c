"""One page follows the whole purchase: how to pay, and one timeline per shop. Guests come by their signed link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from catalog.errors import Conflict, Forbidden, Invalid, NotFound
from catalog.money import ZERO, Money, total
from catalog.text import N_, tidy
from marketplace.banking.queries import held_for
from marketplace.documents.queries import has_receipt
from marketplace.orders import services
from marketplace.orders.access import access_token, pickup_code, token_fits
from marketplace.orders.days import accept_day, keep_day
from marketplace.orders.models import Actor, Order, OrderState, ProgressPhoto, Purchase
from marketplace.orders.progress import find_photo, list_photos_of
from marketplace.orders.promises import promise
from marketplace.orders.queries import AT_HAND, find_purchase, find_shipment, list_codes_at_hand, list_taken_off
from marketplace.orders.states import Leaving, leaving
from marketplace.orders.wishes import ask_to_cancel, may_ask
from marketplace.payments import paybacks
from marketplace.payments.charges import find_charge
from marketplace.payments.models import Payment, PaymentState, Refund
from marketplace.payments.proofs import list_newest, may_prove
from marketplace.payments.queries import find_payment, list_balances, list_refunds_of
from marketplace.returns.queries import is_past, list_returns_of
from marketplace.returns.wishes import what_is_open
from marketplace.reviews.queries import standing_of
from marketplace.sellers.models import BROUGHT
from marketplace.web.errors import sentence
from marketplace.web.filters import day_short, instant
from marketplace.web.lifecycle import attempt, house
from marketplace.web.making import Picture, pictures, rules, step_name, step_names, terms_now
from marketplace.web.parcels import arrived_words, list_parcels, lost_words, parcel_pages
from marketplace.web.qris import drawn as picture_of
from marketplace.web.returning import kinds, photo_response, state_name
from marketplace.web.speech import gettext as _
from marketplace.web.visits import visit

pages = Blueprint("purchases", __name__)

WITH_RETURNS = frozenset({OrderState.DELIVERED, OrderState.COMPLETED})


def find_for_visitor(code: str) -> Purchase:
    """The purchase for whoever may see it: its buyer, or the bearer of its link; for all others it does not exist. Once it
    is past, a bearer is led to its record and can do nothing (see `find_record`)."""
    purchase = find_record(code)
    if shows_record_alone(purchase):
        abort(_back(purchase))
    return purchase


def find_record(code: str) -> Purchase:
    """The same for pages that its link opens for ever: they name nobody where `shows_record_alone`."""
    purchase = find_purchase(code)
    token = request.values.get("token", "")
    if purchase is None or not (_is_mine(purchase) or token_fits(house().settings.secret_key, code, token)):
        raise NotFound(N_("There is no such purchase. Please use the link from your mail."))
    return purchase


def shows_record_alone(purchase: Purchase) -> bool:
    """Whether who looks holds no more than the link of a purchase that is past: a link in an old mail is no key for ever."""
    return not _is_mine(purchase) and is_past(purchase)


def _is_mine(purchase: Purchase) -> bool:
    return visit.user is not None and purchase.user_id == visit.user.id


def link_token(purchase: Purchase) -> str | None:
    """What addresses of a purchase must carry: nothing for its signed-in buyer, the link's token for all others."""
    if _is_mine(purchase):
        return None
    return access_token(house().settings.secret_key, purchase.code)


@dataclass(frozen=True)
class Step:
    label: str
    at: str
    note: str
    state: str
    photo: Picture | None = None


def steps(order: Order, shown: Mapping[int, Picture] | None = None) -> list[Step]:
    """What has happened to an order and what comes next, for its timeline; `shown` are photos by the id of the event."""
    asked = iter(order.proposals)
    sent, there = _("Handed over"), _("Arrived")
    if order.is_collected:
        sent, there = _("Ready to be picked up"), _("Picked up")
    elif order.delivery in BROUGHT:
        sent = _("The maker sets off")
    names = step_names() | {
        "place": _("Ordered"),
        "pay": _("Paid"),
        "confirm": _("Accepted by the maker"),
        "parcel": _("A parcel was handed over"),
        "rest-ended": _("The rest does not come"),
        "late": _("The rest is late"),
        "ship": sent,
        "arrive": _("A parcel has arrived"),
        "deliver": arrived_words(order),
        "complete": _("Completed"),
        "wish": _("You wished to cancel"),
        "keep": _("The maker goes on with it"),
        "unanswered": _("No answer yet: an operator looks at it"),
        "day-proposed": _("Another day proposed"),
        "day-accepted": _("The new day is taken"),
        "day-declined": _("The first day is kept"),
        "day-withdrawn": _("The first day holds after all"),
        "cancel": _("Cancelled"),
        "expire": _("Not paid in time"),
        "fail": lost_words(order),
    }
    done = [
        Step(
            step_name(event.name, names, asked),
            instant(event.at, order.purchase.place_code or order.seller.district_code),
            _(event.note) if event.note else "",
            "done",
            (shown or {}).get(event.id),
        )
        for event in order.events
    ]
    if order.state is OrderState.CANCELLED:
        return (
            [
                *done[:-1],
                Step(
                    done[-1].label,
                    done[-1].at,
                    _(order.cancel_reason) if order.cancel_reason else done[-1].note,
                    "failed",
                ),
            ]
            if done
            else done
        )
    at_work = _("The maker packs it") if order.balance_paid_at else _("The maker is at work")
    balance = [_("You pay the balance")] if order.owes_balance else []
    coming = {
        OrderState.AWAITING_PAYMENT: [
            _("Waiting for your payment"),
            _("Accepted by the maker"),
            sent,
            there,
        ],
        OrderState.TO_CONFIRM: [_("The maker is asked to accept"), sent, there],
        OrderState.PROCESSING: [
            *([] if order.waits_for_balance else [at_work]),
            *balance,
            *([sent] if order.is_collected else []),
            there,
        ],
        OrderState.SHIPPED: [_("It waits for you") if order.is_collected else _("On its way"), _("Completed")],
        OrderState.DELIVERED: [_("Waiting for you to say that all is well"), _("Completed")],
        OrderState.COMPLETED: [],
    }[order.state]
    rows = [Step(label, "", "", "now" if number == 0 else "next") for number, label in enumerate(coming)]
    is_promised = order.state in (OrderState.TO_CONFIRM, OrderState.PROCESSING) and not order.waits_for_balance
    if rows and order.ship_by and is_promised:
        by = day_short(order.ship_by)
        note = _("To be picked up from %(day)s", day=by) if order.is_collected else _("Handed over by %(day)s", day=by)
        if leaving(order) is Leaving.LATE:
            note = _("It was promised for %(day)s and is late: you may call it off without cost.", day=by)
        rows[0] = Step(rows[0].label, "", note, "now")
    elif order.state is OrderState.AWAITING_PAYMENT:
        by = day_short(promise(order))
        rows[2] = Step(rows[2].label, "", _("By %(day)s, if you pay today", day=by), "next")
    if order.is_unwanted and order.due_at and order.events[-1].name == "wish":
        at = instant(order.due_at, order.purchase.place_code or order.seller.district_code)
        is_work = any(line.is_made_to_order for line in order.lines)
        note = (
            _("By %(at)s; otherwise an operator looks at it.", at=at)
            if is_work
            else _("By %(at)s; otherwise it is cancelled by itself.", at=at)
        )
        rows = [Step(_("The maker answers your wish"), "", note, "now"), *(replace(one, state="next") for one in rows)]
    return done + rows


def drawn(payment: Payment, came: Money) -> Markup | None:
    """The QRIS code that asks for exactly what is due, or is missing of it."""
    if payment.account is None or not payment.account.qris:
        return None
    return picture_of(payment.account.qris, payment.due - came, "payment-box__qr")


@pages.get("/purchases/<code>")
def show(code: str) -> str:
    purchase = find_record(code)
    if shows_record_alone(purchase):
        return _record(purchase)
    pages = parcel_pages(purchase.orders)
    photos = list_photos_of(purchase.orders)
    to_pay = _to_pay(purchase)
    awaited = [one for one in to_pay if may_prove(one)]
    shown, came = list_newest(awaited), held_for([one.code for one in awaited])
    token = link_token(purchase)
    owed_back = paybacks.owed_by_hand(code)

    def address(photo: ProgressPhoto, size: str | None) -> str:
        return url_for("storefront.purchases.photo", code=code, photo=photo.code, token=token, size=size)

    return render_template(
        "storefront/purchases/show.html",
        purchase=purchase,
        payments=[(one, drawn(one, came.get(one.code, ZERO))) for one in to_pay],
        came=came,
        may_prove={one.code for one in awaited},
        proofs={one.code for one in to_pay if one.id in shown},
        terms={order.code: terms for order in purchase.orders if (terms := terms_now(order))},
        rules={order.code: rules(order.keeps_begun, order.keeps_ready) for order in purchase.orders if order.balance},
        later=total(order.balance for order in purchase.orders if order.state is not OrderState.CANCELLED),
        at_once=total(order.due_first for order in purchase.orders),
        refunds=_refunds(purchase),
        discounts=list_taken_off(purchase.orders),
        parcels={
            order.code: list_parcels(order, pages, order.purchase.place_code or order.seller.district_code)
            for order in purchase.orders
        },
        steps={
            order.code: steps(order, pictures(order.events, photos.get(order.id, []), address))
            for order in purchase.orders
        },
        moves={order.code: services.open_moves(order, Actor.BUYER) for order in purchase.orders},
        pickup_codes={
            order.code: pickup_code(house().settings.secret_key, order.code)
            for order in purchase.orders
            if order.is_collected and order.state in AT_HAND
        },
        may_ask={order.code for order in purchase.orders if may_ask(order)},
        returns=_returns(purchase),
        may_return={order.code for order in purchase.orders if what_is_open(order)},
        token_value=token,
        has_receipt=has_receipt(*purchase.orders),
        standing=standing_of(purchase),
        shop_codes=list_codes_at_hand(purchase.orders),
        awaited=_awaited(to_pay),
        owed_back=owed_back,
        payback=paybacks.find_account(code) if owed_back else None,
    )


def _record(purchase: Purchase) -> str:
    """What was bought and what became of it: nobody's name, address, words or pictures, and nothing to do."""
    return render_template(
        "storefront/purchases/record.html",
        purchase=purchase,
        steps={order.code: [replace(one, note="") for one in steps(order)] for order in purchase.orders},
        refunds=_refunds(purchase),
        discounts=list_taken_off(purchase.orders),
        token_value=link_token(purchase),
        has_receipt=has_receipt(*purchase.orders),
    )


def _refunds(purchase: Purchase) -> dict[str, list[Refund]]:
    """What goes back of the orders that were called off, by their codes."""
    found: dict[str, list[Refund]] = {one.code: [] for one in purchase.orders if one.state is OrderState.CANCELLED}
    for refund in list_refunds_of(found) if found else []:
        found[refund.order_code or ""].append(refund)
    return found


def _awaited(to_pay: list[Payment]) -> str:
    """The code of the payment of which word is awaited, because the buyer comes back from its page; empty for none."""
    found = next((one for one in to_pay if one.code == request.args.get("awaited")), None)
    charge = find_charge(found) if found is not None and found.state is PaymentState.PENDING else None
    return found.code if found is not None and charge is not None and charge.url else ""


def _to_pay(purchase: Purchase) -> list[Payment]:
    """The purchase's own payment, and the balances that are asked for or came too late."""
    own = find_payment(purchase.code)
    found = [own] if own is not None else []
    if any(order.ready_at for order in purchase.orders):
        shown = (PaymentState.PENDING, PaymentState.LATE)
        found.extend(one for one in list_balances(purchase.code).values() if one.state in shown)
    return found


@pages.get("/purchases/<code>/progress/<photo>")
def photo(code: str, photo: str) -> Response:
    """A photo of the work on one of its orders."""
    return photo_response(find_photo(find_for_visitor(code).orders, photo))


@dataclass(frozen=True)
class Said:
    """A return, in the list below its order."""

    code: str
    title: str
    state: str


def _returns(purchase: Purchase) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {order.code: [] for order in purchase.orders}
    codes = {order.id: order.code for order in purchase.orders}
    if all(order.state not in WITH_RETURNS for order in purchase.orders):
        return found
    for one in list_returns_of(purchase):
        found[codes[one.order_id]].append(Said(one.code, f"{kinds()[one.kind][0]} {one.code}", state_name(one)))
    return found


def _order(purchase: Purchase, code: str) -> Order:
    order = next((one for one in purchase.orders if one.code == code), None)
    if order is None:
        raise NotFound(N_("There is no such order."))
    return order


def _back(purchase: Purchase) -> BaseResponse:
    return redirect(url_for("storefront.purchases.show", code=purchase.code, token=link_token(purchase)), 303)


@pages.post("/purchases/<code>/orders/<order>/cancellation")
def cancel(code: str, order: str) -> Any:
    purchase = find_for_visitor(code)
    reason = tidy(request.form.get("reason", ""))[:300]
    try:
        with attempt():
            row = _order(purchase, order)
            asks = request.form.get("way") == "ask" or leaving(row) is Leaving.BEGUN
            if asks:
                ask_to_cancel(row, reason, visit.user)
            else:
                most = _shown(request.form.get("kept", ""))
                services.cancel(row, Actor.BUYER, reason or N_("Cancelled by the buyer"), visit.user, most=most)
    except (Conflict, Invalid, Forbidden) as error:
        visit.tell("danger", sentence(error))
        return _back(purchase)
    if asks:
        visit.tell("success", _("The seller is asked and answers within two days."))
        return _back(purchase)
    visit.tell("success", _("The order is cancelled. Other orders of this purchase go on."))
    return _back(purchase)


def _shown(kept: str) -> Money:
    """What the page said would stay of the deposit; whoever was told of nothing loses nothing."""
    return Money(int(kept)) if kept.isascii() and kept.isdigit() and len(kept) < 14 else ZERO


@pages.post("/purchases/<code>/orders/<order>/day")
def answer_day(code: str, order: str) -> Any:
    """The buyer takes the day that the seller proposes, or keeps the first one."""
    purchase = find_for_visitor(code)
    takes, found = request.form.get("answer") == "take", _order(purchase, order)
    try:
        with attempt():
            if takes:
                accept_day(found, visit.user, request.form.get("day", ""))
            else:
                keep_day(found, visit.user)
    except Conflict as error:
        visit.tell("danger", sentence(error))
    else:
        visit.tell("success", _("The new day holds.") if takes else _("The first day holds. The shop knows it."))
    return _back(purchase)


@pages.get("/purchases/<code>/lines/<line>/file")
def file(code: str, line: str) -> Response:
    """The picture that the maker is to work from."""
    purchase = find_for_visitor(code)
    lines = (one for order in purchase.orders for one in order.lines if one.code == line)
    return photo_response(next((one.file for one in lines), None))


@pages.post("/purchases/<code>/orders/<order>/receipt")
def receive(code: str, order: str) -> Any:
    """The buyer says that it has arrived and all is well."""
    purchase = find_for_visitor(code)
    try:
        with attempt():
            services.complete(_order(purchase, order), Actor.BUYER, visit.user)
    except (Conflict, Forbidden) as error:
        visit.tell("danger", sentence(error))
        return _back(purchase)
    visit.tell("success", _("Thank you! The maker will be glad to hear it."))
    return _back(purchase)


@pages.post("/purchases/<code>/orders/<order>/shipments/<shipment>/receipt")
def arrive(code: str, order: str, shipment: str) -> Any:
    """The buyer says that one of several parcels has arrived."""
    purchase = find_for_visitor(code)
    parcel = find_shipment(_order(purchase, order), shipment)
    if parcel is None:
        raise NotFound(N_("There is no such parcel."))
    try:
        with attempt():
            services.receive(parcel, Actor.BUYER, visit.user)
    except (Conflict, Forbidden) as error:
        visit.tell("danger", sentence(error))
    else:
        visit.tell("success", _("Noted, thank you."))
    return _back(purchase)
