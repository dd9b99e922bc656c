"""The inbox by next deadline, and one order with its one next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from catalog.text import N_
from marketplace.documents.queries import has_receipt
from marketplace.orders.balances import may_be_ready
from marketplace.orders.days import ASKABLE
from marketplace.orders.models import Actor, Order, OrderLine, OrderState, ProgressPhoto
from marketplace.orders.progress import list_photos_of, may_show
from marketplace.orders.queries import OPEN_STATES, count_at_counter, list_codes_at_hand, list_discounts, list_inbox
from marketplace.orders.services import open_moves
from marketplace.orders.sorting import Sorting
from marketplace.payments.models import PaymentMethod
from marketplace.returns.queries import count_for_seller
from marketplace.reviews.queries import find_exchange, repute_of
from marketplace.sellers.models import DeliveryKind
from marketplace.web import paging, whatsapp
from marketplace.web.chosen import named
from marketplace.web.filters import day_short, instant
from marketplace.web.making import Picture, figures, pictures, step_name, step_names
from marketplace.web.parcels import arrived_words, list_parcels, lost_words
from marketplace.web.qris import drawn
from marketplace.web.returning import photo_response
from marketplace.web.seller.answers import Answer, Complaints
from marketplace.web.seller.desk import order_counts, order_of, page
from marketplace.web.seller.words import deadline, deliver_words, delivery_name, pieces_in, ship_words, state_name
from marketplace.web.sorting import sorting_names

pages = Blueprint("orders", __name__)

PAGE_SIZE = 20
PAID_BY_QRIS = N_("Paid with the shop's QRIS")
COURIERS = ("JNE", "J&T", "SiCepat", "Pos Indonesia", "TIKI", "AnterAja", "Ninja Xpress", "Lion Parcel", "Wahana")

GROUPS: dict[str, frozenset[OrderState]] = {
    "todo": frozenset({OrderState.TO_CONFIRM, OrderState.PROCESSING}),
    "underway": frozenset({OrderState.SHIPPED, OrderState.DELIVERED}),
    "done": frozenset({OrderState.COMPLETED}),
    "cancelled": frozenset({OrderState.CANCELLED}),
    "unpaid": frozenset({OrderState.AWAITING_PAYMENT}),
}


@dataclass(frozen=True)
class Action:
    """The next step of an order: a button that does it at once, or a link to where it is done."""

    label: str
    url: str
    is_form: bool


@dataclass(frozen=True)
class Step:
    label: str
    at: str = ""
    note: str = ""
    state: str = "done"
    photo: Picture | None = None


def shows_buyer(order: Order) -> bool:
    """The buyer's name, address and phone are for sending it; before payment and afterwards they are not shown."""
    return order.state in OPEN_STATES and order.state is not OrderState.AWAITING_PAYMENT


def next_action(order: Order, moves: list[str] | None = None) -> Action | None:
    moves = open_moves(order, Actor.SELLER) if moves is None else moves
    if "confirm" in moves:
        return Action(_("Accept"), url_for("seller.confirmations.create", order=order.code), True)
    if may_be_ready(order):
        return Action(_("Show the work"), url_for("seller.orders.show", code=order.code, _anchor="work"), False)
    if "ship" in moves:
        return Action(ship_words(order)[1], url_for("seller.orders.show", code=order.code, _anchor="shipment"), False)
    if "deliver" in moves and order.is_collected:
        return Action(_("Type the code"), url_for("seller.orders.show", code=order.code, _anchor="pickup"), False)
    if "deliver" in moves:
        return Action(deliver_words(order), url_for("seller.deliveries.create", order=order.code), True)
    return None


def row(order: Order) -> dict[str, Any]:
    badge, kind = deadline(order)
    who = (
        f"{order.purchase.recipient} · {order.purchase.place_name.split(',')[0]}".strip(" ·")
        if shows_buyer(order)
        else ""
    )
    return {
        "url": url_for("seller.orders.show", code=order.code),
        "title": pieces_in(order),
        "meta": who,
        "image": order.lines[0].image if order.lines else None,
        "badge": badge,
        "badge_kind": kind,
        "total": order.total,
        "action": next_action(order),
    }


