"""What a query says of money, and what only looks like it."""

from __future__ import annotations

import pytest

from catalog.search.spending import Spending, spending_in
from catalog.search.words import query_words


@pytest.mark.parametrize(
    ("typed", "low", "high", "rest"),
    [
        ("batik di bawah 200 ribu", None, 200_000, "batik"),
        ("batik dibawah 200rb merah", None, 200_000, "batik merah"),
        ("batik < 200.000", None, 200_000, "batik"),
        ("batik under 200000", None, 200_000, "batik"),
        ("tas 50k", None, 50_000, "tas"),
        ("rp 1,5 juta", None, 1_500_000, ""),
        ("1.5jt selendang", None, 1_500_000, "selendang"),
        ("selendang di atas 1 juta", 1_000_000, None, "selendang"),
        ("tas 100-200rb", 100_000, 200_000, "tas"),
        ("tas antara 200rb dan 100rb", 100_000, 200_000, "tas"),
        ("tas rp100.000 - rp200.000", 100_000, 200_000, "tas"),
        ("maks 300 ribu", None, 300_000, ""),
    ],
)
def test_a_price_is_understood(typed: str, low: int | None, high: int | None, rest: str) -> None:
    assert spending_in(typed) == Spending(low, high, rest)
    assert query_words(typed) == rest.split()


@pytest.mark.parametrize(
    "typed",
    [
        "satam 118 gram", "tikar 100 × 180", "cincin emas 24k", "tasbih 33 butir", "lada 1.000 butir", "kain tahun 2024",
        "kain sampai 3 meter", "19.05.04.2005", "08123456789", "di bawah 50", "9" * 400, "kain 999.999.999.999.999", "1 2 3 " * 90, "",
    ],
)  # fmt: skip
def test_a_number_alone_is_no_price(typed: str) -> None:
    assert spending_in(typed) is None
