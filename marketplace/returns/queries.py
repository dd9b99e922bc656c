"""Returns for their buyer, for the seller's inbox and for the operator's desk. Found through their owner."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from catalog import clock
from catalog.db import db
from marketplace.orders.models import Order, OrderEvent, OrderLine, Purchase
from marketplace.orders.states import TERMINAL as OVER
from marketplace.payments.paybacks import owed_by_hand
from marketplace.returns.models import RefundLine, Return, ReturnEvent, ReturnLine, ReturnPhoto, ReturnState
from marketplace.returns.spans import spans
from marketplace.returns.states import TERMINAL
from marketplace.sellers.models import Seller

OPEN = frozenset(ReturnState) - TERMINAL - {ReturnState.AGREED}
FOR_SELLER = frozenset({ReturnState.ASKED, ReturnState.SENT_BACK, ReturnState.REPLACING})
"""Where the seller is to do something."""
FOR_OPERATOR = frozenset({ReturnState.ESCALATED, ReturnState.APPEALED})


def find_return_of(purchase: Purchase, code: str) -> Return | None:
    """A return of this purchase with everything that its page shows. Check who asks for the purchase."""
    return db.session.scalar(_whole().where(Return.code == code, Order.purchase_id == purchase.id))


def find_return_for(seller: Seller, code: str) -> Return | None:
    """A return of this shop's."""
    return db.session.scalar(_whole().where(Return.code == code, Return.seller_id == seller.id))


def find_return(code: str) -> Return | None:
    """Any return, for operators."""
    return db.session.scalar(_whole().where(Return.code == code))


def is_past(purchase: Purchase) -> bool:
    """Whether a purchase is history: every order is over, no return is open, nothing is owed to the buyer, and the last
    thing that happened lies further back than any complaint may reach."""
    since = clock.now() - timedelta(days=spans().hidden_defect_days)
    if purchase.placed_at > since:
        return False
    goes_on = case((or_(Order.state.not_in(OVER), Order.open_returns > 0), 1), else_=0)
    last, open_ = db.session.execute(
        select(func.max(OrderEvent.at), func.max(goes_on))
        .join(Order, Order.id == OrderEvent.order_id)
        .where(Order.purchase_id == purchase.id)
    ).one()
    return not open_ and (last or purchase.placed_at) <= since and not owed_by_hand(purchase.code)


def list_returns_of(purchase: Purchase) -> list[Return]:
    """The returns of a purchase, newest first, with their lines."""
    query = select(Return).join(Order, Order.id == Return.order_id).where(Order.purchase_id == purchase.id)
    return list(db.session.scalars(query.options(selectinload(Return.lines)).order_by(Return.id.desc())))


def list_returns_for(seller: Seller, is_over: bool = False, after: str | None = None, limit: int = 30) -> list[Return]:
    """A shop's returns, the next deadline first; what is over, newest first."""
    return _list(_rows().where(Return.seller_id == seller.id), is_over, after, limit)


def list_returns(
    states: Collection[ReturnState] | None = None, is_over: bool = False, after: str | None = None, limit: int = 30
) -> list[Return]:
    """All returns, for operators, in the same order."""
    query = _rows()
    if states:
        query = query.where(Return.state.in_(states))
    return _list(query, is_over, after, limit)


def count_for_seller(seller: Seller) -> int:
    """How many returns wait for this shop's people."""
    query = select(func.count()).select_from(Return)
    return db.session.scalar(query.where(Return.seller_id == seller.id, Return.state.in_(FOR_SELLER))) or 0


def count_for_operators() -> int:
    return db.session.scalar(select(func.count()).select_from(Return).where(Return.state.in_(FOR_OPERATOR))) or 0


def list_due(now: datetime, limit: int = 100) -> list[int]:
    """The ids of returns whose deadline is behind us, the longest overdue first."""
    query = select(Return.id).where(Return.due_at <= now).order_by(Return.due_at, Return.id).limit(limit)
    return list(db.session.scalars(query))


def list_on_their_way_back(limit: int = 50) -> list[Return]:
    """Returns whose parcel a courier may be asked about, the longest on the road first."""
    query = select(Return).where(
        Return.state == ReturnState.SENT_BACK, Return.back_number != "", Return.arrived_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(Return.due_at, Return.id).limit(limit)))


def list_refund_lines(found: Return) -> list[RefundLine]:
    """What went or goes back for this return, per line, with the refund that carries it."""
    query = (
        select(RefundLine)
        .join(ReturnLine, ReturnLine.id == RefundLine.return_line_id)
        .where(ReturnLine.return_id == found.id)
        .options(joinedload(RefundLine.refund, innerjoin=True))
    )
    return list(db.session.scalars(query.order_by(RefundLine.id)))


def find_photo(found: Return, code: str) -> ReturnPhoto | None:
    """A photo of this return."""
    return db.session.scalar(select(ReturnPhoto).where(ReturnPhoto.return_id == found.id, ReturnPhoto.code == code))


def find_photo_of(purchase: Purchase, code: str) -> ReturnPhoto | None:
    """A photo of this purchase's returns, or one that waits in an open form."""
    return db.session.scalar(
        select(ReturnPhoto).where(ReturnPhoto.purchase_id == purchase.id, ReturnPhoto.code == code)
    )


def list_drafts(purchase: Purchase, codes: Collection[str]) -> list[ReturnPhoto]:
    """Photos of this purchase that wait in an open form, of these codes."""
    if not codes:
        return []
    query = select(ReturnPhoto).where(
        ReturnPhoto.purchase_id == purchase.id, ReturnPhoto.return_id.is_(None), ReturnPhoto.code.in_(codes)
    )
    return list(db.session.scalars(query.order_by(ReturnPhoto.id)))


def _list(query: Select[Return], is_over: bool, after: str | None, limit: int) -> list[Return]:
    if is_over:
        query = query.where(Return.state.in_(TERMINAL)).order_by(Return.id.desc())
        if after:
            query = query.where(Return.id < select(Return.id).where(Return.code == after).scalar_subquery())
    else:
        query = query.where(Return.state.not_in(TERMINAL)).order_by(Return.due_at, Return.id)
        if after:
            last = select(Return.due_at, Return.id).where(Return.code == after).subquery()
            query = query.join(
                last, (Return.due_at > last.c.due_at) | ((Return.due_at == last.c.due_at) & (Return.id > last.c.id))
            )
    return list(db.session.scalars(query.limit(limit)))


def _rows() -> Select[Return]:
    order = joinedload(Return.order, innerjoin=True)
    return select(Return).options(
        order.joinedload(Order.purchase, innerjoin=True),
        order.joinedload(Order.seller, innerjoin=True),
        selectinload(Return.lines).joinedload(ReturnLine.line).joinedload(OrderLine.image),
    )


def _whole() -> Select[Return]:
    return (
        _rows()
        .join(Order, Order.id == Return.order_id)
        .options(selectinload(Return.events).joinedload(ReturnEvent.actor_user), selectinload(Return.photos))
    )
