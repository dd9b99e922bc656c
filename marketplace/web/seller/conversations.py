"""A shop's conversations with buyers, for everybody who works in it."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid, NotFound
from catalog.text import N_
from marketplace.conversations import services
from marketplace.conversations.models import Conversation, Side
from marketplace.conversations.queries import find_about_order, find_of_seller, list_of_seller, read_thread
from marketplace.orders.models import Order
from marketplace.web import paging, talking
from marketplace.web.guards import accepts_many
from marketplace.web.lifecycle import attempt
from marketplace.web.limits import limiter
from marketplace.web.seller.desk import order_of, page
from marketplace.web.seller.orders import shows_buyer

pages = Blueprint("conversations", __name__)

PAGE = 20


def _find(code: str) -> Conversation:
    found = find_of_seller(g.seller, code)
    if found is None:
        raise NotFound(N_("There is nothing here."))
    return found


def _thread(conversation: Conversation, draft: talking.Draft | None = None) -> str:
    return page(
        "seller/conversations/show.html", "conversations",
        thread=read_thread(conversation, paging.before()),
        **talking.page_values(conversation, Side.SELLER, draft),
    )  # fmt: skip


@pages.get("/conversations")
def index(seller: str) -> str:
    unread = request.args.get("unread") == "yes"
    rows = list_of_seller(g.seller, paging.after(), PAGE + 1, unread=unread)
    return page(
        "seller/conversations/index.html", "conversations",
        found=paging.cut(rows, PAGE), side=Side.SELLER, unread=unread,
    )  # fmt: skip


@pages.get("/conversations/<code>")
def show(seller: str, code: str) -> str:
    return _thread(_find(code))


@pages.post("/conversations/<code>/reading")
def read(seller: str, code: str) -> Response:
    services.mark_read(_find(code), Side.SELLER)
    return redirect(url_for("seller.conversations.show", code=code, _anchor="end"), 303)


@pages.post("/conversations/<code>/posts")
@limiter.limit(talking.limit, key_func=talking.sender)
@accepts_many("kept")
def say(seller: str, code: str) -> Response | tuple[str, int]:
    """Answer in a thread."""
    _find(code)
    draft = talking.read()
    g.seller = _find(code).seller
    if talking.say(_find(code), Side.SELLER, draft) is None:
        return _thread(_find(code), draft), draft.status
    return redirect(url_for("seller.conversations.show", code=code, _anchor="end"), 303)


def _order(code: str) -> Order:
    """An order whose buyer has an account and may be written to."""
    order = order_of(code)
    if order.purchase.user_id is None:
        raise Conflict(N_("This buyer has no account here. Please use the phone number of the order."))
    return order


@pages.get("/orders/<order>/conversation")
def new(seller: str, order: str) -> Response | str:
    found = order_of(order)
    known = find_about_order(found.code, found.purchase.user)
    if known is not None:
        return redirect(url_for("seller.conversations.show", code=known.code, _anchor="end"), 303)
    return _new_page(_order(order), talking.Draft())


def _new_page(order: Order, draft: talking.Draft) -> str:
    return page(
        "seller/conversations/new.html", "conversations",
        order=order, draft=draft, buyer=order.purchase.recipient if shows_buyer(order) else "",
        pictures_max=services.PICTURES_MAX, longest=services.LONGEST,
    )  # fmt: skip


@pages.post("/orders/<order>/conversation")
@limiter.limit(talking.limit, key_func=talking.sender)
@accepts_many("kept")
def create(seller: str, order: str) -> Response | tuple[str, int]:
    """The shop writes first, about an order."""
    _order(order)
    draft = talking.read()
    found = _order(order)
    g.seller = found.seller
    if draft.errors or draft.leaks:
        return _new_page(found, draft), draft.status
    buyer, line = found.purchase.user, found.lines[0]
    assert buyer is not None
    try:
        with attempt():
            conversation = services.begin_about_order(
                buyer, found.seller, found.code, line.title, line.title_en, line.image_id
            )
            if talking.say(conversation, Side.SELLER, draft) is None:
                raise Invalid(N_("Please look at the marked lines."))
    except (Invalid, Conflict) as error:
        if not draft.errors:
            draft.complain(error)
        return _new_page(_order(order), draft), draft.status
    return redirect(url_for("seller.conversations.show", code=conversation.code, _anchor="end"), 303)
