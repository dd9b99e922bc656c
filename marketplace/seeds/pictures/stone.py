"""Satam: black natural glass with furrows and pits, raw or set as found."""

from __future__ import annotations

import numpy as np

from .light import Array, Scene, Window, blur, curve, dice, gloss, lambert, noise, normal, oval, rgb
from .metal import chain, lot, ring, shine, wire, wood


def outline(cx: float, cy: float, rx: float, ry: float, seed: int, rough: float = 0.08) -> Array:
    r = dice("outline", seed)
    a = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    k = 1 + sum(rough / i * np.sin(a * i + r.uniform(0, 6.3)) * r.uniform(0.3, 1) for i in (2, 3, 5, 7))
    return np.stack([cx + np.cos(a) * rx * k, cy + np.sin(a) * ry * k], 1)


def stone(
    scene: Scene,
    cx: float,
    cy: float,
    rx: float,
    ry: float,
    seed: int,
    rough: float = 0.08,
    pits: float = 1.0,
    shadow: bool = True,
) -> None:
    """A satam stone lying at (cx, cy)."""
    shape = outline(cx, cy, rx, ry, seed, rough)
    if shadow:
        scene.shadow(shape, rx * 0.16, ry * 0.22, rx * 0.16 + 4, 0.4)
        scene.shadow(shape, rx * 0.03 + 2, ry * 0.06 + 3, rx * 0.05 + 3, 0.55)
    w = scene.window(*(shape.min(0) - 4), *(shape.max(0) + 4))
    m = w.mask(("fill", shape, 1))
    size = min(rx, ry)
    core = np.clip(blur(m, size * 0.34 * w.scale) * 2 - 0.92, 0, 1.08)
    h = np.sqrt(core) * size * 0.62
    h = h + _furrows(w, cx, cy, size, seed) * pits * np.clip(m, 0, 1)
    n = normal(blur(h * w.scale, 0.6))
    spark = gloss(n, 70) * 0.85 + gloss(n, 12) * 0.16
    sky = np.exp(-np.square(np.square((n[0] + 0.3) / 0.3) + np.square((n[1] + 0.62) / 0.22))) * 0.20
    rim = np.clip(1 - n[2], 0, 1) ** 2 * 0.16
    out = rgb("#16181b") * (0.35 + 0.9 * lambert(n, 0.2))[..., None] + (spark + sky)[..., None] * np.array(
        [0.96, 0.98, 1.0], np.float32
    )
    out += rim[..., None] * np.array([0.75, 0.66, 0.55], np.float32) * np.clip(n[1] + 0.4, 0, 1)[..., None]
    scene.put(w, out.astype(np.float32), m)


def _furrows(w: Window, cx: float, cy: float, size: float, seed: int) -> Array:
    """Round pits of all sizes and worm-like grooves, in units below the surface."""
    r = dice("furrows", seed)
    h = np.zeros(w.shape, np.float32)
    for _ in range(38):
        x, y = r.normal(cx, size * 0.62), r.normal(cy, size * 0.62)
        q = r.uniform(0.05, 0.25) ** 1.3 * 1.6 * size
        v = w.scene.window(x - q * 1.5, y - q * 1.5, x + q * 1.5, y + q * 1.5)
        if v.left < w.left or v.top < w.top or v.right > w.right or v.bottom > w.bottom:
            continue
        d = np.hypot(v.x - x, (v.y - y) * r.uniform(0.8, 1.3)) / q
        part = h[v.top - w.top : v.bottom - w.top, v.left - w.left : v.right - w.left]
        part -= (np.clip(1 - d * d, 0, 1) * 0.5 - 0.10 * np.exp(-np.square((d - 1.08) / 0.16))) * q
    a = noise(w.shape, size * 0.62 * w.scale, "worm", seed)
    b = noise(w.shape, size * 0.26 * w.scale, "worm2", seed)
    h -= np.exp(-np.square((a + 0.3 * b) / 0.09)) * size * 0.075
    return h + noise(w.shape, size * 0.06 * w.scale, "skin", seed) * size * 0.005


