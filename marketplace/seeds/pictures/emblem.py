"""A maker's mark: cast for a workshop, woven for a group, plaited for a household. Never a face, never letters."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .cloth import weave
from .drape import picture
from .light import Array, Scene, blur, dice, gloss, inflate, lambert, normal, oval, rgb
from .metal import emboss, laurel, relief_of, shine
from .motifs import figure
from .palette import CLOTH, CREAM, GOLD, dye, partner, value
from .pewter import rounded, shield
from .plait import LAIS, rope

MARKS = (
    "naga-bertarung",
    "burung-hong",
    "merak",
    "bunga-cina",
    "kembang-gajah",
    "ubur-ubur",
    "kembang-kenanga",
    "kembang-rukem",
    "kembang-setaman",
    "kembang-setangkai",
    "kembang-sumping",
    "kuda-laut",
    "bunga-hon",
    "daun-simpor",
    "daun-katis",
    "ikan-cempedik",
    "dambus",
    "kantung-semar",
    "balok-timah",
    "pakis",
    "lada",
    "pinang-beleh",
    "kulat-tiung",
    "terung-ketukat",
    "gelas-kopi",
    "bebek-setaman",
)
KINDS = ("workshop", "group", "household")


def _shape(kind: int, r: float) -> Array:
    if kind == 0:
        return oval(0, 0, r, r)
    if kind == 1:
        return shield(0, 0, r * 1.8, r * 2.0)
    if kind == 2:
        return np.array([(0, -r * 1.12), (r * 1.12, 0), (0, r * 1.12), (-r * 1.12, 0)])
    if kind == 3:
        return rounded(0, 0, r * 1.76, r * 1.76, r * 0.36)
    a = np.linspace(0, 2 * np.pi, 6 if kind == 4 else 8, endpoint=False) + (np.pi / 6 if kind == 4 else np.pi / 8)
    return np.stack([np.cos(a) * r * 1.08, np.sin(a) * r * 1.08], 1)


def emblem(seed: int, kind: str, colour: str | None = None, size: int = 600) -> Image.Image:
    """The mark of a maker, size × size. `kind` is workshop, group or household; raises KeyError otherwise."""
    if kind not in KINDS:
        raise KeyError(f"kind {kind!r}: one of {', '.join(KINDS)}")
    r = dice("emblem", seed, kind)
    scene = Scene(size, size, 1.0, seed=seed)
    slug = MARKS[int(r.integers(len(MARKS)))]
    field = colour or CLOTH[int(r.integers(len(CLOTH)))]
    if kind == "workshop":
        _seal(scene, slug, field, seed, int(r.choice([0, 1, 3, 4])))
    elif kind == "group":
        _patch(scene, slug, field, seed, int(r.choice([0, 1, 2, 3, 5])))
    else:
        _disc(scene, slug, field, seed, int(r.choice([0, 2, 3, 4, 5])))
    return scene.finish()


def _seal(scene: Scene, slug: str, colour: str, seed: int, kind: int) -> None:
    """Enamel in a cast rim, the motif raised in bright metal."""
    r = 420.0
    shape = _shape(kind, r)
    scene.shadow(shape, 14, 20, 22, 0.4)
    scene.shadow(shape, 4, 7, 7, 0.4)
    metal = ("timah-kilap", "emas", "perak")[seed % 3]
    w = scene.window(-490, -490, 490, 490)
    m = w.mask(("fill", shape, 1))
    h = inflate(m, 16 * w.scale) * 20 * w.scale
    inner = shape * 0.86
    dish = w.mask(("fill", inner, 1))
    if kind == 0:
        h = h + blur(w.mask(*laurel(0, 0, r * 0.93, 36)), 1.6 * w.scale) * 7 * w.scale
    shine(scene, w, h, m, metal, seed, 0.1)
    ground = value(colour, "merah-manggis")
    n = normal(blur(dish, 8 * w.scale) * -7 * w.scale + w.noise(60, "enamel", seed) * 0.4 * w.scale)
    rays = 1 + 0.07 * np.sign(np.sin(np.arctan2(w.y, w.x) * (16 + seed % 3 * 8))) * (seed % 2)
    scene.put(w, ground * (rays * (0.3 + 0.75 * lambert(n, 0.4)))[..., None] + (gloss(n, 30) * 0.16)[..., None], dish)
    size = r * (0.6 if kind != 1 else 0.56)
    raised = emboss(w, relief_of(slug), 0, -12 if kind == 1 else 0, size, 20)
    on = np.clip(raised / (6 * w.scale), 0, 1)
    dark = np.pad(blur(on, 5 * w.scale), ((8, 0), (6, 0)))[: w.shape[0], : w.shape[1]]
    scene.shade(w, dark * 0.4 * dish)
    shine(scene, w, raised, on, metal, seed + 1, 0.1)


def _patch(scene: Scene, slug: str, colour: str, seed: int, kind: int) -> None:
    """A woven badge: four-fold border, the motif in gold."""
    n = 91
    m = np.zeros((n, n), np.uint8)
    y, x = np.indices((n, n)) - n // 2
    d = (
        np.abs(x) + np.abs(y)
        if kind in (2,)
        else np.maximum(np.abs(x), np.abs(y))
        if kind in (1, 3)
        else np.hypot(x, y).astype(int)
    )
    outer = {0: 42, 1: 40, 2: 44, 3: 40, 5: 41}[kind]
    ringed = (outer - 3, outer - 5, outer - 11)
    for q in ringed:
        m[(d >= q) & (d < q + 1)] = 1
    band = (d > outer - 11) & (d < outer - 5)
    m[band & ((x + y) % 6 == 0)] = 2
    m[band & ((x - y) % 6 == 0)] = 1
    f = figure(slug, 51 if kind != 2 else 43, 51 if kind != 2 else 43)
    o = (n - f.shape[0]) // 2
    part = m[o : o + f.shape[0], o : o + f.shape[1]]
    inside = (d < outer - 12)[o : o + f.shape[0], o : o + f.shape[1]]
    part[(f > 0) & inside] = f[(f > 0) & inside]
    free = (m == 0) & (d < outer - 13)
    keep = free.copy()
    for _ in range(3):
        keep[1:-1, 1:-1] &= keep[:-2, 1:-1] & keep[2:, 1:-1] & keep[1:-1, :-2] & keep[1:-1, 2:]
    m[keep & (x % 6 == 0) & (y % 6 == 0)] = 1
    ground = dye(colour)
    shape = _shape(kind, 425)
    scene.shadow(shape, 14, 20, 22, 0.4)
    w = scene.window(-480, -480, 480, 480)
    accent = partner(ground, seed)
    cell = max(4, w.shape[1] // n + 1)
    metal = GOLD if ground.mean() < 0.62 else rgb("#7a1a2b")
    img = picture(weave(m, ground, ground * 0.7 + 0.1, accent, cell, seed, 0.35, metal)).resize(
        (w.shape[1], w.shape[0]), Image.Resampling.LANCZOS
    )
    scene.put(w, np.asarray(img, np.float32) / 255, w.mask(("fill", shape, 1)))
    rope(scene, np.vstack([shape, shape[:1]]), 20, metal if metal is GOLD else CREAM, seed, False, 0.7)


def _disc(scene: Scene, slug: str, colour: str, seed: int, kind: int) -> None:
    """Plaited leaf whose dyed strands show the motif."""
    n = 45
    f = figure(slug, 33, 33)
    cells = np.zeros((n, n), np.uint8)
    cells[6:39, 6:39] = f
    y, x = np.indices((n, n)) - n // 2
    d = np.abs(x) + np.abs(y) if kind == 2 else np.maximum(np.abs(x), np.abs(y)) if kind == 3 else np.hypot(x, y)
    far = {2: 21, 3: 18}.get(kind, 19.5)
    cells[(d > far - 1.2) & (d < far + 0.8) & ((x + y) % 3 != 0)] = 2
    shape = _shape(kind, 430)
    scene.shadow(shape, 14, 20, 22, 0.42)
    w = scene.window(-480, -480, 480, 480)
    cell = 960 / n
    u, v = (w.x + 480) / cell, (w.y + 480) / cell
    from .plait import fibre, plait

    s = plait(u + 0 * v, v + 0 * u, "plain")
    i, j = np.clip(v.astype(int), 0, n - 1), np.clip(u.astype(int), 0, n - 1)
    code = cells[i, j]
    first = value(colour, "merah-manggis")
    second = partner(LAIS, seed)
    if np.abs(second - first).max() < 0.12:
        second = rgb("#3a2618")
    c = fibre(s, LAIS * 1.08, seed, 0.07)
    tone = (0.62 + 0.38 * s.high)[..., None]
    c = np.where((code == 1)[..., None], first * tone * 1.05, np.where((code == 2)[..., None], second * tone * 1.05, c))
    nrm = normal(s.high * cell * 0.28 * w.scale + np.sin(s.across * 16) * 0.08)
    scene.put(w, c * lambert(nrm, 0.3)[..., None] + (gloss(nrm, 22) * 0.1)[..., None], w.mask(("fill", shape, 1)))
    rope(scene, np.vstack([shape, shape[:1]]), 30, first * 0.9 if seed % 2 else LAIS, seed, False)
