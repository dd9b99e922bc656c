"""Drawn pictures of the example province's crafts: structure first (weave, cast, shell, plait), then light, then grain.

They are illustrations and say so in their alt text; nobody should take them for photographs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from .emblem import emblem
from .forms import FORMS, Form, View
from .light import Scene, rgb
from .metal import wood
from .motifs import MOTIFS
from .palette import COLOURS, Colour
from .pewter import rounded
from .story import STORIES, story, story_text

__all__ = [
    "COLOURS",
    "FORMS",
    "MOTIFS",
    "STORIES",
    "Colour",
    "Form",
    "Subject",
    "View",
    "alt_text",
    "draw",
    "emblem",
    "story",
    "story_text",
]


@dataclass(frozen=True)
class Subject:
    """What is to be drawn. Equal subjects give equal bytes; `view` 0 is the main view.

    `across` is the thing's longer side in centimetres, for the view beside a ruler; usual when None.
    """

    form: str
    seed: int
    motif: str | None = None
    colour: str | None = None
    view: int = 0
    across: float | None = None


def draw(subject: Subject, width: int = 1200, height: int = 1500) -> Image.Image:
    """The RGB picture of a subject. Raises KeyError for an unknown form, motif or colour, IndexError for a view."""
    form = FORMS[subject.form]
    if subject.motif is not None and subject.motif not in MOTIFS:
        raise KeyError(f"motif {subject.motif!r}: one of {', '.join(MOTIFS)}")
    if subject.colour is not None and subject.colour not in COLOURS:
        raise KeyError(f"colour {subject.colour!r}: one of {', '.join(COLOURS)}")
    view = form.views[subject.view]
    paper = form.papers[subject.seed % len(form.papers)]
    scene = Scene(width, height, view.zoom, view.look, paper, subject.seed)
    form.draw(scene, subject.motif, subject.colour, subject.seed, view.drawing)
    if view.ruler:
        length = form.rule(view, subject.across)
        _ruler(scene, subject.seed, length * form.unit(subject.across))
    return scene.finish()


def _ruler(scene: Scene, seed: int, length: float) -> None:
    """A wooden rule of ten divisions, without figures, `length` units from its first tick to its last."""
    frame = scene.width / scene.scale
    mid, k = scene.x0 + frame / 2, frame / 1400
    y = scene.y0 + scene.height / scene.scale - 150 * k
    end, tall = length / 2 + 22 * k, 84 * k
    shape = rounded(mid, y, 2 * end, tall, 8 * k)
    scene.shadow(shape, 8 * k, 12 * k, 10 * k, 0.4)
    w = scene.window(mid - end - 4, y - tall, mid + end + 4, y + tall)
    scene.put(
        w, wood(w, seed, "#c9a063") * (1.04 - 0.1 * (w.y > y + 0.43 * tall))[..., None], w.mask(("fill", shape, 1))
    )
    ticks = []
    for i in range(21):
        x = mid + length * (i / 20 - 0.5)
        long = tall * (0.52 if i % 10 == 0 else 0.36 if i % 2 == 0 else 0.2)
        ticks.append(("line", np.array([(x, y - tall / 2 + 3 * k), (x, y - tall / 2 + long)]), 3.2 * k))
    scene.put(w, rgb("#3a2618"), w.mask(*ticks))


def alt_text(subject: Subject) -> tuple[str, str]:
    """(Indonesian, English) alt text that says it is an illustration."""
    form = FORMS[subject.form]
    view = form.views[subject.view]
    name, english = form.name, form.name_en
    if subject.motif and MOTIFS[subject.motif][0] not in name:
        name += f" bermotif {MOTIFS[subject.motif][0]}"
        english += f" with the {MOTIFS[subject.motif][1]} motif"
    if subject.colour:
        name += f", warna {COLOURS[subject.colour].name.removeprefix('warna ')}"
        english += f", in {COLOURS[subject.colour].name_en}"
    if view.name:
        length = form.rule(view, subject.across)
        name, english = f"{name}, {view.name.format(length)}", f"{english}, {view.name_en.format(length)}"
    return f"Ilustrasi: {name}.", f"Illustration: {english}."
