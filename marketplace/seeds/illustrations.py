"""Drawing in parallel: which picture belongs to whom, and the pool that draws and encodes them.

The children do everything that costs time (drawing, the JPEG, the WebP renditions); the parent only keeps what they
hand back, and load nothing but a brush for it. Equal sketches give equal bytes on every machine with the same Pillow.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

from catalog.media.pictures import Picture

if TYPE_CHECKING:
    from marketplace.seeds.chance import Chance
    from marketplace.seeds.content import Hands, Piece


@dataclass(frozen=True)
class Sketch:
    """What is to be drawn; `what` is `piece` (a form), `emblem` (a kind of maker) or `story` (a scene)."""

    what: str
    form: str
    seed: int
    motif: str | None = None
    colour: str | None = None
    view: int = 0


WIDTHS = (320, 480, 640, 1200)
"""Renditions made at once, in pixels: cards on phones and desks, and a whole phone's width at three pixels a point."""

SCENES = {
    "tenun-cual": ("loom", "cloth"),
    "pewter": ("tin",),
    "kopiah-resam": ("fern", "plaits"),
    "batu-satam": ("coast",),
    "batik": ("coast",),
    "anyaman": ("plaits",),
    "batok-kelapa": ("shells",),
    "rajutan-renda": ("lace",),
    "gula-aren": ("pantry",),
    "lada-putih-muntok": ("pepper",),
    "madu": ("pantry",),
}
"""The wide pictures that suit a craft."""


def piece_sketch(chance: Chance, piece: Piece, view: int = 0, colour: str | None = None) -> Sketch:
    """The picture of a piece; `colour` (a key of the colours file) for a variant of it."""
    from marketplace.seeds.content import colours
    from marketplace.seeds.pictures import MOTIFS

    motif = next((one for one in piece.motifs if one in MOTIFS), None)
    paint = colours()[colour].paint if colour else piece.paint
    return Sketch("piece", piece.form, _seed(chance, "piece", piece.key), motif, paint, view)


def emblem_sketch(chance: Chance, maker: Hands) -> Sketch:
    return Sketch("emblem", maker.kind, _seed(chance, "emblem", maker.key))


def story_sketch(chance: Chance, scene: str) -> Sketch:
    """One wide picture per scene: makers of a craft and a collection share it, since each costs two seconds."""
    return Sketch("story", scene, _seed(chance, "story", scene))


def count_views(form: str) -> int:
    """How many views the renderer knows of a form."""
    from marketplace.seeds.pictures import FORMS

    return len(FORMS[form].views)


def view_words(form: str, view: int) -> tuple[str, str]:
    """What a view is called, both empty for the main one."""
    from marketplace.seeds.pictures import FORMS

    found = FORMS[form].views[view]
    return found.name, found.name_en


def paint(sketch: Sketch) -> Picture:
    """Draw and encode one sketch; half a second to two of one core."""
    from catalog.media.pipeline import prepare
    from marketplace.seeds import pictures

    if sketch.what == "emblem":
        return prepare(pictures.emblem(sketch.seed, sketch.form), WIDTHS[:3])
    if sketch.what == "story":
        return prepare(pictures.story(sketch.form, sketch.seed), WIDTHS)
    subject = pictures.Subject(sketch.form, sketch.seed, sketch.motif, sketch.colour, sketch.view)
    return prepare(pictures.draw(subject), WIDTHS)


@contextmanager
def studio(sketches: Iterable[Sketch]) -> Iterator[dict[Sketch, Future[Picture]]]:
    """A future per sketch, drawn in their order by one child per core; what was not asked for is dropped at the end."""
    wanted = list(dict.fromkeys(sketches))
    if not wanted:
        yield {}
        return
    # Spawned, not forked: a child must not share the parent's database connection.
    pool = ProcessPoolExecutor(min(os.cpu_count() or 1, len(wanted)), mp_context=get_context("spawn"))
    try:
        yield {sketch: pool.submit(paint, sketch) for sketch in wanted}
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _seed(chance: Chance, *key: str) -> int:
    return chance.dice("picture", *key).randrange(1, 1_000_000)
