"""Does a shop of ten times the size cost more per page? `make bench ARGS=--growth` seeds both and prints the ratios.

Every request is another page, search or product of a visitor with a cart, so neither the shared pages nor the answers
that the index remembers help. One worker, one connection: cpu is the processor time of the server for one answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks import flows
from benchmarks.load import run
from benchmarks.server import ROOT, Server

SIZES = (20_000, 200_000)
WARM, SECONDS = 3.0, 8.0
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


def measure(folder: Path) -> tuple[int, dict[str, Cost]]:
    """(number of shops, cost by kind of page) of the shop in a folder."""
    environment = {"DATA_DIR": str(folder), "LOG_LEVEL": "error"}
    found = addresses(environment)
    (variant,), (sellers,) = found.pop("variant"), found.pop("sellers")
    costs = {}
    with Server("wsgi:app", environment, workers=1) as shop:
        for name, paths in found.items():
            flow = flows.several(paths, variant)
            run(shop.port, flow, 1, WARM)
            before = shop.cpu()
            report = run(shop.port, flow, 1, SECONDS)
            if report.errors:
                raise RuntimeError(f"{name}: {report.errors} errors")
            cpu = (shop.cpu() - before) * 1000 / max(len(report.times), 1)
            costs[name] = Cost(cpu, report.percentile(0.5), report.percentile(0.95))
    return int(sellers), costs


def compare(folders: dict[int, Path]) -> None:
    """Print the cost of every kind of page in each shop, and how much the largest costs beside the smallest."""
    found = {size: measure(folder) for size, folder in folders.items()}
    sizes = sorted(found)
    print(f"\n{'one answer, uncached':<20}" + "".join(
        f"{f'{size:,} products, {found[size][0]:,} shops':>44}" for size in sizes
    ) + f"{'cpu ratio':>12}")  # fmt: skip
    worst = 0.0
    for name in found[sizes[0]][1]:
        costs = [found[size][1][name] for size in sizes]
        ratio = costs[-1].cpu / costs[0].cpu
        worst = max(worst, ratio)
        told = "".join(f"{f'cpu {one.cpu:5.2f}  p50 {one.p50:5.1f}  p95 {one.p95:5.1f} ms':>44}" for one in costs)
        print(f"{name:<20}{told}{ratio:>11.2f}x")
    print(f"{'within' if worst <= LIMIT else 'NOT within'} {LIMIT} times")
