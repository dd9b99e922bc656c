"""Building an index anew while the shop is open."""

from __future__ import annotations

from collections.abc import Callable

from catalog import clock
from catalog.db import transaction
from catalog.products.queries import list_live_ids
from catalog.search import upkeep
from catalog.search.index import StepwiseIndex
from catalog.search.projection import documents

STEP = 500
"""Products that one step of a rebuild reads: about a third of a second, during which others wait to write."""


def rebuild_in_steps(index: StepwiseIndex, progress: Callable[[int], None] | None = None) -> int:
    """Replace the whole index by what is on sale in many short transactions, beside a shop that is open: call it outside
    of any. What was stopped or killed goes on where it stood, and two that run at once share the work. Answers how many
    documents it holds."""
    with transaction():
        index.begin(int(clock.now().timestamp()))
    while True:
        with transaction():
            stage = index.stage()
            ids = list_live_ids(stage.last, STEP) if stage else []
            if ids:
                index.fill(documents(ids), ids[-1])
        if not ids:
            break
        if progress and stage:
            progress(stage.done + len(ids))
    is_done = False
    while not is_done:
        with transaction():
            is_done = index.finish()
            if is_done:
                index.upsert_entries(upkeep.entries())
    with transaction():
        return index.count()
