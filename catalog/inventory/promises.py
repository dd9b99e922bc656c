"""What makers promise and when: pace, months, and the bookings of made-to-order pieces (see `queue` for the rule).

Whoever changes a maker's queue holds the maker's row first, makers in the order of their ids and after every stock row;
so that two buyers are never promised the same working days. The database refuses a month with more than it holds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, cast, delete, func, literal, null, select, union_all, update

from catalog import clock
from catalog.db import Instant, change, db, lock
from catalog.edition import raise_edition
from catalog.errors import Conflict, Invalid
from catalog.inventory import queue
from catalog.inventory.models import Booking, Capacity, HeldDay, Pace
from catalog.inventory.queue import month_of, next_month
from catalog.inventory.workdays import EVERYBODY, Calendar
from catalog.makers.models import Maker
from catalog.products.models import Fulfilment, Product, Variant
from catalog.text import N_

PIECES_MAX = 999
MONTHS_SHOWN = 6
NOBODY = ""
"""The holder of no place: for whom all places that are kept are taken."""


@dataclass(frozen=True, slots=True)
class Demand:
    """So many pieces, each made in `days` working days, by one maker; `calendar` is that of the shop that sells them."""

    maker_id: int
    days: int
    quantity: int
    calendar: Calendar = EVERYBODY


@dataclass(slots=True)
class _Queue:
    """What a maker with a pace has promised from this month on, and what the months hold."""

    pace: int
    months: dict[date, int] = field(default_factory=dict)
    promised: queue.Promised = field(default_factory=Counter)

    def pieces_of(self, month: date) -> int:
        return self.months.get(month, self.pace)


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month as the seller sees it; `pieces` is None where the maker takes on any number."""

    month: date
    pieces: int | None
    booked: int
    is_exception: bool


def plan(
    demands: Sequence[Demand], today: date | None = None, holder: str | None = None
) -> list[dict[date, int] | None]:
    """For each demand in turn the days on which its pieces would be ready if ordered now; nothing is held.

    The last day is the promise. None where the maker's queue has no room for so many. For a `holder` (see `held_days`)
    the places that others keep are taken; without one nobody's are.
    """
    today = today or clock.today()
    queues = _read({one.maker_id for one in demands}, today, holder)
    return [_place(queues.get(one.maker_id), one, today) for one in demands]


def first_days(
    maker_id: int,
    leads: Collection[int],
    today: date | None = None,
    rows: Iterable[QueueRow] | None = None,
    calendar: Calendar = EVERYBODY,
) -> dict[int, date | None]:
    """For each number of working days that a piece of this maker takes, the day on which one ordered now is ready, by the
    calendar of the shop that sells it.

    `rows` are the parts of the maker's queue where they are read already (see `queue_parts`)."""
    today = today or clock.today()
    queues = {} if not leads else _read({maker_id}, today) if rows is None else _queues(rows)
    known = queues.get(maker_id)
    found: dict[int, date | None] = {}
    for days in set(leads):
        alone = known and _Queue(known.pace, known.months, known.promised.copy())
        placed = _place(alone, Demand(maker_id, days, 1, calendar), today)
        found[days] = max(placed) if placed else None
    return found


def book(
    demands: Mapping[str, Mapping[int, int]], calendars: Mapping[str, Calendar] | None = None, holder: str = NOBODY
) -> dict[str, dict[int, date]]:
    """Take places for what is made to order among `demands` (reference → variant id → quantity), each reference by the
    calendar of its shop.

    The day on which the last piece of each variant is promised; ready-made variants are skipped. The order is that of
    the variants' ids, as in `plan`; what `holder` kept it keeps no longer. Conflict when a maker's queue has no room.
    """
    wanted = sorted((id_, reference, quantity) for reference, part in demands.items() for id_, quantity in part.items())
    rows = db.session.execute(
        select(Variant.id, Product.maker_id, Variant.lead_days, Product.title, Product.title_en)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_({id_ for id_, _, _ in wanted}), Variant.fulfilment == Fulfilment.MADE_TO_ORDER)
    )
    made = {row.id: row for row in rows}
    if not made:
        return {}
    makers = {row.maker_id for row in made.values()}
    hold(makers)
    today = clock.today()
    queues = _read(makers, today, holder)
    if holder != NOBODY:
        change(delete(HeldDay).where(HeldDay.reference == holder))
    days: dict[str, dict[int, date]] = defaultdict(dict)
    for variant_id, reference, quantity in wanted:
        row = made.get(variant_id)
        if row is None:
            continue
        calendar = (calendars or {}).get(reference, EVERYBODY)
        found = _place(queues.get(row.maker_id), Demand(row.maker_id, row.lead_days or 0, quantity, calendar), today)
        if found is None:
            raise Conflict(TOO_MANY, product=row.title, product_en=row.title_en or row.title)
        _take(queues.get(row.maker_id), row.maker_id, variant_id, reference, found)
        days[reference][variant_id] = max(found)
    db.session.flush()
    if queues:
        raise_edition()
    return dict(days)