def raw(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """One stone, or one and its splinter."""
    r = dice("raw", seed)
    rx, ry = float(r.uniform(220, 300)), float(r.uniform(190, 260))
    if view == 2:
        stone(scene, -120, 60, rx * 0.8, ry * 0.8, seed, 0.09)
        stone(scene, 250, 190, 80, 66, seed + 4, 0.14)
    else:
        stone(scene, 0, 0, rx, ry, seed + view, 0.09 + 0.08 * float(r.random()))


def ring_(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A finger ring with its stone in claws."""
    metal = colour if colour in ("perak", "emas", "timah-kilap") else "perak"
    kx = 1.0 if view != 2 else 0.5
    a = np.radians(np.linspace(0, 360, 120))
    hoop = np.stack([np.cos(a) * 225 * kx, 150 + np.sin(a) * 232], 1)
    scene.shadow(oval(20, 390, 190 * kx + 30, 30), 20, 8, 18, 0.5)
    wire(scene, hoop, 44, metal)
    wire(scene, hoop * (0.985, 0.985) + (0, 2), 12, metal, False)
    r = dice("satamring", seed)
    rx, ry = float(r.uniform(120, 165)), float(r.uniform(105, 140))
    setting = oval(0, -110, rx * 1.1 * max(kx, 0.8), ry * 1.08)
    w = scene.window(*(setting.min(0) - 3), *(setting.max(0) + 3))
    scene.shadow(setting, 6, 14, 12, 0.5)
    m = w.mask(("fill", setting, 1))
    shine(scene, w, blur(m, 9 * w.scale) * 22 * w.scale, m, metal, seed, 0.05)
    stone(scene, 0, -116, rx * max(kx, 0.8), ry, seed, 0.03, 0.8, False)
    for t in (45, 135, 225, 315):
        q = np.radians(t)
        x, y = np.cos(q) * rx * 0.98 * max(kx, 0.8), -114 + np.sin(q) * ry * 0.98
        wire(scene, np.array([(x * 1.1, y + (y + 114) * 0.1), (x * 0.84, y - (y + 114) * 0.16)]), 20, metal)


def pendant(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A stone wound with wire on a chain."""
    metal = colour if colour in ("perak", "emas") else "perak"
    line = curve([(-300, -520), (-250, -330), (-120, -170), (-14, -90)], 16)
    chain(scene, line, 24, metal)
    chain(scene, line * (-1, 1), 24, metal)
    r = dice("pendant", seed)
    rx, ry = float(r.uniform(130, 175)), float(r.uniform(175, 225))
    stone(scene, 0, 40 + ry, rx, ry, seed + (view == 2), 0.07)
    ring(scene, 0, -64, 28, 36, 11, metal)
    wire(
        scene,
        curve([(-10, -34), (-rx * 0.5, 40), (-rx * 0.75, 80 + ry * 0.6), (0, 46 + ry), (rx * 0.82, 20 + ry * 1.1)]),
        10,
        metal,
    )
    wire(
        scene,
        curve(
            [
                (10, -34),
                (rx * 0.5, 40),
                (rx * 0.9, 70 + ry * 0.5),
                (rx * 0.3, 40 + ry * 1.2),
                (-rx * 0.6, 40 + ry * 1.6),
            ]
        ),
        10,
        metal,
    )
    cap = np.vstack([curve([(-50, 30), (-34, -20), (0, -36), (34, -20), (50, 30)]), [(0, 54)]])
    w = scene.window(-60, -44, 60, 62)
    m = w.mask(("fill", cap, 1))
    shine(scene, w, blur(m, 8 * w.scale) * 26 * w.scale, m, metal, seed, 0.05)


def earrings(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Two drops on their hooks."""
    metal = colour if colour in ("perak", "emas") else "perak"
    long = seed % 2
    for i, x in enumerate((-170, 170)):
        lean = (-14, 10)[i] if view != 2 else 60
        hook = curve([(x + 40, -260), (x + 34, -370), (x, -420), (x - 36, -370), (x - 10, -260), (x, -180)])
        wire(scene, hook, 10, metal)
        if long:
            chain(scene, curve([(x, -180), (x + lean * 0.5, -90), (x + lean, 0)]), 22, metal)
        y = 30 if long else -150
        ring(scene, x + lean * long, y - 4, 17, 22, 8, metal)
        stone(scene, x + lean * long, y + 150, 92 + seed % 3 * 10, 128, seed * 3 + i, 0.07)
        w = scene.window(x + lean * long - 44, y + 4, x + lean * long + 44, y + 74)
        m = w.mask(("fill", oval(x + lean * long, y + 38, 36, 26), 1))
        shine(scene, w, blur(m, 7 * w.scale) * 22 * w.scale, m, metal, seed, 0.05)


def bead(scene: Scene, x: float, y: float, r: float, seed: int) -> None:
    """A round polished bead with a few pits."""
    w = scene.window(x - r - 2, y - r - 2, x + r + 2, y + r + 2)
    d2 = (np.square(w.x - x) + np.square(w.y - y)) / (r * r)
    z = np.sqrt(np.clip(1 - d2, 0.001, 1))
    pit = noise(w.shape, max(2, r * 0.34 * w.scale), "bead", seed) * 0.14
    n = ((w.x - x) / r + pit, (w.y - y) / r + pit * 0.7, z)
    out = rgb("#17191c") * (0.4 + lambert(n, 0.2))[..., None] + (gloss(n, 60) * 0.85 + gloss(n, 9) * 0.12)[..., None]
    out += (np.clip(n[1], 0, 1) ** 3 * 0.12)[..., None] * np.array([1, 0.9, 0.75], np.float32)
    cover = np.clip((1 - np.sqrt(d2)) * r * w.scale + 0.5, 0, 1)
    scene.put(w, out.astype(np.float32), cover.astype(np.float32))


def tasbih(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A string of thirty-three beads with its tassel."""
    r = dice("tasbih", seed)
    loop = curve(
        [
            (0, 150),
            (-150, 60),
            (-290 + r.uniform(-30, 30), -120),
            (-220, -360),
            (0, -430 + r.uniform(-20, 20)),
            (240, -350),
            (290 + r.uniform(-30, 30), -100),
            (130, 50),
        ],
        40,
        True,
    )
    d = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(loop, axis=0).T))])
    at = np.linspace(0, d[-1], 34)[:-1]
    size = d[-1] / 33 * 0.5
    places = [(float(np.interp(t, d, loop[:, 0])), float(np.interp(t, d, loop[:, 1]))) for t in at]
    w = scene.window(-380, -520, 380, 260)
    dots = [("dot", [p], size) for p in places]
    for dx, dy, soft, k in ((16, 22, 14, 0.32), (4, 6, 5, 0.45)):
        dark = blur(
            w.mask(*[("dot", [(x + dx, y + dy)], size) for ((x, y),) in (q for _, q, _ in dots)]), soft * w.scale
        )
        scene.shade(w, np.clip(dark, 0, 1) * k)
    for i, (x, y) in enumerate(places):
        if i % 11 == 0 and i:
            wire(scene, oval(x, y, size * 0.7, size * 0.7)[np.r_[0:72, 0]], size * 0.5, "perak", False)
        else:
            bead(scene, x, y, size * 0.98, seed * 40 + i)
    x, y = places[0]
    bead(scene, x, y + size * 2.6, size * 1.3, seed)
    thread = rgb(lot(seed, "#7a1a2b", "#1d3156", "#2f5543", "#c8891c"))
    top = (x, y + size * 3.8)
    hairs = [
        (
            "line",
            curve(
                [
                    top,
                    (top[0] + q * 0.5, top[1] + 80),
                    (top[0] + q + r.uniform(-4, 4), top[1] + 190 + r.uniform(-8, 8)),
                ],
                6,
            ),
            3.4,
        )
        for q in np.linspace(-44, 44, 36)
    ]
    v = scene.window(top[0] - 70, top[1] - 10, top[0] + 90, top[1] + 240)
    m = v.mask(*hairs)
    scene.shade(v, np.pad(blur(m, 5 * v.scale), ((9, 0), (8, 0)))[: v.shape[0], : v.shape[1]] * 0.4)
    scene.put(v, thread * (0.75 + 0.35 * np.abs(np.sin(v.x * 0.55 + v.noise(40, "tassel", seed))))[..., None], m)
    wire(scene, np.array([(top[0] - 12, top[1] + 14), (top[0] + 12, top[1] + 14)]), 12, "emas")


