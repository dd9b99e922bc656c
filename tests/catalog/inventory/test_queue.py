"""Whatever is ordered, given up, put off and stated, in any order: nobody is promised what a month does not hold."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.inventory import queue, workdays

START = date(2026, 11, 30)

orders = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40), st.integers(1, 12)), min_size=1, max_size=25)


@settings(max_examples=60, deadline=None)
@given(pieces=st.integers(1, 60), exceptions=st.dictionaries(st.integers(0, 5), st.integers(0, 20)), orders=orders)
def test_promises_never_overlap_capacity(
    pieces: int, exceptions: dict[int, int], orders: list[tuple[int, int, int]]
) -> None:
    months = [queue.month_of(START)]
    for _ in range(40):
        months.append(queue.next_month(months[-1]))
    holds = dict.fromkeys(months, pieces) | {months[n]: held for n, held in exceptions.items()}
    promised: queue.Promised = Counter()
    for after, lead, quantity in sorted(orders):
        earliest = workdays.add(START + timedelta(days=after), lead)
        before = promised.copy()
        days = queue.place(lambda month: holds[month], promised, earliest, quantity)
        if days is None:
            assert promised == before
            continue
        assert sum(days.values()) == quantity
        assert all(day >= earliest and workdays.is_working(day) for day in days)
        assert promised == before + Counter(days)
        _nobody_waits_for_a_day_that_was_free(holds, before, earliest, quantity, max(days))
    for month in {queue.month_of(day) for day in promised}:
        assert _by_hand(month, holds[month], promised), (month, holds[month], promised)


def _by_hand(month: date, pieces: int, promised: Counter[date]) -> bool:
    """The rule written down once more, slowly: every run of days, and the whole month."""
    days = queue.working_days(month)
    runs = (days[first : last + 1] for first in range(len(days)) for last in range(first, len(days)))
    return sum(promised[day] for day in days) <= pieces and all(
        (sum(promised[day] for day in run) - 1) * len(days) < len(run) * pieces for run in runs
    )


def _nobody_waits_for_a_day_that_was_free(
    holds: dict[date, int], before: Counter[date], earliest: date, quantity: int, last: date
) -> None:
    """One piece ordered alone is promised for the first day that can take it."""
    if quantity > 1:
        return
    day = earliest
    while day < last:
        if workdays.is_working(day):
            assert not _by_hand(queue.month_of(day), holds[queue.month_of(day)], before + Counter([day])), day
        day += timedelta(days=1)


def test_an_empty_queue_promises_after_the_lead_time() -> None:
    assert queue.place(lambda _: 4, Counter(), date(2026, 12, 10), 1) == {date(2026, 12, 10): 1}


def test_four_pieces_a_month_come_a_quarter_of_a_month_apart() -> None:
    promised: queue.Promised = Counter()
    days = [max(queue.place(lambda _: 4, promised, date(2027, 2, 1), 1) or {}) for _ in range(6)]
    assert len(queue.working_days(date(2027, 2, 1))) >= 20
    assert days == sorted(set(days))
    assert [day.month for day in days] == [2, 2, 2, 2, 3, 3]
    assert all((after - before).days >= 5 for before, after in pairwise(days[:4]))


def test_a_month_in_which_nothing_is_made_is_passed_over() -> None:
    days = queue.place(lambda month: 0 if month.month == 12 else 3, Counter(), date(2026, 12, 3), 1)
    assert days is not None and max(days).month == 1


def test_refuses_more_than_two_years_can_hold() -> None:
    promised: queue.Promised = Counter()
    assert queue.place(lambda _: 1, promised, date(2026, 12, 3), 25) is None
    assert promised == Counter()


def test_what_was_promised_for_a_day_that_became_a_holiday_still_counts() -> None:
    promised = Counter({date(2026, 12, 25): 1})
    days = queue.place(lambda _: 2, promised, date(2026, 12, 28), 2)
    assert days is not None and sum(day.month == 12 for day in days) <= 1
