"""A buyer's conversations with shops: the inbox, one thread, a new one about a piece or an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid, NotFound
from catalog.products.queries import find_live
from catalog.text import N_
from marketplace.conversations import services
from marketplace.conversations.models import Conversation, Side
from marketplace.conversations.queries import (
    find_about_order,
    find_about_product,
    find_of_buyer,
    list_of_buyer,
    read_thread,
)
from marketplace.orders.access import token_fits
from marketplace.orders.queries import find_order
from marketplace.returns.queries import is_past
from marketplace.sellers.models import Seller
from marketplace.sellers.queries import find_seller_of_product
from marketplace.web import paging, talking
from marketplace.web.guards import accepts_many
from marketplace.web.lifecycle import attempt, house
from marketplace.web.limits import limiter
from marketplace.web.visits import visit

pages = Blueprint("conversations", __name__)

PAGE = 20


@dataclass(frozen=True)
class About:
    """What a new conversation is about; `begin` makes it, `known` is the one that exists already."""

    seller: Seller
    title: str
    title_en: str
    image: Any
    fields: dict[str, str]
    begin: Callable[[], Conversation]
    known: Conversation | None


def _about() -> About:
    """The piece or the order that the address or the form names, as far as this person may write about it."""
    user = visit.person
    product = find_live(request.values.get("product", ""))
    if product is not None:
        seller = find_seller_of_product(product)
        if seller is not None:
            return About(
                seller, product.title, product.title_en, product.pictures[0].image if product.pictures else None,
                {"product": product.code}, lambda: services.begin_about_product(user, product, seller),
                find_about_product(user, product.id),
            )  # fmt: skip
    order = find_order(request.values.get("order", ""))
    if order is not None:
        token = request.values.get("token", "")
        fits = token_fits(house().settings.secret_key, order.purchase.code, token) and not is_past(order.purchase)
        if fits or order.purchase.user_id == user.id:
            line = order.lines[0]
            return About(
                order.seller, line.title, line.title_en, line.image, {"order": order.code, "token": token},
                lambda: services.begin_about_order(
                    user, order.seller, order.code, line.title, line.title_en, line.image_id
                ),
                find_about_order(order.code, user),
            )  # fmt: skip
    raise NotFound(N_("What you want to write about is not there any more."))


def _find(code: str) -> Conversation:
    found = find_of_buyer(visit.person, code)
    if found is None:
        raise NotFound(N_("There is nothing here."))
    return found


@pages.get("/conversations")
def index() -> str:
    page = paging.cut(list_of_buyer(visit.person, paging.after(), PAGE + 1), PAGE)
    return render_template("account/conversations/index.html", page=page, side=Side.BUYER)


@pages.get("/conversations/new")
def new() -> Response | str:
    """A question that a guest typed before signing in stands here again."""
    about = _about()
    if about.known is not None and not _typed(about):
        return redirect(url_for("account.conversations.show", code=about.known.code, _anchor="end"), 303)
    draft = talking.Draft(text=_typed(about))
    draft.leaks = talking.find_leaks(draft.text)
    return _new_page(about, draft)


def _typed(about: About) -> str:
    kept = visit.kept("question") or {}
    return str(kept.get("text", "")) if kept.get("product") == about.fields.get("product") else ""


def _new_page(about: About, draft: talking.Draft) -> str:
    return render_template(
        "account/conversations/new.html",
        about=about, draft=draft, pictures_max=services.PICTURES_MAX, longest=services.LONGEST,
    )  # fmt: skip


@pages.post("/conversations")
@limiter.limit(talking.limit, key_func=talking.sender)
@accepts_many("kept")
def create() -> Response | tuple[str, int]:
    _about()
    draft = talking.read()
    about = _about()
    if draft.errors or draft.leaks:
        return _new_page(about, draft), draft.status
    try:
        with attempt():
            conversation = about.known or about.begin()
            post = talking.say(conversation, Side.BUYER, draft)
            if post is None:
                raise Invalid(N_("Please look at the marked lines."))
    except (Invalid, Conflict) as error:
        if not draft.errors:
            draft.complain(error)
        return _new_page(_about(), draft), draft.status
    if _typed(about):
        visit.keep("question", None)
    return redirect(url_for("account.conversations.show", code=conversation.code, _anchor="end"), 303)


@pages.get("/conversations/<code>")
def show(code: str) -> str:
    return page(_find(code))


def page(conversation: Conversation, draft: talking.Draft | None = None) -> str:
    return render_template(
        "account/conversations/show.html",
        thread=read_thread(conversation, paging.before()),
        **talking.page_values(conversation, Side.BUYER, draft),
    )


@pages.post("/conversations/<code>/reading")
def read(code: str) -> Response:
    services.mark_read(_find(code), Side.BUYER)
    return redirect(url_for("account.conversations.show", code=code, _anchor="end"), 303)


@pages.post("/conversations/<code>/posts")
@limiter.limit(talking.limit, key_func=talking.sender)
@accepts_many("kept")
def say(code: str) -> Response | tuple[str, int]:
    """Answer in a thread."""
    _find(code)
    draft = talking.read()
    if talking.say(_find(code), Side.BUYER, draft) is None:
        return page(_find(code), draft), draft.status
    return redirect(url_for("account.conversations.show", code=code, _anchor="end"), 303)
