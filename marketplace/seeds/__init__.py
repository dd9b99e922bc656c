"""The example province: invented people, makers, shops, pieces and orders in the real Bangka Belitung.

    seed(ports, progress)                   once, resumable, the same addresses for the same random seed
    seed(ports, progress, scale=100_000)    many products for measurements
    sign_ins(), has_examples()              who may sign in; whether examples are in this database
    draw_views(ports, payload)              what the worker does for the outbox topic `seed.draw-views`

Facts come from `catalog`'s data; everything else is made up, marked `is_example`, and refused by a production start.
Everything is imported when it is called: a web process never seeds, and a child that draws needs nothing but a brush.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from marketplace.ports import Ports
    from marketplace.seeds.province import Progress

VIEWS_TOPIC = "seed.draw-views"

__all__ = ["VIEWS_TOPIC", "draw_views", "has_examples", "seed", "sign_ins"]


def seed(
    ports: Ports,
    progress: Progress,
    random_seed: int = 1,
    scale: int | None = None,
    index: Callable[[], object] = lambda: None,
) -> bool:
    """Fill the house; True when anything was added. Opens its own transactions, many and short.

    With `scale`, that many products of N/14 shops are made instead of the province; both may live side by side.
    `index` is called when everything that can be searched for is written; pictures may still be on their way.
    """
    if scale is not None:
        from marketplace.seeds.scale import multiply

        return multiply(ports, progress, random_seed, scale, index)
    from marketplace.seeds.province import settle

    changed = settle(ports, progress, random_seed)
    if not changed:
        progress(1, 1, "the example province is there already")
    index()
    return changed


def has_examples() -> bool:
    """See `marketplace.seeds.cast`."""
    from marketplace.seeds.cast import has_examples as has

    return has()


def sign_ins() -> list[dict[str, str]]:
    """See `marketplace.seeds.cast`."""
    from marketplace.seeds.cast import sign_ins as list_sign_ins

    return list_sign_ins()


def draw_views(ports: Ports, payload: dict[str, Any]) -> int:
    """See `marketplace.seeds.views`."""
    from marketplace.seeds.views import draw_views as draw

    return draw(ports, payload)
