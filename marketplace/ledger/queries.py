"""What stands on accounts, the trial balance, and whether the ledger is what it promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer as Whole
from sqlalchemy import Select, case, func, literal_column, or_, select, type_coerce

from catalog.db import db
from catalog.money import Money, total
from marketplace.ledger import triggers
from marketplace.ledger.accounts import NEVER_OVERDRAWN, SIDES, Side
from marketplace.ledger.models import Journal, Posting

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of account in the trial balance: what was debited, what credited, how many accounts are not at zero."""

    kind: str
    side: Side
    debit: Money
    credit: Money

    @property
    def balance(self) -> Money:
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class TrialBalance:
    lines: list[Line]

    @property
    def debit(self) -> Money:
        return total(one.debit for one in self.lines)

    @property
    def credit(self) -> Money:
        return total(one.credit for one in self.lines)

    def side(self, side: Side) -> Money:
        """What a side comes to; liabilities and income as sums above zero."""
        found = total(one.balance for one in self.lines if one.side is side)
        return found if side in (Side.ASSET, Side.EXPENSE) else -found


@dataclass(frozen=True, slots=True)
class Flaw:
    """`count` rows are not what the ledger promises; `examples` are keys or accounts of the first few."""

    what: str
    count: int
    examples: list[str]


def whole(column: Any) -> Any:
    """A sum of money as the number that it is, for arithmetic in a statement."""
    return type_coerce(column, Whole)


def balance(account: str) -> Money:
    """What stands on one account: debits above zero, credits below."""
    return Money(int(db.session.scalar(_sum().where(Posting.account == account)) or 0))


def balances(prefix: str) -> dict[str, Money]:
    """Every account of a kind (`escrow`) that is not at zero."""
    rows = db.session.execute(
        select(Posting.account, func.sum(whole(Posting.total)))
        .where(Posting.account >= f"{prefix}:", Posting.account < f"{prefix};")
        .group_by(Posting.account)
        .having(func.sum(whole(Posting.total)) != 0)
        .order_by(Posting.account)
    )
    return {account: Money(int(sum_)) for account, sum_ in rows}


def booked(order_code: str) -> dict[tuple[str, str], Money]:
    """What has been booked about one order so far, per account and `what`."""
    rows = db.session.execute(
        select(Posting.account, Posting.what, func.sum(whole(Posting.total)))
        .join(Journal, Journal.id == Posting.journal_id)
        .where(Journal.order_code == order_code)
        .group_by(Posting.account, Posting.what)
    )
    return {(account, what): Money(int(sum_)) for account, what, sum_ in rows if sum_}


def trial_balance(until: datetime | None = None, since: datetime | None = None) -> TrialBalance:
    """Every kind of account up to `until` (not included), or what moved from `since` on."""
    account = Posting.account
    kind = case((account.contains(":"), func.substr(account, 1, _colon(account) - 1)), else_=account)
    debit = func.sum(case((Posting.total > 0, whole(Posting.total)), else_=0))
    credit = func.sum(case((Posting.total < 0, -whole(Posting.total)), else_=0))
    query: Select[Any] = select(kind.label("account_kind"), debit, credit).group_by(literal_column("account_kind"))
    if until is not None or since is not None:
        query = query.join(Journal, Journal.id == Posting.journal_id)
    if until is not None:
        query = query.where(Journal.at < until)
    if since is not None:
        query = query.where(Journal.at >= since)
    found = {name: (int(plus), int(minus)) for name, plus, minus in db.session.execute(query)}
    lines = [Line(name, side, *map(Money, found[name])) for name, side in SIDES.items() if name in found]
    lines += [Line(name, Side.ASSET, *map(Money, found[name])) for name in sorted(set(found) - set(SIDES))]
    return TrialBalance(lines)


def list_journals(
    account: str | None = None, order_code: str | None = None, after: int | None = None, limit: int = 50
) -> list[Journal]:
    """Journals, the newest first."""
    query = select(Journal).order_by(Journal.id.desc()).limit(limit)
    if account:
        query = query.where(Journal.id.in_(select(Posting.journal_id).where(Posting.account == account)))
    if order_code:
        query = query.where(Journal.order_code == order_code)
    if after:
        query = query.where(Journal.id < after)
    return list(db.session.scalars(query))


def verify() -> list[Flaw]:
    """Everything that is not as the ledger promises; also where somebody has worked past the triggers."""
    flaws = []
    gone = triggers.missing(db.session.connection())
    if gone:
        flaws.append(Flaw("a trigger of the ledger is missing or switched off", len(gone), gone))
    sums = (
        select(Posting.journal_id, func.sum(whole(Posting.total)).label("sum"), func.count().label("count"))
        .group_by(Posting.journal_id)
        .subquery()
    )
    guarded = or_(*(Posting.account.like(f"{one}:%") for one in NEVER_OVERDRAWN), Posting.account.in_(NEVER_OVERDRAWN))
    questions: list[tuple[str, Select[Any]]] = [
        (
            "the postings of a journal add up to nothing, and are as many as its entries",
            select(Journal.key)
            .outerjoin(sums, sums.c.journal_id == Journal.id)
            .where(
                or_(
                    func.coalesce(sums.c.sum, 1) != 0,
                    func.coalesce(sums.c.count, 0) != func.json_array_length(Journal.entries),
                )
            ),
        ),
        (
            "what we owe is never less than nothing",
            select(Posting.account).where(guarded).group_by(Posting.account).having(func.sum(whole(Posting.total)) > 0),
        ),
        (
            "a posting belongs to a journal",
            select(Posting.account).where(~select(Journal.id).where(Journal.id == Posting.journal_id).exists()),
        ),
    ]
    for what, query in questions:
        broken = query.subquery()
        count = db.session.scalar(select(func.count()).select_from(broken)) or 0
        if count:
            examples = db.session.scalars(select(broken.c[0]).limit(EXAMPLES)).all()
            flaws.append(Flaw(what, count, [str(one) for one in examples]))
    changed = _differing()
    if changed:
        flaws.append(Flaw("postings say what their journal says", len(changed), changed[:EXAMPLES]))
    return flaws


def _differing() -> list[str]:
    """Keys of journals whose postings are not their entries, read one after the other (a ledger may be long)."""
    found = []
    rows = db.session.execute(
        select(Journal.key, Journal.entries, Posting.place, Posting.account, Posting.what, whole(Posting.total))
        .join(Posting, Posting.journal_id == Journal.id)
        .order_by(Journal.id, Posting.place)
        .execution_options(yield_per=1000)
    )
    for key, entries, place, account, what, sum_ in rows:
        if place >= len(entries) or entries[place] != [account, int(sum_), what]:
            found.append(key)
    return sorted(set(found))


def net_worth() -> Money:
    """What is ours: income less expenses. Assets less liabilities come to the same."""
    balance_ = trial_balance()
    return balance_.side(Side.INCOME) - balance_.side(Side.EXPENSE)


def _sum() -> Select[Any]:
    return select(func.sum(whole(Posting.total)))


def _colon(column: Any) -> Any:
    name = db.session.get_bind().dialect.name
    return func.instr(column, ":") if name == "sqlite" else func.strpos(column, ":")
