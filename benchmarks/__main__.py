"""`make bench`: pages and purchases on a scaled shop, beside bare Flask on the same machine in the same run.

    python -m benchmarks [--products 20000] [--seconds 4] [--connections 8] [--keep DIR] [--database-url URL]
    python -m benchmarks --search          how well and how fast the search finds, at 5,000, 43,000 and 200,000 products
    python -m benchmarks --growth          list, product and search at 20,000 products of 1,430 shops and ten times that

Absolute figures drift from machine to machine: what counts are the ratios to Y, the bare Flask + Jinja page.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import flows, growth
from benchmarks.load import Flow, run
from benchmarks.server import ROOT, Server

SEARCH = "/search?q=tenun+cual+merah"


def prepare(folder: Path, products: int, environment: dict[str, str]) -> None:
    """Migrate and fill a shop once; kept folders are used again."""
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    mark = folder / f"scaled-{products}"
    if mark.exists():
        return
    steps = {"an empty shop migrated": ["db", "upgrade"]}
    steps[f"{products:,} products imported and indexed"] = ["seed", "--scale", str(products), "--json"]
    for name, command in steps.items():
        started, spent = time.perf_counter(), _spent()
        subprocess.run(
            [*flask, *command],
            cwd=ROOT,
            env={**os.environ, **environment},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        print(f"{name} in {time.perf_counter() - started:.1f} s (cpu {_spent() - spent:.1f} s)")
    mark.touch()


def _spent() -> float:
    """Processor seconds of the commands so far, with the children that draw pictures."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def inside(environment: dict[str, str], what: str) -> Any:
    """What an expression over `benchmarks.pick` gives inside the shop."""
    code = (
        "import json; from marketplace import create_app; app = create_app()\n"
        "from benchmarks import pick\n"
        f"with app.app_context(): print(json.dumps({what}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def sample(environment: dict[str, str]) -> tuple[list[str], list[tuple[str, str]], str]:
    """Addresses of products, pairs of variants of two shops with stock, and a craft."""
    found = inside(environment, "pick.pick()")
    return found["products"], [tuple(pair) for pair in found["pairs"]], found["craft"]


@dataclass(frozen=True)
class Yardstick:
    """Y: requests per second and milliseconds of processor time of the bare page in this run."""

    rate: float
    cost: float


def row(
    name: str,
    server: Server,
    flow: Flow,
    options: argparse.Namespace,
    yardstick: Yardstick | None,
    connections: int = 0,
    queries: int | None = None,
) -> Yardstick:
    """Warm up, measure, print one line; rate and cost."""
    count = connections or options.connections
    run(server.port, flow, count, min(1.0, options.seconds / 4))
    before = server.cpu()
    report = run(server.port, flow, count, options.seconds)
    cost = (server.cpu() - before) * 1000 / max(len(report.times), 1)
    ratio = f"{report.rate / yardstick.rate:6.2f}" if yardstick else "     –"
    dear = f"{cost / yardstick.cost:6.2f}" if yardstick and yardstick.cost else "     –"
    print(
        f"{name:<38} {report.rate:9.0f}/s {ratio} Y  p50 {report.percentile(0.5):6.1f}  p95 {report.percentile(0.95):6.1f}"
        f"  p99 {report.percentile(0.99):6.1f} ms  cpu {cost:6.2f} ms {dear} Y  errors {report.errors}"
        + (f"  queries {queries}" if queries is not None else ""),
        flush=True,
    )
    for answer, times in report.failures.most_common(3):
        print(f"    {times} × {answer}")
    return Yardstick(report.rate, cost)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--keep", type=Path, help="folder of the scaled shop, used again next time")
    parser.add_argument("--search", action="store_true", help="run the search evaluation instead")
    parser.add_argument("--growth", action="store_true", help="compare shops of two sizes instead")
    parser.add_argument("--database-url", default="", help="a postgresql:// address instead of SQLite")
    options = parser.parse_args()
    if options.search:
        return subprocess.run([sys.executable, "-m", "benchmarks.search"], cwd=ROOT, check=False).returncode
    folder = options.keep or Path(tempfile.mkdtemp(prefix="kriyaloka-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    if options.growth:
        folders = {size: folder / str(size) for size in growth.SIZES}
        for size, one in folders.items():
            one.mkdir(exist_ok=True)
            prepare(one, size, {"DATA_DIR": str(one)})
        growth.compare(folders)
        return 0
    environment = {"DATA_DIR": str(folder), "CHECKOUT_LIMIT": "1000000 per hour", "LOG_LEVEL": "error"}
    if options.database_url:
        environment["DATABASE_URL"] = options.database_url
    prepare(folder, options.products, environment)
    products, pairs, craft = sample(environment)
    variants = [one for pair in pairs for one in pair]

    print(
        f"\n{options.products:,} products, 2 workers, {options.connections} connections, {options.seconds:g} s a row\n"
    )
    with Server("benchmarks.bare:app", {}) as bare:
        yardstick = row("Y: bare Flask + Jinja", bare, flows.page("/"), options, None)
        row("bare Flask, kept bytes", bare, flows.page("/kept"), options, yardstick)
    with Server("wsgi:app", environment) as shop:
        print(f"{'first answer after start':<38} {shop.first_answer:9.2f} s")
        row("home, shared", shop, flows.page("/"), options, yardstick)
        row("list, shared", shop, flows.page("/products"), options, yardstick)
        row("product, shared", shop, flows.page(products[0]), options, yardstick)
        row("home, with a cart", shop, flows.personal("/", variants[0]), options, yardstick)
        row(
            "list with facets, with a cart",
            shop,
            flows.personal(f"/products?craft={craft}", variants[0]),
            options,
            yardstick,
        )
        row("product, with a cart", shop, flows.personal(products[0], variants[0]), options, yardstick)
        row(
            "search with facets, with a cart",
            shop,
            flows.personal(SEARCH, variants[0]),
            options,
            yardstick,
        )
        row(
            "suggestions, with a cart",
            shop,
            flows.personal("/search/suggestions?q=tenu", variants[0]),
            options,
            yardstick,
        )
        row("add to cart, durable", shop, flows.add_to_cart(variants), options, yardstick)
        row("whole purchase from two shops", shop, flows.purchase(pairs, products), options, yardstick)
        row("whole purchase, 32 buyers", shop, flows.purchase(pairs, products), options, yardstick, connections=32)
        placing = flows.purchase(pairs, products, placing=True)
        row("placing alone (times), 32 buyers", shop, placing, options, yardstick, connections=32)
        print(f"{'memory per process, PSS':<38} " + " ".join(f"{size:.0f}" for size in shop.memory()) + " MB")
    uncached = {**environment, "PAGE_CACHE_MB": "0"}
    pages = {"list with five facets": f"/products?craft={craft}", "product": products[0], "search": SEARCH}
    asked = inside(uncached, f"pick.count({pages!r})")
    with Server("wsgi:app", uncached) as shop:
        for name, path in pages.items():
            row(f"{name}, nothing kept", shop, flows.page(path), options, yardstick, queries=asked[name])
    return 0


if __name__ == "__main__":
    sys.exit(main())
