"""Making and stopping vouchers, using them, giving them back.

The rule: a voucher is used in the transaction that places the purchase, or the purchase is not placed. When an order
is called off, before or after it was paid, its share of the discount returns to the fund; when all orders in which a
voucher took something off are called off, the use itself returns, overall and for the person. Orders that arrived keep
their voucher used, also when pieces are sent back later.

Rows are taken in one order, always after stock: vouchers by id, then persons, then funds by id.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.crafts.models import Craft
from catalog.db import change, db, lock
from catalog.errors import Conflict, DomainError, Invalid, Several
from catalog.money import ZERO, Money
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.promotions.models import Fund, Payer, Redemption, Voucher, VoucherKind, VoucherUse
from marketplace.promotions.persons import hidden
from marketplace.promotions.queries import Refusal, fold, used_by_you, used_up, why_closed
from marketplace.sellers.models import Seller

LONGEST = timedelta(days=370)
MOST = 1_000_000


def make(
    code: str,
    kind: VoucherKind,
    *,
    starts_at: datetime,
    ends_at: datetime,
    payer: Payer = Payer.PLATFORM,
    percent: int | None = None,
    worth: Money | None = None,
    cap: Money | None = None,
    minimum: Money = ZERO,
    seller: Seller | None = None,
    crafts: Sequence[Craft] = (),
    fund: Fund | None = None,
    shop_percent: int | None = None,
    most_uses: int | None = None,
    most_each: int | None = 1,
    user: User | None = None,
    is_example: bool = False,
) -> Voucher:
    """A new voucher. Several names every wrong field; Conflict (field `code`) for a code that exists."""
    code = fold(code)
    errors: list[DomainError] = []

    def wrong(field: str, message: str, **params: Any) -> None:
        errors.append(Invalid(message, field=field, **params))

    if not re.fullmatch(r"[A-Z0-9]{4,20}", code):
        wrong("code", N_("A code has 4 to 20 letters and digits, for example CUAL25."))
    if kind is VoucherKind.PERCENTAGE and not (percent is not None and 1 <= percent <= 100):
        wrong("percent", N_("Write a whole percentage from 1 to 100."))
    if kind is VoucherKind.FIXED and not (worth is not None and worth.rupiah > 0):
        wrong("worth", N_("Write how much it takes off, for example %(sum)s."), sum=Money(25_000))
    if cap is not None and cap.rupiah <= 0:
        wrong("cap", N_("Leave this empty, or write a sum above zero."))
    if minimum.rupiah < 0:
        wrong("minimum", N_("Leave this empty, or write a sum above zero."))
    for field, most in (("most_uses", most_uses), ("most_each", most_each)):
        if most is not None and not 1 <= most <= MOST:
            wrong(field, N_("Leave this empty, or write a whole number from 1."))
    if not starts_at < ends_at <= starts_at + LONGEST:
        wrong("ends_on", N_("It ends after it begins, at most a year later."))
    elif ends_at <= clock.now():
        wrong("ends_on", N_("This day is over already."))
    if payer is Payer.SELLER and seller is None:
        wrong("seller", N_("Choose the shop that pays for it."))
    if payer is Payer.PROGRAMME and fund is None:
        wrong("fund", N_("Choose the programme that pays for it."))
    if shop_percent and not (1 <= shop_percent <= 99 and payer is Payer.PLATFORM and seller is not None):
        wrong("shop_percent", N_("From 1 to 99, of what the marketplace takes off the pieces of one shop."))
    if errors:
        raise Several(errors)
    voucher = Voucher(
        code=code,
        kind=kind,
        percent=percent if kind is VoucherKind.PERCENTAGE else None,
        worth=worth if kind is VoucherKind.FIXED else None,
        cap=None if kind is VoucherKind.FIXED else cap,
        minimum=minimum,
        seller_id=seller.id if seller else None,
        payer=payer,
        shop_percent=shop_percent or 0,
        fund_id=fund.id if fund and payer is Payer.PROGRAMME else None,
        most_uses=most_uses,
        most_each=most_each,
        starts_at=starts_at,
        ends_at=ends_at,
        made_by_id=user.id if user else None,
        is_example=is_example,
    )
    voucher.crafts = list(crafts)
    try:
        with db.session.begin_nested():
            db.session.add(voucher)
    except IntegrityError:
        raise Conflict(N_("There is a voucher of this code already. Please choose another."), field="code") from None
    return voucher


def stop(voucher: Voucher) -> None:
    """Nobody uses it from now on; purchases that have used it keep what they were promised."""
    if voucher.stopped_at is None:
        voucher.stopped_at = clock.now()
        db.session.flush()


def open_fund(name: str, budget: Money) -> Fund:
    """A programme's money for vouchers. Invalid and Conflict name `name` or `budget`."""
    name = tidy(name)
    if not 3 <= len(name) <= 80:
        raise Invalid(N_("Write the name of the programme (3 to 80 characters)."), field="name")
    if budget.rupiah <= 0:
        raise Invalid(N_("Write how much the programme has for vouchers."), field="budget")
    fund = Fund(name=name, budget=budget)
    try:
        with db.session.begin_nested():
            db.session.add(fund)
    except IntegrityError:
        raise Conflict(N_("There is a programme of this name already."), field="name") from None
    return fund


