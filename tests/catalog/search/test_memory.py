"""What the embedded engine holds in memory is bounded, and says the same however it is held."""

from __future__ import annotations

import random
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.embedded import bits, private_file, vocabulary
from catalog.search.embedded.columns import COLUMNS, SLOT_BITS, Columns, bucket
from catalog.search.embedded.vocabulary import Postings
from tests.contracts.search_contract import piece


def test_postings_are_forgotten_by_the_bytes_that_they_take(monkeypatch: pytest.MonkeyPatch) -> None:
    size = 80_000
    rare, common = [3, 70_000], list(range(0, size, 2))
    monkeypatch.setattr(vocabulary, "POSTING_BYTES", 50_000)
    kept = Postings(size)
    for number in range(300):
        assert kept.keep(("rare", number), rare) == bits.from_slots(rare, size)
    assert kept.recall(("rare", 0)) == bits.from_slots(rare, size)
    for number in range(4):  # 10 kB each
        assert kept.keep(("common", number), common) == bits.from_slots(common, size)
    assert kept.recall(("common", 0)) == bits.from_slots(common, size)
    assert kept.keep(("common", 5), common)
    assert kept.recall(("common", 0)) is not None
    assert kept.recall(("rare", 1)) is None
    assert len(kept.items()) < 100


def ranked(rows: list[tuple[int, int, int]], size: int) -> Columns:
    """Columns of (slot, length, boost)."""
    columns = Columns()
    columns.size = size
    for name in COLUMNS:
        setattr(columns, name, array("q", bytes(8 * size)))
    for slot, length, boost in rows:
        columns.length[slot], columns.boost[slot] = length, boost
    columns.live = bits.from_slots((slot for slot, _, _ in rows), size)
    return columns


def test_short_titles_come_first_then_what_curators_lift_then_the_older_place() -> None:
    dice = random.Random(7)
    rows = [(slot, dice.randrange(1, 9), dice.randrange(0, 1001, 250)) for slot in dice.sample(range(900), 400)]
    columns = ranked(rows, 900)
    wanted = [slot for slot, _, _ in sorted(rows, key=lambda row: (row[1], -row[2], row[0]))]
    assert columns.shortest(columns.live, 900) == wanted
    some = bits.from_slots(wanted[::3], 900)
    for many in (-1, 0, 1, 40, 900):
        assert columns.shortest(some, many) == wanted[::3][: max(many, 0)]
    assert columns.shortest(0, 5) == []


def test_ranks_follow_what_is_written(tmp_path: Path) -> None:
    """They are worked out once and kept up from then on."""
    index = private_file(tmp_path / "search.db")
    index.create()
    index.upsert(piece(f"P{n}", "Tas rotan" + " besar" * (n % 4), boost=n % 3 / 2) for n in range(30))
    dice = random.Random(3)

    def columns() -> Columns:
        index.warm()
        return index._states[0].columns

    assert columns()._ranked()
    for turn in range(40):
        code = f"P{dice.randrange(40)}"
        if turn % 4:
            index.upsert([piece(code, "Tas" + " kecil" * dice.randrange(5), boost=dice.choice((0.0, 0.5)))])
        else:
            index.delete([code])
        kept = columns()
        assert kept.ranks
        held = {rank: members for rank, members in kept.ranks.items() if members}
        assert held == {rank: members for rank, members in Columns._ranked(kept).items() if members}
        kept.ranks = held


@given(st.sets(st.integers(0, 3_000)), st.lists(st.integers(0, 4_000), unique=True), st.integers(-1, 50))
def test_sets_of_bits_are_sets(members: set[int], slots: list[int], wanted: int) -> None:
    held = bits.from_slots(members, 3_001)
    assert held == sum(1 << slot for slot in members)
    assert bits.slots(held) == sorted(members)
    assert bits.lowest(held, wanted) == sorted(members)[: max(wanted, 0)]
    assert [slot for slot in slots if bits.has(held)(slot)] == [slot for slot in slots if slot in members]
    assert bits.count(held, array("I", slots)) == len(members & set(slots))
    assert bits.chosen(held, slots, wanted) == [slot for slot in slots if slot in members][: max(wanted, 0)]
    for slot in slots[:3]:
        assert held | bits.one(slot) == held | 1 << slot
    assert (
        bits.slots(0) == [] == bits.lowest(0, 3) == bits.chosen(0, slots, 3) and bits.count(0, array("I", slots)) == 0
    )


@given(st.lists(st.integers(1_000, 120_000_000), min_size=1, max_size=60), st.data())
def test_a_span_of_prices_is_what_costs_so_much(prices: list[int], data: st.DataObject) -> None:
    """However a bucket is cut: what lies inside is put together, or the rest is taken away."""
    columns = Columns()
    columns.size = len(prices)
    layer = columns._layer(1)
    layer.prices = array("q", sorted(price << SLOT_BITS | slot for slot, price in enumerate(prices)))
    for slot, price in enumerate(prices):
        layer.buckets[bucket(price)] = layer.buckets.get(bucket(price), 0) | bits.one(slot)
    some = st.sampled_from(prices)
    low, high = data.draw(st.one_of(some, st.integers(0, 130_000_000))), data.draw(some) + data.draw(st.integers(0, 1))
    assert bits.slots(columns.priced(layer, low, high)) == [n for n, price in enumerate(prices) if low <= price < high]
