"""How good a ranking is, and how sure one may be of the average."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float | None:
    """Normalised discounted cumulative gain with gain 2^grade - 1; None when nothing is relevant."""

    def gained(values: Sequence[int]) -> float:
        return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(values[:depth]))

    best = gained(sorted(grades.values(), reverse=True))
    return gained([grades.get(code, 0) for code in ranked[:depth]]) / best if best else None


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def interval(values: Sequence[float], seed: int = 1, rounds: int = 1_000) -> tuple[float, float]:
    """The 95 % bootstrap confidence interval of the mean."""
    dice = random.Random(seed)
    means = sorted(mean(dice.choices(values, k=len(values))) for _ in range(rounds))
    return means[int(rounds * 0.025)], means[int(rounds * 0.975)]


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
