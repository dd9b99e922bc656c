"""All orders, by state and words; what is overdue; cancelling for a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import Conflict, Forbidden, Invalid, NotFound
from catalog.text import N_, tidy
from marketplace.documents.queries import has_receipt
from marketplace.orders import services
from marketplace.orders.models import Actor, Order, OrderState, ProgressPhoto
from marketplace.orders.progress import find_photo, list_photos_of
from marketplace.orders.queries import find_order, list_orders
from marketplace.orders.rests import has_rest
from marketplace.orders.sorting import Sorting
from marketplace.orders.wishes import keep_on
from marketplace.payments.models import PaymentState
from marketplace.returns.spans import spans
from marketplace.returns.unsent import refund_rest, worth_of_rest
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.making import figures, picture
from marketplace.web.paging import after, at, cut
from marketplace.web.parcels import list_parcels
from marketplace.web.phases import phase_names
from marketplace.web.returning import photo_response
from marketplace.web.sorting import sorting_names
from marketplace.web.visits import visit

pages = Blueprint("orders", __name__)

MOVES = {"deliver": services.mark_delivered, "complete": services.complete}


def find(code: str) -> Order:
    order = find_order(code)
    if order is None:
        raise NotFound(N_("There is no such order."))
    return order


@pages.get("/orders")
def index() -> str:
    wanted = request.args.get("state", "")
    states = [OrderState(wanted)] if wanted in OrderState._value2member_map_ else None
    words = tidy(request.args.get("q", ""))[:80]
    paid = request.args.get("payment", "")
    payment = PaymentState(paid) if paid in PaymentState._value2member_map_ else None
    sort = request.args.get("sort", "")
    sorting = Sorting(sort) if sort in Sorting._value2member_map_ else Sorting.NEWEST
    page = cut(list_orders(states, words, after(), 51, payment, sorting, at()), 50)
    return render_template(
        "operator/orders/index.html",
        page=page, state=wanted, states=list(OrderState), q=words, payment=payment, payments=list(PaymentState),
        sorting=sorting, sortings=sorting_names(), names=phase_names(),
    )  # fmt: skip


@pages.get("/orders/<code>")
def show(code: str) -> str:
    order = find(code)
    moves = services.open_moves(order, Actor.OPERATOR)
    shown = [picture(one, _address) for one in list_photos_of([order]).get(order.id, [])]
    return render_template(
        "operator/orders/show.html", order=order, moves=moves, parcels=list_parcels(order), photos=shown,
        money_parts=figures(order), has_receipt=has_receipt(order),
        rest=worth_of_rest(order) if has_rest(order) else None, appeal_days=spans().appeal_days,
    )  # fmt: skip


def _address(photo: ProgressPhoto, size: str | None) -> str:
    return url_for("operator.orders.photo", code=photo.order.code, photo=photo.code, size=size)


@pages.get("/orders/<code>/progress/<photo>")
def photo(code: str, photo: str) -> Response:
    return photo_response(find_photo([find(code)], photo))


@pages.get("/orders/<code>/lines/<line>/file")
def file(code: str, line: str) -> Response:
    """The picture from which a piece is made, for whoever has to settle a quarrel about it."""
    return photo_response(next((one.file for one in find(code).lines if one.code == line), None))


@pages.post("/orders/<code>/moves/<name>")
def move(code: str, name: str) -> Any:
    """deliver, complete, or with a reason: cancel, refund what was not sent, or keep what its buyer wished to cancel."""
    order = find(code)
    try:
        with attempt():
            reason = tidy(request.form.get("reason", ""))[:300]
            if name == "keep":
                keep_on(order, Actor.OPERATOR, reason, visit.user)
            elif name == "cancel":
                if len(reason) < 10:
                    raise Invalid(
                        N_("Write a reason of at least 10 characters; buyer and seller will read it."), field="reason"
                    )
                services.cancel(order, Actor.OPERATOR, reason, visit.user, goods_back="back" in request.form)
            elif name == "refund-rest":
                refund_rest(order, visit.person, reason)
            elif name in MOVES:
                MOVES[name](order, Actor.OPERATOR, visit.user)
            else:
                raise NotFound(N_("There is nothing here."))
    except (Conflict, Invalid, Forbidden) as error:
        visit.tell("danger", sentence(error))
    else:
        visit.tell("success", _("Done. Buyer and seller see it."))
    return redirect(url_for("operator.orders.show", code=code), 303)
