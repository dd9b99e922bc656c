"""The laws of statements, asked of the data itself."""

from __future__ import annotations

from sqlalchemy import and_, case, func, or_, select

from marketplace.banking.matching import CAME
from marketplace.banking.models import BankLine, LineState, MatchKind
from marketplace.ledger.models import Posting
from marketplace.ledger.queries import whole
from marketplace.orders.breaches import Law, LawBreach, breaches
from marketplace.payments.models import Payment

_LIES = (LineState.PARKED, LineState.HELD, LineState.IGNORED)


def check_laws() -> list[LawBreach]:
    """Every law of statements that does not hold now."""
    return breaches(_laws())


def _laws() -> list[Law]:
    stands = select(Posting.account, func.sum(whole(Posting.total)).label("sum")).group_by(Posting.account).subquery()
    lies = case((and_(BankLine.state.in_(_LIES), whole(BankLine.total) > 0), whole(BankLine.total)), else_=0)
    parts = (
        select(BankLine.matched_code, func.sum(whole(BankLine.total)).label("sum"))
        .where(BankLine.matched_kind.in_([MatchKind.PAYMENT, MatchKind.PART]))
        .group_by(BankLine.matched_code)
        .subquery()
    )
    return [
        (
            "L5",
            "what came and names nothing lies in suspense, and nothing else does",
            select(BankLine.code)
            .outerjoin(stands, stands.c.account == "suspense:" + BankLine.code)
            .where(func.coalesce(stands.c.sum, 0) != -lies),
        ),
        (
            "L5",
            "a payment that a line has paid is paid, and by no less than it asks for",
            select(Payment.code)
            .join(parts, parts.c.matched_code == Payment.code)
            .where(or_(Payment.state.not_in(CAME), parts.c.sum < whole(Payment.due))),
        ),
    ]
