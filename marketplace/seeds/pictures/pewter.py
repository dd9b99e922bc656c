"""Pewter pieces that are reliefs or vessels: plaque, keychain, island map, vase, cup, trophy."""

from __future__ import annotations

import numpy as np

from .islands import OUTLINES
from .light import Array, Scene, blur, curve, dice, oval
from .metal import chain, emboss, knob, laurel, lot, plate, relief_of, ring, shine, slab, turned, wire
from .solid import turn

PLAQUES = (
    "kuda-laut",
    "merak",
    "bunga-cina",
    "naga-bertarung",
    "daun-simpor",
    "ikan-cempedik",
    "dambus",
    "mentilen",
    "lada",
    "kantung-semar",
)


def rounded(cx: float, cy: float, w: float, h: float, r: float) -> Array:
    """Outline of a rectangle with round corners."""
    out = []
    for i, (sx, sy) in enumerate(((1, -1), (1, 1), (-1, 1), (-1, -1))):
        a = np.radians(np.linspace(-90, 0, 12) + 90 * i)
        out.append(np.stack([cx + sx * (w / 2 - r) + np.cos(a) * r, cy + sy * (h / 2 - r) + np.sin(a) * r], 1))
    return np.vstack(out)


def shield(cx: float, cy: float, w: float, h: float) -> Array:
    half = curve([(0, h * 0.55), (w * 0.32, h * 0.34), (w * 0.48, h * 0.02), (w * 0.46, -h * 0.36)])
    right = np.vstack([half, [(w * 0.5, -h * 0.46), (w * 0.2, -h * 0.5), (0, -h * 0.46)]])
    return np.vstack([right, right[::-1] * (-1, 1)]) + (cx, cy)


