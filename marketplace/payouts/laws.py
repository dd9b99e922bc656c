"""The laws of payouts, asked of the data itself."""

from __future__ import annotations

from sqlalchemy import case, func, select

from marketplace.ledger.models import Journal, Posting
from marketplace.ledger.queries import whole
from marketplace.orders.breaches import Law, LawBreach, breaches
from marketplace.payouts.models import OVER, Payout, PayoutLine, PayoutState
from marketplace.payouts.ways import MOVED_BY_PAYOUTS
from marketplace.sellers.models import Seller


def check_laws() -> list[LawBreach]:
    """Every law of payouts that does not hold now."""
    return breaches(_laws())


def _laws() -> list[Law]:
    lines = (
        select(
            PayoutLine.payout_id,
            func.sum(whole(PayoutLine.total)).label("sum"),
            func.sum(case((PayoutLine.freed_at.is_(None), 1), else_=0)).label("live"),
        )
        .group_by(PayoutLine.payout_id)
        .subquery()
    )
    stands = select(Posting.account, func.sum(whole(Posting.total)).label("sum")).group_by(Posting.account).subquery()
    taken = select(PayoutLine.id).where(PayoutLine.journal_id == Posting.journal_id, PayoutLine.freed_at.is_(None))
    free = (
        select(Posting.account, func.sum(whole(Posting.total)).label("sum"))
        .join(Journal, Journal.id == Posting.journal_id)
        .where(Posting.account.like("seller:%"), Journal.kind.not_in(MOVED_BY_PAYOUTS), ~taken.exists())
        .group_by(Posting.account)
        .subquery()
    )
    on_its_way = case((Payout.state == PayoutState.PLANNED, whole(Payout.total)), else_=0)
    return [
        (
            "L5",
            "a payout is the sum of its lines, which it holds as long as it stands",
            select(Payout.code)
            .outerjoin(lines, lines.c.payout_id == Payout.id)
            .where(
                (func.coalesce(lines.c.sum, 0) != whole(Payout.total))
                | (Payout.state.in_(OVER) != (func.coalesce(lines.c.live, 0) == 0))
            ),
        ),
        (
            "L5",
            "what is on its way to a shop stands in the ledger",
            select(Payout.code)
            .outerjoin(stands, stands.c.account == "payout:" + Payout.code)
            .where(func.coalesce(stands.c.sum, 0) != -on_its_way),
        ),
        (
            "L5",
            "what a shop has is what has not been paid to it yet, line by line",
            select(Seller.code)
            .outerjoin(stands, stands.c.account == "seller:" + Seller.code)
            .outerjoin(free, free.c.account == "seller:" + Seller.code)
            .where(func.coalesce(stands.c.sum, 0) != func.coalesce(free.c.sum, 0)),
        ),
    ]