def redeem(purchase_code: str, sums: Mapping[str, Money], names: list[str]) -> None:
    """Use vouchers (code → what each takes off) in a purchase: all of them, or a Conflict that says which and why.

    `names` tell who buys (`persons_of`). Whoever calls this places the purchase in the same transaction.
    """
    if not sums:
        return
    rows = db.session.scalars(select(Voucher).where(Voucher.code.in_(set(sums))).order_by(Voucher.id)).all()
    if len(rows) != len(sums):
        raise Conflict(N_("A voucher of this order no longer exists."))
    for voucher in rows:
        _count(voucher)
    for voucher in rows:
        persons = hidden(voucher.code, names)
        for person in persons:
            _count_person(voucher, person)
        given = sums[voucher.code]
        redemption = Redemption(
            voucher_id=voucher.id, purchase_code=purchase_code, given=given, stands=given, persons=persons
        )
        db.session.add(redemption)
    for voucher in sorted(rows, key=lambda one: one.fund_id or 0):
        if voucher.fund_id is not None:
            _commit(voucher, sums[voucher.code])
    db.session.flush()


def give_back(purchase_code: str, sums: Mapping[str, Money]) -> None:
    """An order of the purchase was called off, and with it these shares (code → sum) of its vouchers."""
    if not sums:
        return
    held = _hold(purchase_code)
    ended = []
    for redemption in held:
        share = sums.get(redemption.voucher.code, ZERO)
        if not share:
            continue
        redemption.stands = redemption.stands - share
        if not redemption.stands:
            redemption.released_at = clock.now()
            ended.append(redemption)
    db.session.flush()
    for redemption in ended:
        change(update(Voucher).where(Voucher.id == redemption.voucher_id).values(used=Voucher.used - 1))
    for redemption in ended:
        change(
            update(VoucherUse)
            .where(VoucherUse.voucher_id == redemption.voucher_id, VoucherUse.person.in_(redemption.persons))
            .values(used=VoucherUse.used - 1)
        )
    for redemption in sorted(held, key=lambda one: one.voucher.fund_id or 0):
        fund_id, share = redemption.voucher.fund_id, sums.get(redemption.voucher.code, ZERO)
        if fund_id is not None and share:
            change(update(Fund).where(Fund.id == fund_id).values(committed=Fund.committed - share.rupiah))
    _forget(held)


def line_up(purchase_codes: Collection[str]) -> None:
    """Take the vouchers of these purchases in the order of their ids, before several orders move at once."""
    ids = select(Redemption.voucher_id).where(Redemption.purchase_code.in_(set(purchase_codes)))
    db.session.execute(lock(select(Voucher.id).where(Voucher.id.in_(ids)).order_by(Voucher.id))).all()


def _hold(purchase_code: str) -> Sequence[Redemption]:
    line_up([purchase_code])
    return db.session.scalars(
        lock(
            select(Redemption).where(Redemption.purchase_code == purchase_code).order_by(Redemption.voucher_id)
        ).execution_options(populate_existing=True)
    ).all()


def _count(voucher: Voucher) -> None:
    now = clock.now()
    counted = change(
        update(Voucher)
        .where(
            Voucher.id == voucher.id,
            Voucher.stopped_at.is_(None),
            Voucher.starts_at <= now,
            Voucher.ends_at > now,
            or_(Voucher.most_uses.is_(None), Voucher.used < Voucher.most_uses),
        )
        .values(used=Voucher.used + 1)
    )
    if not counted:
        db.session.refresh(voucher)
        _refuse(why_closed(voucher) or used_up(voucher.code))


def _count_person(voucher: Voucher, person: str) -> None:
    insert: Any = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    uses: Any = VoucherUse.__table__
    statement = insert(uses).values(voucher_id=voucher.id, person=person, used=1)
    below = uses.c.used < voucher.most_each if voucher.most_each is not None else None
    again = statement.on_conflict_do_update(
        index_elements=["voucher_id", "person"], set_={"used": uses.c.used + 1}, where=below
    )
    if db.session.scalar(again.returning(uses.c.used)) is None:
        _refuse(used_by_you(voucher))


def _commit(voucher: Voucher, given: Money) -> None:
    committed = change(
        update(Fund)
        .where(Fund.id == voucher.fund_id, Fund.committed + given.rupiah <= Fund.budget)
        .values(committed=Fund.committed + given.rupiah)
    )
    if not committed:
        _refuse(used_up(voucher.code))


def _refuse(refusal: Refusal) -> None:
    raise Conflict(refusal.message, field="voucher", **refusal.params)


def _forget(held: Sequence[Redemption]) -> None:
    """What was counted past the ORM is read anew."""
    for redemption in held:
        for thing in (redemption.voucher, redemption.voucher.fund):
            if thing is not None:
                db.session.expire(thing)


__all__ = ["give_back", "line_up", "make", "open_fund", "redeem", "stop"]
