"""What the embedded engine holds in memory is bounded, and says the same however it is held."""

from __future__ import annotations

import random

import pytest

from catalog.search.embedded import bits, vocabulary
from catalog.search.embedded.columns import order_key
from catalog.search.embedded.vocabulary import Postings


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


def test_short_titles_come_first_then_what_curators_lift_then_the_older_place() -> None:
    dice = random.Random(7)
    rows = [(slot, dice.randrange(1, 9), dice.randrange(0, 1001, 250)) for slot in range(400)]
    keys = {slot: order_key("shortest", slot, 1, 1, -1, 0, boost, length) for slot, length, boost in rows}
    wanted = sorted(rows, key=lambda row: (row[1], -row[2], row[0]))
    assert sorted(keys, key=lambda slot: keys[slot]) == [slot for slot, _, _ in wanted]