def book_by(reference: str, wanted: Mapping[int, int], until: date, calendar: Calendar = EVERYBODY) -> bool:
    """Take places for pieces (variant id → quantity) that are made anew, on the last free days up to `until`. False, and
    nothing taken, where their makers have no room until then."""
    query = select(Variant.id, Product.maker_id).join(Product, Product.id == Variant.product_id)
    makers = dict(db.session.execute(query.where(Variant.id.in_(wanted)).order_by(Variant.id)).tuples().all())
    hold(set(makers.values()))
    today, found = clock.today(), {}
    queues = _read(set(makers.values()), today, NOBODY)
    for one, maker in makers.items():
        pieces, known = wanted[one], queues.get(maker)
        days = known and queue.place_by(known.pieces_of, known.promised, until, pieces, today, calendar)
        if known and not days:
            return False
        found[one] = days or {until: pieces}
    for one, maker in makers.items():
        _take(queues.get(maker), maker, one, reference, found[one])
    raise_edition()
    return True


TOO_MANY = N_("“%(product)s” cannot be made in this number within two years. Please ask the seller.")


def release(reference: str) -> int:
    """Give the places of `reference` back; how many pieces. Doing it again changes nothing."""
    line_up([reference])
    bookings = db.session.scalars(_open(reference).execution_options(populate_existing=True)).all()
    for one in bookings:
        one.closed_at = clock.now()
        _count(one.maker_id, month_of(one.due_on), -one.quantity)
    if bookings:
        db.session.flush()
        raise_edition()
    return sum(one.quantity for one in bookings)


def postpone(reference: str, until: date, calendar: Calendar = EVERYBODY) -> None:
    """An order of this reference is promised for `until` instead: what was due earlier moves to the last free days up
    to then, by the calendar of its shop. A piece for which no later day is free keeps its own, which was its maker's all the time."""
    line_up([reference])
    bookings = db.session.scalars(_open(reference).execution_options(populate_existing=True)).all()
    queues = _read({one.maker_id for one in bookings}, month_of(clock.today()), NOBODY)
    for one in bookings:
        known = queues.get(one.maker_id)
        if known is None:
            one.due_on = max(one.due_on, until)
            continue
        day = until
        while day > one.due_on:
            if calendar.is_working(day) and _moves(known, one, day):
                break
            day = date.fromordinal(day.toordinal() - 1)
    if bookings:
        db.session.flush()
        raise_edition()


def hold(maker_ids: Collection[int]) -> None:
    """Hold the queues of these makers, in the order of their ids, until the end of the transaction."""
    db.session.execute(
        select(Maker.id).where(Maker.id.in_(set(maker_ids))).order_by(Maker.id).with_for_update(key_share=True)
    ).all()


def line_up(references: Collection[str]) -> None:
    """Hold the queues in which these references have places, before several of them move in one transaction."""
    makers = db.session.scalars(
        select(Booking.maker_id).where(Booking.reference.in_(set(references)), Booking.closed_at.is_(None)).distinct()
    ).all()
    if makers:
        hold(makers)


def set_pace(maker: Maker, pieces: int | None) -> None:
    """From now on an ordinary month of this maker holds `pieces`; None: any number.

    What is promised stays promised: a month in which buyers wait for more than that holds just these, and is full.
    """
    if pieces is not None and not 1 <= pieces <= PIECES_MAX:
        raise Invalid(N_("Write how many pieces a month, from 1 to 999."), field="pieces")
    hold([maker.id])
    this_month = month_of(clock.today())
    if pieces is None:
        db.session.execute(delete(Capacity).where(Capacity.maker_id == maker.id))
        db.session.execute(delete(Pace).where(Pace.maker_id == maker.id))
        raise_edition()
        return
    promised = _promised([maker.id], this_month)[maker.id]
    known = {
        one.month: one
        for one in db.session.scalars(
            select(Capacity)
            .where(Capacity.maker_id == maker.id, Capacity.month >= this_month)
            .execution_options(populate_existing=True)
        )
    }
    pace = db.session.get(Pace, maker.id, populate_existing=True)
    for month in sorted({month_of(day) for day in promised} | known.keys()):
        row = known.get(month)
        if row is not None and row.is_exception:
            continue
        booked = _sum(month, promised)
        if row is None:
            db.session.add(Capacity(maker_id=maker.id, month=month, pieces=max(pieces, booked), booked=booked))
        else:
            row.pieces = max(pieces, booked)
    if pace is None:
        db.session.add(Pace(maker_id=maker.id, pieces=pieces))
    else:
        pace.pieces = pieces
    db.session.flush()
    raise_edition()


