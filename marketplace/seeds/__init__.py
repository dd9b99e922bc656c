"""The example province: invented people, makers, shops, pieces and orders in the real Bangka Belitung.

    seed(ports, progress)                   once, resumable, the same addresses for the same random seed
    seed(ports, progress, scale=100_000)    many products for measurements; rebuild the search index afterwards
    sign_ins(), has_examples()              who may sign in; whether examples are in this database
    draw_views(ports, payload)              what the worker does for the outbox topic `seed.draw-views`

Facts come from `catalog`'s data; everything else is made up, marked `is_example`, and refused by a production start.
"""

from __future__ import annotations

from typing import Any

from marketplace.ports import Ports
from marketplace.seeds.cast import has_examples, sign_ins
from marketplace.seeds.province import Progress
from marketplace.seeds.wares import VIEWS_TOPIC

__all__ = ["VIEWS_TOPIC", "draw_views", "has_examples", "seed", "sign_ins"]


def seed(ports: Ports, progress: Progress, random_seed: int = 1, scale: int | None = None) -> bool:
    """Fill the house; True when anything was added. Opens its own transactions, many and short.

    With `scale`, that many products of N/15 shops are made instead of the province; both may live side by side.
    """
    if scale is not None:
        from marketplace.seeds.scale import multiply

        return multiply(ports, progress, random_seed, scale)
    from marketplace.seeds.province import settle

    changed = settle(ports, progress, random_seed)
    if not changed:
        progress(1, 1, "the example province is there already")
    return changed


def draw_views(ports: Ports, payload: dict[str, Any]) -> int:
    """See `marketplace.seeds.views`; loaded late, because only the worker draws."""
    from marketplace.seeds.views import draw_views as draw

    return draw(ports, payload)
