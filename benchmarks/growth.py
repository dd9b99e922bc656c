"""Does a shop of ten times the size cost more per page? `make bench ARGS=--growth` seeds both and prints the ratios.

Every request is another page, search or product of a visitor with a cart, and no page is kept, so neither the shared
pages nor the answers that the index remembers help. One worker, one connection: cpu is the processor time of the server
for one answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks import flows
from benchmarks.load import run
from benchmarks.server import ROOT, Server

SIZES = (20_000, 200_000)
TURNS, SECONDS = 4, 3.0
LIMIT = 1.5


@dataclass(frozen=True, slots=True)
class Cost:
    cpu: float
    p50: float
    p95: float


def addresses(environment: dict[str, str]) -> dict[str, list[str]]:
    code = (
        "import json; from marketplace import create_app; app = create_app()\n"
        "from benchmarks.pick import addresses\n"
        "with app.app_context(): print(json.dumps(addresses()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True, text=True
    )  # fmt: skip
    found: dict[str, list[str]] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def measure(folders: dict[int, Path]) -> tuple[dict[int, int], dict[int, dict[str, Cost]]]:
    """(number of shops, cost by kind of page) of each shop. They are asked in turns, so that both share the hours in
    which the machine is busy; of several turns the least processor time counts."""
    shops: dict[int, int] = {}
    costs: dict[int, dict[str, Cost]] = {size: {} for size in folders}
    with ExitStack() as stack:
        servers, asked, variants = {}, {}, {}
        for size, folder in folders.items():
            environment = {"DATA_DIR": str(folder), "LOG_LEVEL": "error", "PAGE_CACHE_MB": "0"}
            found = addresses(environment)
            (variants[size],), (sellers,) = found.pop("variant"), found.pop("sellers")
            asked[size], shops[size] = found, int(sellers)
            servers[size] = stack.enter_context(Server("wsgi:app", environment, workers=1))
        for name in asked[min(folders)]:
            turns: dict[int, list[Cost]] = {size: [] for size in folders}
            for turn in range(TURNS + 1):
                for size, shop in servers.items():
                    before, paths = shop.cpu(), asked[size][name]
                    begin = len(paths) * turn // (TURNS + 1)  # other pages every turn: drawn parts are kept, too
                    flow = flows.several(paths[begin:] + paths[:begin], variants[size])
                    report = run(shop.port, flow, 1, SECONDS)
                    if report.errors:
                        raise RuntimeError(f"{name}: {report.errors} errors")
                    cpu = (shop.cpu() - before) * 1000 / max(len(report.times), 1)
                    if turn:  # the first one only warms up
                        turns[size].append(Cost(cpu, report.percentile(0.5), report.percentile(0.95)))
            for size, several in turns.items():
                costs[size][name] = min(several, key=lambda cost: cost.cpu)
    return shops, costs


def compare(folders: dict[int, Path]) -> None:
    """Print the cost of every kind of page in each shop, and how much the largest costs beside the smallest."""
    shops, costs_of = measure(folders)
    sizes = sorted(folders)
    print(f"\n{'one answer, uncached':<20}" + "".join(
        f"{f'{size:,} products, {shops[size]:,} shops':>44}" for size in sizes
    ) + f"{'cpu ratio':>12}")  # fmt: skip
    worst = 0.0
    for name in costs_of[sizes[0]]:
        costs = [costs_of[size][name] for size in sizes]
        ratio = costs[-1].cpu / costs[0].cpu
        worst = max(worst, ratio)
        told = "".join(f"{f'cpu {one.cpu:5.2f}  p50 {one.p50:5.1f}  p95 {one.p95:5.1f} ms':>44}" for one in costs)
        print(f"{name:<20}{told}{ratio:>11.2f}x")
    print(f"{'within' if worst <= LIMIT else 'NOT within'} {LIMIT} times")