def set_month(maker: Maker, month: date, pieces: int | None) -> None:
    """This one month holds `pieces` (0: nothing is made); None: as many as an ordinary one.

    Conflict (field `month-YYYY-MM`) where buyers were promised more; Invalid for a month that is over or a maker who
    has no pace.
    """
    at = f"month-{month:%Y-%m}"
    if pieces is not None and not 0 <= pieces <= PIECES_MAX:
        raise Invalid(N_("Write how many pieces this month holds, from 0 to 999."), field=at)
    if month != month_of(month) or month < month_of(clock.today()):
        raise Invalid(N_("This month is over."), field=at)
    hold([maker.id])
    pace = db.session.get(Pace, maker.id, populate_existing=True)
    if pace is None:
        raise Invalid(N_("Say first how many pieces an ordinary month holds."), field="pieces")
    row = db.session.get(Capacity, (maker.id, month), populate_existing=True)
    promised = _promised([maker.id], month)[maker.id]
    booked = _sum(month, promised)
    wanted = max(pace.pieces, booked) if pieces is None else pieces
    if wanted < booked:
        message = N_("Buyers have been promised %(count)s pieces in this month; it cannot hold fewer.")
        raise Conflict(message, field=at, count=booked)
    if row is None:
        row = Capacity(maker_id=maker.id, month=month, booked=0)
        db.session.add(row)
    row.pieces, row.is_exception = wanted, pieces is not None
    db.session.flush()
    raise_edition()


def find_pace(maker: Maker) -> int | None:
    """How many pieces an ordinary month of this maker holds; None: any number."""
    return db.session.scalar(select(Pace.pieces).where(Pace.maker_id == maker.id))


def list_months(maker: Maker, count: int = MONTHS_SHOWN) -> list[MonthView]:
    """The coming months, this one first, with what is promised in each; three queries."""
    pace = find_pace(maker)
    month = month_of(clock.today())
    promised = _promised([maker.id], month)[maker.id]
    rows = {
        one.month: one
        for one in db.session.scalars(select(Capacity).where(Capacity.maker_id == maker.id, Capacity.month >= month))
    }
    found = []
    for _ in range(count):
        row = rows.get(month)
        pieces = row.pieces if row else pace
        found.append(MonthView(month, pieces, _sum(month, promised), bool(row and row.is_exception)))
        month = next_month(month)
    return found


def queue_parts() -> tuple[Any, ...]:
    """What the queues of `makers` (expanding) are made of from the month `since` on: (kind, maker_id, day, pieces) of
    paces, months and the days that are promised. Parts of one statement."""
    makers: Any = bindparam("makers", expanding=True)
    since: Any = bindparam("since", type_=Date)
    return (
        select(literal("pace").label("kind"), Pace.maker_id, cast(null(), Date).label("day"), Pace.pieces).where(
            Pace.maker_id.in_(makers)
        ),
        select(literal("month"), Capacity.maker_id, Capacity.month, Capacity.pieces).where(
            Capacity.maker_id.in_(makers), Capacity.month >= since
        ),
        select(literal("due"), Booking.maker_id, Booking.due_on, func.sum(Booking.quantity))
        .where(Booking.maker_id.in_(makers), Booking.closed_at.is_(None), Booking.due_on >= since)
        .group_by(Booking.maker_id, Booking.due_on),
    )


_QUEUES = union_all(*queue_parts())
_QUEUES_BESIDE = union_all(
    *queue_parts(),
    select(literal("due"), HeldDay.maker_id, HeldDay.due_on, func.sum(HeldDay.quantity))
    .where(
        HeldDay.maker_id.in_(bindparam("makers", expanding=True)),
        HeldDay.expires_at > bindparam("now", type_=Instant),
        HeldDay.reference != bindparam("holder"),
    )
    .group_by(HeldDay.maker_id, HeldDay.due_on),
)
"""The same, with what others keep at the checkout."""
QueueRow = tuple[str, int, date | None, int]