@pages.get("/orders")
def index(seller: str) -> str:
    counts = order_counts()
    sums = {name: sum(counts[state] for state in states) for name, states in GROUPS.items()}
    wanted = request.args.get("state", "")
    wanted = wanted if wanted in GROUPS else "todo"
    sort = request.args.get("sort", "")
    sorting = Sorting(sort) if sort in Sorting._value2member_map_ else Sorting.DEADLINE
    labels = {
        "todo": _("To do"), "underway": _("Under way"), "done": _("Completed"), "cancelled": _("Cancelled"), "unpaid": _("Not paid yet"),
    }  # fmt: skip
    tabs = [
        {
            "label": labels[name],
            "url": url_for("seller.orders.index", state=name, sort=None if sorting is Sorting.DEADLINE else sorting),
            "active": name == wanted,
            "count": sums[name],
        }
        for name in GROUPS
        if sums[name] or name in ("todo", "underway", wanted)
    ]
    waiting = count_at_counter(g.seller)
    if waiting:
        tabs.append(
            {"label": _("At the counter"), "url": url_for("seller.counter.show"), "active": False, "count": waiting}
        )
    returned = count_for_seller(g.seller)
    if returned or any(counts[state] for state in GROUPS["underway"] | GROUPS["done"]):
        tabs.append({"label": _("Returns"), "url": url_for("seller.returns.index"), "active": False, "count": returned})
    found = paging.cut(
        list_inbox(g.seller, GROUPS[wanted], paging.after(), PAGE_SIZE + 1, sorting, paging.at()), PAGE_SIZE
    )
    return page(
        "seller/orders/index.html", "orders",
        ways=tabs, rows=[row(one.order) for one in found], next_after=found.next_after, next_at=found.rows[-1].at if found else "",
        sorting=sorting, sortings=sorting_names(), group=wanted, has_any=any(sums.values()),
        can_print=counts[OrderState.PROCESSING] > 0,
    )  # fmt: skip


@pages.get("/orders/<code>")
def show(seller: str, code: str) -> str:
    return sheet(order_of(code))


@pages.get("/orders/<code>/lines/<line>/file")
def file(seller: str, code: str, line: str) -> Response:
    """The picture that the buyer wants it made from."""
    return photo_response(next((one.file for one in order_of(code).lines if one.code == line), None))


def sheet(order: Order, typed: dict[str, str] | None = None, wrong: Complaints | None = None) -> str:
    """One order; `typed` and `wrong` bring a refused form back."""
    typed, wrong = typed or {}, wrong or Complaints()
    moves = open_moves(order, Actor.SELLER)
    answers = {
        "number": Answer(
            "number",
            _("Tracking number"),
            typed.get("number", ""),
            True,
            description=_("As it stands on the receipt."),
        ),
        "courier": Answer(
            "courier",
            _("Courier"),
            typed.get("courier", _courier_of(order)),
            description=_("Leave it empty and we read it from the number."),
        ),
        "code": Answer(
            "code",
            _("Pick-up code"),
            typed.get("code", ""),
            True,
            description=_("Six letters and digits that the buyer shows you."),
        ),
        "keep": Answer(
            "keep", _("Why does it go on?"), typed.get("keep", ""), True, description=_("The buyer reads this.")
        ),
        "day": Answer("day", _("The new day"), typed.get("day", ""), True),
        "why": Answer(
            "why", _("Why does it take longer?"), typed.get("why", ""), True, description=_("The buyer reads this.")
        ),
        "words": Answer(
            "words", _("What does it show?"), typed.get("words", ""), description=_("A sentence for the buyer.")
        ),
        "reason": Answer(
            "reason",
            _("Why can it not be sent?"),
            typed.get("reason", ""),
            True,
            description=_("The buyer reads this."),
        ),
    }
    pieces = packing(order, typed) if "ship" in moves else []
    wrong.show_at([*answers.values(), *pieces])
    badge, kind = deadline(order)
    code = list_codes_at_hand([order]).get(order.id) if "deliver" in moves else None
    return page(
        "seller/orders/show.html", "orders", whatsapp=_whatsapp(order), code=code,
        drawing=drawn(code.qris, order.total) if code else None,
        order=order, moves=moves, action=next_action(order, moves), answers=answers, wrong=wrong, badge_text=badge, badge_kind=kind,
        pieces=pieces, is_parted=order.is_partly_sent or any(one.data != str(line.left) for one, line in zip(pieces, _left(order), strict=False)),
        parcels=list_parcels(order, place=order.seller.district_code), state=state_name(order), steps=steps(order, list_photos_of([order]).get(order.id, [])), buyer=order.purchase if shows_buyer(order) else None,
        is_cash=order.purchase.payment_method is PaymentMethod.CASH, by_courier=order.delivery is DeliveryKind.COURIER,
        ship_words=ship_words(order), deliver_word=deliver_words(order), couriers=COURIERS,
        at_keeper=order.point is not None and order.point.keeper_id not in (None, order.seller_id),
        may_ask=order.state in ASKABLE and order.ship_by is not None and order.proposal is None and order.ready_at is None,
        may_show=may_show(order), may_be_ready=may_be_ready(order), money_parts=figures(order),
        can_cancel="cancel" in moves or "fail" in moves, delivery=delivery_name(order),
        repute=repute_of(order.purchase.user_id),
        exchange=find_exchange(order) if order.state in (OrderState.DELIVERED, OrderState.COMPLETED) else None,
        discounts=list_discounts([order]), has_receipt=has_receipt(order),
    )  # fmt: skip


