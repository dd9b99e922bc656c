"""How well and how fast the embedded search finds: `python -m benchmarks.search [--sizes 5000,43000,200000]`.

Quality is NDCG@10 (gain 2^grade - 1) on an invented catalogue, with the 95 % bootstrap interval, on seeds that were not
used for tuning: the query as it is, with one slip in every word of five letters or more, and while its last word is
being typed. Every question counts five facets and the price histogram; no answer is remembered from an earlier one.
Times are of one process; cpu is its processor time.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.search_eval.catalogue import Judged, Piece, begun, misspelt, pieces, queries
from benchmarks.search_eval.metrics import interval, mean, ndcg, percentile
from catalog.search import Query
from catalog.search.embedded import EmbeddedIndex, private_file

FACETS = ("craft", "technique", "material", "place", "fulfilment")
SEEDS = (101, 102, 103)


class Clock:
    """Collects wall and processor milliseconds."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def time(self, work: Callable[[], object]) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        self.cpu.append((time.process_time() - cpu) * 1000)
        self.wall.append((time.perf_counter() - wall) * 1000)

    def __str__(self) -> str:
        return (
            f"p50 {percentile(self.wall, 0.5):6.2f} ms   p95 {percentile(self.wall, 0.95):6.2f} ms"
            f"   cpu {mean(self.cpu):6.2f} ms"
        )


def judge(
    index: EmbeddedIndex,
    judged: list[Judged],
    seed: int,
    scores: dict[str, list[float]],
    clocks: dict[str, Clock],
) -> None:
    """Ask every query in three ways; adds to the scores and times by way, and to "affix" for that kind of query."""
    dice = random.Random(seed)
    ways: dict[str, Callable[[str], Query]] = {
        "plain": lambda text: Query(text, facets=FACETS),
        "typo": lambda text: Query(misspelt(text, dice), facets=FACETS),
        "prefix": lambda text: Query(begun(text, dice), prefix=True, facets=FACETS),
    }
    for way, ask in ways.items():
        for query in judged:
            asked = ask(query.text)
            codes: list[str] = []
            clocks[way].time(lambda asked=asked, codes=codes: codes.extend(index.search(asked).codes))  # type: ignore[misc]
            score = ndcg(codes, query.grades)
            if score is not None:
                scores[way].append(score)
                if way == "plain" and query.kind == "affix":
                    scores["affix"].append(score)


def browse(index: EmbeddedIndex, catalogue: list[Piece], clocks: dict[str, Clock]) -> None:
    """Listings with five facets: everything, filtered, by variant; then edits."""
    dice = random.Random(1)
    for piece in dice.sample(catalogue, 100):
        craft = {"craft": (piece.craft,)}
        asks = {
            "list": Query(facets=FACETS),
            "list, filtered": Query(filters={**craft, "colour": (piece.colour,)}, sort="newest", facets=FACETS),
            "list, by variant": Query(
                filters={**craft, "fulfilment": ("ready",)},
                options={"size": ("s", "m")},
                price_min=piece.price,
                price_max=piece.price * 3,
                sort="price_low",
                facets=FACETS,
            ),
            "search, filtered": Query(piece.type, filters=craft, sort="price_low", facets=FACETS),
        }
        for name, asked in asks.items():
            clocks[name].time(lambda asked=asked: index.search(asked))  # type: ignore[misc]
        clocks["suggest"].time(lambda piece=piece: index.suggest(piece.title[:6]))  # type: ignore[misc]
    for piece in dice.sample(catalogue, 50):
        clocks["upsert"].time(lambda piece=piece: index.upsert([_edited(piece).document()]))  # type: ignore[misc]
        clocks["list after an edit"].time(lambda: index.search(Query(facets=FACETS)))


def _edited(piece: Piece) -> Piece:
    return Piece(
        **{name: getattr(piece, name) for name in Piece.__slots__ if name != "title"},
        title=f"{piece.title} Baru",
    )


def measure(size: int, seeds: tuple[int, ...], number: int) -> None:
    scores: dict[str, list[float]] = defaultdict(list)
    clocks: dict[str, Clock] = defaultdict(Clock)
    print(f"\n{size:,} products")
    for seed in seeds:
        catalogue = list(pieces(size, seed))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "search.db"
            index = private_file(path)
            index.create()
            started, cpu = time.perf_counter(), time.process_time()
            index.rebuild(piece.document() for piece in catalogue)
            built, cpu = time.perf_counter() - started, time.process_time() - cpu
            started = time.perf_counter()
            index.warm()
            warm = time.perf_counter() - started
            judge(index, queries(catalogue, seed + 1_000, number), seed, scores, clocks)
            if seed == seeds[0]:
                with closing(sqlite3.connect(path)) as connection:
                    connection.execute("pragma wal_checkpoint(truncate)")
                bytes_ = sum(file.stat().st_size for file in Path(folder).iterdir())
                print(f"  built in {built:.1f} s (cpu {cpu:.1f} s), warm in {warm:.2f} s, {bytes_ / 1e6:.0f} MB")
                browse(index, catalogue, clocks)
    for way in ("plain", "typo", "prefix", "affix"):
        low, high = interval(scores[way])
        print(f"  NDCG@10 {way:<8} {mean(scores[way]):.4f}   ({low:.3f} to {high:.3f}, {len(scores[way])} queries)")
    for name, clock in clocks.items():
        print(f"  {name:<20} {clock}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="5000,43000,200000", help="numbers of products, separated by commas")
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)), help="catalogues at the first size")
    parser.add_argument("--queries", type=int, default=200, help="judged queries for each catalogue")
    given = parser.parse_args()
    seeds = tuple(int(seed) for seed in given.seeds.split(","))
    for n, size in enumerate(int(size) for size in given.sizes.split(",")):
        measure(size, seeds if n == 0 else seeds[:1], given.queries)


if __name__ == "__main__":
    main()