def _queues(rows: Iterable[QueueRow]) -> dict[int, _Queue]:
    """The queues of those makers that have a pace."""
    known = sorted(rows, key=lambda row: row[0] != "pace")
    queues: dict[int, _Queue] = {}
    for kind, maker_id, day, pieces in known:
        if kind == "pace":
            queues[maker_id] = _Queue(int(pieces))
        elif maker_id in queues and day is not None:
            part = queues[maker_id].months if kind == "month" else queues[maker_id].promised
            part[day] = part.get(day, 0) + int(pieces)
    return queues


def _read(maker_ids: Collection[int], today: date, holder: str | None = None) -> dict[int, _Queue]:
    """The queues of those makers that have a pace, in one query; for a holder with what others keep."""
    if not maker_ids:
        return {}
    asked: dict[str, Any] = {"makers": list(set(maker_ids)), "since": month_of(today)}
    if holder is None:
        return _queues(db.session.execute(_QUEUES, asked).tuples())
    return _queues(db.session.execute(_QUEUES_BESIDE, {**asked, "holder": holder, "now": clock.now()}).tuples())


def _promised(maker_ids: Collection[int], since: date) -> dict[int, queue.Promised]:
    found: dict[int, queue.Promised] = {maker_id: Counter() for maker_id in maker_ids}
    rows = db.session.execute(
        select(Booking.maker_id, Booking.due_on, func.sum(Booking.quantity))
        .where(Booking.maker_id.in_(found), Booking.closed_at.is_(None), Booking.due_on >= since)
        .group_by(Booking.maker_id, Booking.due_on)
    )
    for maker_id, day, quantity in rows:
        found[maker_id][day] = int(quantity)
    return found


def _place(known: _Queue | None, demand: Demand, today: date) -> dict[date, int] | None:
    earliest = demand.calendar.add(today, demand.days)
    if known is None:
        return {earliest: demand.quantity}
    return queue.place(known.pieces_of, known.promised, earliest, demand.quantity, demand.calendar)


def _take(known: _Queue | None, maker_id: int, variant_id: int, reference: str, days: Mapping[date, int]) -> None:
    for day, quantity in days.items():
        db.session.add(
            Booking(maker_id=maker_id, variant_id=variant_id, reference=reference, due_on=day, quantity=quantity)
        )
    if known is None:
        return
    per_month: Counter[date] = Counter()
    for day, quantity in days.items():
        per_month[month_of(day)] += quantity
    for month, quantity in sorted(per_month.items()):
        _open_month(known, maker_id, month)
        if not _count(maker_id, month, quantity):
            raise Conflict(N_("This month has just been filled. Please look again."))


def _open_month(known: _Queue, maker_id: int, month: date) -> None:
    if month not in known.months:
        known.months[month] = known.pace
        db.session.add(Capacity(maker_id=maker_id, month=month, pieces=known.pace, booked=0))
        db.session.flush()


def _count(maker_id: int, month: date, quantity: int) -> bool:
    """One conditional UPDATE of one month; False when it has no room (or the maker takes on any number)."""
    result = db.session.execute(
        update(Capacity)
        .where(
            Capacity.maker_id == maker_id,
            Capacity.month == month,
            Capacity.booked + quantity >= 0,
            Capacity.booked + quantity <= Capacity.pieces,
        )
        .values(booked=Capacity.booked + quantity),
        execution_options={"synchronize_session": False},
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _moves(known: _Queue, booking: Booking, day: date) -> bool:
    """Move a booking to `day` if there is room for all of it."""
    trial = known.promised.copy()
    trial[booking.due_on] -= booking.quantity
    trial[day] += booking.quantity
    month, before = month_of(day), month_of(booking.due_on)
    if not queue.keeps(month, known.pieces_of(month), +trial):
        return False
    known.promised = +trial
    if month != before:
        _open_month(known, booking.maker_id, month)
        _count(booking.maker_id, before, -booking.quantity)
        _count(booking.maker_id, month, booking.quantity)
    booking.due_on = day
    return True


def _sum(month: date, promised: queue.Promised) -> int:
    return sum(quantity for day, quantity in promised.items() if month_of(day) == month)


def _open(reference: str) -> Any:
    return lock(
        select(Booking)
        .where(Booking.reference == reference, Booking.closed_at.is_(None))
        .order_by(Booking.maker_id, Booking.id)
    )