def baton(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A short staff of dark wood with a satam head, ferrules of tin."""
    a = np.radians(28 if view != 2 else -18)
    turn = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])

    def at(p: object) -> Array:
        return np.asarray(p, float) @ turn

    shaft = at([(-25, -300), (25, -300), (18, 520), (-18, 520)])
    scene.shadow(shaft, 18, 24, 18, 0.42)
    w = scene.window(*(shaft.min(0) - 4), *(shaft.max(0) + 4))
    m = w.mask(("fill", shaft, 1))
    across = w.x * turn[0, 0] + w.y * turn[0, 1]
    q = np.clip(across / 24, -1, 1)
    light = 0.35 + 0.9 * np.sqrt(np.clip(1 - np.square(q + 0.25), 0, 1))
    scene.put(
        w,
        wood(w, seed, lot(seed, "#3a2418", "#5b2d1e", "#2b211d"), False) * light[..., None]
        + (np.exp(-np.square((q + 0.4) / 0.12)) * 0.25)[..., None],
        m,
    )
    for y, t in ((-286, 40), (-240, 14), (470, 26), (510, 16), (0, 12)):
        wire(scene, at([(-26, y), (26, y)]), t, "perak" if seed % 2 else "timah-kilap", False)
    top = at([(0, -390)])[0]
    r = dice("baton", seed)
    stone(scene, float(top[0]), float(top[1]), float(r.uniform(92, 120)), float(r.uniform(100, 130)), seed, 0.07)
    wire(scene, at([(-44, -306), (44, -306)]), 26, "perak" if seed % 2 else "timah-kilap", False)