def plaque(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A relief on a wooden board: round, shield or tablet by lot; view 2 standing on an easel's shadow, 3 the back."""
    r = dice("plaque", seed)
    slug = motif or lot(seed, *PLAQUES)
    tone = lot(seed + 1, "#6b4327", "#7d5433", "#4a2e20", "#8a6138")
    kind = int(r.integers(3))
    board = [rounded(0, 0, 620, 800, 26), shield(0, -10, 680, 820), rounded(0, 0, 660, 660, 330)][kind]
    slab(scene, board, seed, tone, 16, 30)
    if view == 3:
        w = scene.window(-320, -400, 320, 400)
        scene.shade(w, 0.22 * w.mask(("fill", board, 1)))
        ring(scene, 0, -180, 40, 40, 10)
        leg = np.array([(-40, -100), (40, -100), (120, 330), (-120, 330)])
        slab(scene, leg, seed + 1, tone, 8, 12)
        for y in (-70, 250):
            knob(scene, 0, y, 14)
        return
    cy, wide = (-70.0, 235.0) if kind == 0 else (-40.0 if kind == 1 else 0.0, 245.0)
    disc = [oval(0, cy, wide, wide), shield(0, cy, 500, 560), oval(0, 0, 280, 280)][kind]
    scene.shadow(disc, 6, 10, 9, 0.55)
    w = scene.window(-320, -420, 320, 420)
    h, m = plate(w, disc, 10, 12)
    inner = disc * 0.86 + np.array([0, cy * 0.14])
    dish = w.mask(("fill", inner, 1))
    h = h - blur(dish, 5 * w.scale) * 6 * w.scale
    if kind != 1:
        h = (
            h
            + blur(w.mask(*laurel(0, cy if kind == 0 else 0, (wide if kind == 0 else 280) * 0.925, 34)), 1.4 * w.scale)
            * 5
            * w.scale
        )
    h = h + emboss(w, relief_of(slug), 0, cy, wide * 0.66, 13) * dish
    shine(scene, w, h, m, colour, seed)
    if kind == 0:
        bar = rounded(0, 280, 380, 84, 12)
        scene.shadow(bar, 4, 7, 6, 0.5)
        h, m = plate(w, bar, 8, 8)
        lines = [("line", np.array([(-120 + 20 * i, y), (120 - 20 * i, y)]), 5.0) for i, y in enumerate((268, 292))]
        h = h - blur(w.mask(*lines), 1.2 * w.scale) * 4 * w.scale
        shine(scene, w, h, m, colour, seed + 2, 0.6)
        for x in (-168, 168):
            knob(scene, x, 280, 8, colour)


def keychain(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A cast pendant on its chain and ring."""
    slug = motif or lot(seed, *PLAQUES)
    kind = int(dice("key", seed).integers(3))
    body = [oval(0, 190, 190, 190), rounded(0, 190, 330, 400, 60), shield(0, 190, 380, 430)][kind]
    swing = -18 if view != 2 else 16
    line = curve([(0, -10), (swing, -90), (swing * 3, -160), (swing * 4, -220)])
    ring(scene, swing * 4.4, -340, 118, 118, 15)
    ring(scene, swing * 4.4 + 4, -338, 106, 106, 9, shadow=False)
    scene.shadow(body, 14, 22, 18, 0.42)
    scene.shadow(body, 4, 7, 6, 0.5)
    w = scene.window(-230, -50, 230, 430)
    h, m = plate(w, body, 12, 14)
    dish = w.mask(("fill", (body - (0, 190)) * 0.87 + (0, 190), 1))
    h = h - blur(dish, 3 * w.scale) * 6 * w.scale
    if view == 2:
        h = h + emboss(w, relief_of("bunga-hon"), 0, 190, 70, 7) * dish
    else:
        h = h + emboss(w, relief_of(slug), 0, 190, 142, 12) * dish
    shine(scene, w, h, m, colour, seed)
    ring(scene, 0, -14, 26, 34, 10)
    chain(scene, line, 30)


def island_map(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """The islands cast in tin on a dark board, hills towards their middles."""
    tone = lot(seed, "#3f281b", "#54371f", "#2d2a2b")
    board = rounded(0, 0, 860, 640, 18)
    slab(scene, board, seed, tone, 14, 28)
    w = scene.window(-420, -310, 420, 310)
    k = 2.5
    land = [("fill", np.array(p, float) * k + (0, 10), 1.0) for p in OUTLINES]
    dark = blur(w.mask(*[(a, np.asarray(b) + (6, 9), c) for a, b, c in land]), 6 * w.scale)
    scene.shade(w, dark * 0.6)
    m = w.mask(*land)
    inland = blur(m, 16 * w.scale) ** 2
    h = blur(m, 5 * w.scale) * 10 + blur(m, 24 * w.scale) * m * 14
    hills = np.clip(blur(w.noise(42, "hills", seed), 8 * w.scale), -0.1, 3)
    h = (h + hills * 8 * inland + blur(w.noise(14, "hill", seed), 3 * w.scale) * 1.6 * inland) * w.scale
    shine(scene, w, h, m, colour, seed)
    cx, cy = 300, -190
    rose = [("fill", np.array([(cx, cy - 70), (cx + 12, cy - 12), (cx, cy), (cx - 12, cy - 12)]), 1.0)]
    star = []
    for i in range(4):
        a = np.pi / 2 * i
        p = (np.asarray(rose[0][1]) - (cx, cy)) @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) + (cx, cy)
        star.append(("fill", p, 1.0))
    m = w.mask(*star, ("dot", [(cx, cy)], 10))
    shine(scene, w, blur(m, 4 * w.scale) * 9 * w.scale, m, colour, seed)
    wire(scene, oval(cx, cy, 46, 46)[np.r_[0:72, 0]], 4, colour, False)
    for x in (-400, 400):
        for y in (-290, 290):
            knob(scene, x, y, 9, colour)


def vase(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A turned vase; where it has a motif, its belly carries a band of it."""
    r = dice("vase", seed)
    k = float(r.uniform(0.85, 1.12))
    tall = 640 + 60 * float(r.random())
    tilt = (0.30, 0.30, 0.62, 0.16)[view]
    outer = [
        (120, 0),
        (126, 12),
        (104, 34),
        (120, 90),
        (210 * k, 0.42 * tall),
        (196 * k, 0.55 * tall),
        (92, 0.78 * tall),
        (72, 0.86 * tall),
        (82, 0.94 * tall),
        (126, tall),
    ]
    inner: list[tuple[float, float]] = [
        (30, 0.3 * tall),
        (60, 0.7 * tall),
        (58, 0.86 * tall),
        (72, 0.94 * tall),
        (116, tall),
    ]
    cy = 330 * np.cos(tilt) + 40
    scene.stand(0, cy, 122, 122 * np.sin(tilt))
    scene.shadow(oval(150, cy - 10, 220, 70, -0.1), 30, 4, 40, 0.26)
    s = turned(scene, (0, cy), outer, inner, colour, seed, tilt, (0.12 * tall, 0.66 * tall, 0.70 * tall), 13)
    if motif:
        _band(scene, s, motif, 0.40 * tall, 62, colour)


def _band(scene: Scene, s: object, slug: str, middle: float, size: float, colour: str | None) -> None:
    """Motifs raised around a vessel."""
    from .light import sheen
    from .metal import tint
    from .motifs import stencil
    from .solid import Surface

    assert isinstance(s, Surface)
    n = max(5, int(np.pi * 2 * 195 / (size * 2.4)))
    _, main, accent = stencil(slug, 128)
    m = np.maximum(main, accent)
    v = (1 - (s.height - middle) / size) / 2
    u = (s.angle / (2 * np.pi) * n + 0.37) % 1
    u = (u - 0.5) * 1.12 + 0.5
    ok = (v > 0) & (v < 0.999) & (u > 0) & (u < 0.999) & ~s.inside
    i, j = (np.clip(v, 0, 0.999) * 128).astype(int), (np.clip(u, 0, 0.999) * 128).astype(int)
    raised = blur(np.where(ok, m[i, j], 0).astype(np.float32), 1.6 * scene.scale)
    metal, polish, dark = tint(colour)
    n3 = s.relief(raised * 7 * scene.scale)
    near = np.clip(blur(raised, 3 * scene.scale) * 4, 0, 1)
    out = sheen(n3, metal, polish, s.window) * (1 - dark * 0.5 * np.clip(near - raised, 0, 1))[..., None]
    scene.put(s.window, out, s.cover * near)


def cup(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A beaker or a handled cup, plain where no motif is asked for."""
    r = dice("cup", seed)
    tilt = (0.42, 0.42, 0.85, 0.22)[view]
    tall = float(r.uniform(330, 420))
    flare = float(r.uniform(1.02, 1.22))
    outer = [(150, 0), (156, 10), (150, 22), (150, 60), (158, 0.5 * tall), (160 * flare, tall - 8), (163 * flare, tall)]
    inner = [(130, 26), (142, 60), (149, 0.5 * tall), (151 * flare, tall - 8), (152 * flare, tall)]
    cy = tall * 0.5 + 60
    scene.stand(0, cy, 152, 152 * np.sin(tilt))
    scene.shadow(oval(140, cy, 190, 70), 30, 4, 36, 0.24)
    if r.random() < 0.6:
        t = tall * np.cos(tilt)
        grip = curve(
            [(140, cy - t * 0.82), (236, cy - t * 0.86), (282, cy - t * 0.6), (250, cy - t * 0.3), (150, cy - t * 0.18)]
        )
        wire(scene, grip, 30, colour)
    s = turned(scene, (0, cy), outer, inner, colour, seed, tilt, (34, 42, tall - 34, tall - 42))
    if motif:
        _band(scene, s, motif, tall * 0.48, 70, colour)


def trophy(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A footed cup with two handles on a turned base of wood."""
    tilt = (0.24, 0.24, 0.5, 0.1)[view]
    cy = 450.0
    ce = np.cos(tilt)
    scene.stand(0, cy, 205, 205 * np.sin(tilt))
    scene.shadow(oval(170, cy - 6, 260, 60), 30, 4, 44, 0.28)
    base = turn(scene, (0, cy), [(205, 0), (205, 40), (180, 56), (172, 130), (150, 150)], tilt)
    from .light import gloss, lambert, rgb

    c = rgb(lot(seed, "#3a241a", "#4d2f1e", "#26201f")) * (1 + base.window.noise((4, 90), "tw", seed) * 0.1)[..., None]
    scene.put(base.window, c * lambert(base.n)[..., None] + 0.3 * gloss(base.n, 40)[..., None], base.cover)
    foot = (0, cy - 148 * ce)
    r = dice("trophy", seed)
    k = float(r.uniform(0.85, 1.15))
    bowl, tall = 185 * k, 520.0
    for side in (-1, 1):
        grip = curve(
            [
                (side * bowl * 0.86, foot[1] - 215 * ce),
                (side * (bowl + 95), foot[1] - 260 * ce),
                (side * (bowl + 105), foot[1] - 430 * ce),
                (side * (bowl + 30), foot[1] - 480 * ce),
                (side * bowl * 0.96, foot[1] - 440 * ce),
            ]
        )
        wire(scene, grip, 24, colour, False)
    outer = [
        (120, 0),
        (124, 12),
        (90, 34),
        (36, 60),
        (30, 96),
        (52, 108),
        (52, 118),
        (30, 130),
        (40, 150),
        (bowl * 0.72, 200),
        (bowl * 0.94, 290),
        (bowl, 400),
        (bowl * 1.02, tall - 30),
        (bowl * 1.1, tall),
    ]
    inner = [(bowl * 0.5, 200), (bowl * 0.9, 300), (bowl * 0.96, 400), (bowl * 0.98, tall - 30), (bowl * 1.05, tall)]
    s = turned(scene, foot, outer, inner, colour, seed, tilt, (tall - 60, tall - 70, 250), 4)
    _band(scene, s, motif or lot(seed, "bunga-hon", "kembang-gajah", "merak"), 370, 82, colour)
