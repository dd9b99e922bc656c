"""What buyers, the people of shops and operators are told about returns, each step once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from catalog.db import db
from marketplace.accounts.models import Role
from marketplace.notifications import notify
from marketplace.orders.models import Actor, Order, Purchase
from marketplace.returns.models import Remedy, Return, ReturnEvent, ReturnLine, ReturnState
from marketplace.sellers.models import Seller
from marketplace.signals import return_moved
from marketplace.subscribers.orders import buyer_of

BOTH = frozenset({"escalate", "rule", "uphold", "conclude", "close"})
TO_BUYER = BOTH | {"ask", "accept", "offer", "refuse", "appeal", "receive", "send_anew"}
TO_SELLER = BOTH | {"take", "withdraw", "appeal", "send_back", "satisfy"}
FROM_CLOCK = TO_SELLER | {"receive", "take"}
"""What the clock does in a shop's place is told to the shop, too."""
TO_OPERATORS = frozenset({"escalate", "appeal", "late"})


ANSWERS = frozenset({"accept", "offer", "rule", "conclude"})
"""Steps that say what the buyer gets."""


def connect() -> None:
    return_moved.connect(tell_moved)


def tell_moved(found: Return, event: ReturnEvent, **_: Any) -> None:
    """The side that did not move it, operators where they are to decide, everybody where the clock did."""
    order = db.session.get_one(Order, found.order_id)
    purchase = db.session.get_one(Purchase, order.purchase_id)
    seller = db.session.get_one(Seller, found.seller_id)
    line = found.lines[0].line
    is_paid = found.state is ReturnState.SETTLED and found.remedy is Remedy.REFUND
    params = {
        "code": found.code,
        "purchase": purchase.code,
        "seller": seller.name,
        "event": event.name,
        "words": event.note if event.actor is not Actor.SYSTEM else "",
        "about": {"title": line.title, "title_en": line.title_en},
        "kind": str(found.kind),
        "pieces": [_piece(one) for one in found.lines],
        "refund": found.granted if is_paid else None,
        "offer": _offer(found) if event.name in ANSWERS | {"take", "uphold"} else None,
        "wanted": _wanted(found) if found.remedy in (None, Remedy.REPLACEMENT) else None,
        "made_anew": found.remedy is Remedy.REMAKE,
        "due": found.due_at,
        "state": str(found.state),
    }
    # The same step may come again: it is told by its place in the return's life.
    place = db.session.scalar(select(func.count()).where(ReturnEvent.return_id == found.id))
    subject = f"{found.code}-{place}"
    if event.name in TO_BUYER and (event.actor is not Actor.BUYER or event.name == "ask"):
        notify(buyer_of(purchase), "return-moved", subject, params)
    if event.name == "ask":
        notify(seller, "return-asked", subject, params)
    elif event.actor is not Actor.SELLER and event.name in (FROM_CLOCK if event.actor is Actor.SYSTEM else TO_SELLER):
        notify(seller, "return-changed", subject, params)
    if event.name in TO_OPERATORS:
        notify(Role.OPERATOR, "return-escalated", subject, params)


def _piece(one: ReturnLine) -> dict[str, Any]:
    """What is asked about, and why, in words of both languages."""
    line = one.line
    return {
        "count": one.quantity,
        "reason": str(one.reason),
        "title": " · ".join(part for part in (line.title, one.choices) if part),
        "title_en": " · ".join(part for part in (line.title_en or line.title, one.choices_en or one.choices) if part),
    }


def _wanted(found: Return) -> dict[str, str] | None:
    """What is to come instead where it is not another one of the same."""
    lines = [one for one in found.lines if one.wanted_id]
    if not lines:
        return None
    return {
        "choices": "; ".join(one.wanted_choices for one in lines),
        "choices_en": "; ".join(one.wanted_choices_en for one in lines),
    }


def _offer(found: Return) -> dict[str, Any] | None:
    """What was offered, agreed or decided, for the letter; None where nothing was."""
    if found.remedy is None:
        return None
    return {
        "remedy": str(found.remedy),
        "sum": found.granted,
        "day": found.promised_on,
        "back": found.sends_back,
    }
