"""Today: the one thing to do next, large; below it the orders, the drafts and the numbers that people compare."""

from __future__ import annotations

from flask import Blueprint, g

from catalog.products.models import ProductState
from catalog.products.queries import count_of_seller, find_of_seller, list_of_seller
from marketplace.conversations import queries as conversations
from marketplace.conversations.models import Side
from marketplace.notifications.queries import list_unread_at
from marketplace.orders.queries import list_inbox
from marketplace.web import notices
from marketplace.web.seller.desk import TO_DO, order_counts, page, unread_conversations
from marketplace.web.seller.figures import sales_by_week
from marketplace.web.seller.orders import row
from marketplace.web.seller.today import Draft, draft_of, next_thing
from marketplace.web.visits import visit

pages = Blueprint("home", __name__)

DRAFTS = 3
ORDERS = 5
MESSAGES = 3
HAPPENED = 5


@pages.get("/")
def show(seller: str) -> str:
    shop = g.seller
    states = count_of_seller(shop.id)
    orders = [one.order for one in list_inbox(shop, TO_DO, limit=ORDERS)]
    drafts = _drafts() if states.get(ProductState.DRAFT) else []
    weeks = sales_by_week(shop)
    return page(
        "seller/home/show.html", "home",
        next=next_thing(shop, orders, states, drafts), orders=[row(order) for order in orders], drafts=drafts,
        weeks=weeks, counts=order_counts(), live=states.get(ProductState.LIVE, 0), every=sum(states.values()),
        waiting=sum(order_counts()[state] for state in TO_DO), total=sum(order_counts().values()),
        questions=conversations.list_of_seller(shop, limit=MESSAGES, unread=True) if unread_conversations() else [], side=Side.SELLER,
        happened=_happened(),
    )  # fmt: skip


def _happened() -> list[notices.Shown]:
    """What this person has not read yet of what the shop was told."""
    return [notices.show(one) for one in list_unread_at(visit.person, g.seller.id, limit=HAPPENED)]


def _drafts() -> list[Draft]:
    """The newest drafts with what each still needs."""
    found = []
    for short in list_of_seller(g.seller.id, ProductState.DRAFT, limit=DRAFTS):
        product = find_of_seller(g.seller.id, short.code)
        if product is not None:
            found.append(draft_of(product))
    return found