def _courier_of(order: Order) -> str:
    """Who is likely to carry the next parcel: whom the buyer pays at the door, or who carried the last one."""
    if order.cod_service is not None:
        return order.cod_service.courier
    return order.shipments[-1].courier if order.shipments else ""


def packing(order: Order, typed: dict[str, str]) -> list[Answer]:
    """How many of each line lie in the next parcel; nothing to ask where only one piece is left, all is picked
    up, or the courier is paid for all of it."""
    left = _left(order)
    if order.is_collected or order.cod_service_id or sum(line.left for line in left) < 2:
        return []
    return [
        Answer(
            f"pieces-{line.code}",
            _("%(piece)s: how many of %(left)s?", piece=named(line), left=line.left),
            typed.get(f"pieces-{line.code}", str(line.left)),
            True,
        )
        for line in left
    ]


def _left(order: Order) -> list[OrderLine]:
    return [line for line in order.lines if line.left]


def _whatsapp(order: Order) -> str | None:
    """A message to the buyer with ready words on where the order stands, while the buyer's number may be seen."""
    purchase = order.purchase
    if not shows_buyer(order) or not purchase.phone:
        return None
    text = whatsapp.words(
        "seller/orders/whatsapp.txt", purchase.locale, order=order, recipient=purchase.recipient, shop=order.seller.name
    )
    return whatsapp.address(text, purchase.phone)


def steps(order: Order, photos: Sequence[ProgressPhoto] = ()) -> list[Step]:
    """What has happened and what comes, as the seller sees it."""

    def address(photo: ProgressPhoto, size: str | None) -> str:
        return url_for("seller.progress.photo", order=order.code, photo=photo.code, size=size)

    shown = pictures(order.events, photos, address)
    names = step_names() | {
        "place": _("Ordered"),
        "pay": _("Paid"),
        "confirm": _("You accepted it"),
        "parcel": _("A parcel sent"),
        "rest-ended": _("The rest does not come"),
        "late": _("The rest is late"),
        "ship": ship_words(order)[1],
        "arrive": _("A parcel has arrived"),
        "deliver": arrived_words(order),
        "complete": _("Completed"),
        "wish": _("The buyer wishes to cancel"),
        "keep": _("You go on with it"),
        "unanswered": _("No answer yet: an operator looks at it"),
        "day-proposed": _("Another day proposed"),
        "day-accepted": _("The new day is taken"),
        "day-declined": _("The first day is kept"),
        "day-withdrawn": _("The first day holds after all"),
        "cancel": _("Cancelled"),
        "expire": _("Not paid in time"),
        "fail": lost_words(order),
    }
    failed, asked = {"cancel", "expire", "fail"}, iter(order.proposals)
    done = [
        Step(
            step_name(one.name, names, asked),
            instant(one.at, order.seller.district_code),
            _(one.note) if one.note else "",
            "failed" if one.name in failed else "done",
            shown.get(one.id),
        )
        for one in order.events
    ]
    balance = [_("It is ready")] if may_be_ready(order) else []
    balance += [_("The buyer pays the balance")] if order.owes_balance else []
    accept, send, arrive = _("Accept it"), _("Send it"), _("It arrives")
    if order.is_collected:
        send, arrive = ship_words(order)[1], _("The buyer comes for it")
    coming = {
        OrderState.AWAITING_PAYMENT: [_("The buyer pays"), accept, send],
        OrderState.TO_CONFIRM: [accept, send, arrive],
        OrderState.PROCESSING: [*balance, send, arrive],
        OrderState.SHIPPED: [arrive, _("The buyer says that all is well")],
        OrderState.DELIVERED: [_("The buyer says that all is well")],
    }.get(order.state, [])
    rows = [Step(label, state="now" if place == 0 else "next") for place, label in enumerate(coming)]
    if rows and order.state in (OrderState.TO_CONFIRM, OrderState.PROCESSING) and order.ship_by:
        place = 1 if order.state is OrderState.TO_CONFIRM else len(balance)
        rows[place] = Step(send, note=_("Promised for %(day)s", day=day_short(order.ship_by)), state=rows[place].state)
    return done + rows
