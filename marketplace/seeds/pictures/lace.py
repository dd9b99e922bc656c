"""Crochet lace: rounds of chains, fans and spokes in cotton thread, laid on coloured paper."""

from __future__ import annotations

import numpy as np

from .light import Array, Scene, Window, blur, curve, dice, inflate, lambert, noise, normal, oval, rgb
from .metal import chain, lot, ring
from .palette import COLOURS, value
from .plait import rope

THREADS = ("#f4ecdc", "#f7f1e6", "#ecdcc0", "#e9d6cf", "#dfe3dd")
Line = tuple[str, Array, float]


def thread(colour: str | None, seed: int) -> Array:
    return value(colour, "putih-kapas") if colour else rgb(THREADS[int(dice("thread", seed).integers(len(THREADS)))])


def rosette(cx: float, cy: float, radius: float, seed: int, n: int = 0, thick: float = 5.0) -> list[Line]:
    """One rosette worked from its middle: each round spokes, arches, fans or net, picots at the edge."""
    r = dice("rosette", seed)
    n = n or int(r.choice([8, 10, 12, 14, 16]))
    out: list[Line] = []

    def at(radii: object, angles: object) -> Array:
        q, a = np.asarray(radii, float), np.asarray(angles, float)
        return np.stack([cx + np.cos(a) * q, cy + np.sin(a) * q], 1)

    def circle(q: float, t: float = 1.0) -> None:
        out.append(("line", at(np.full(73, q), np.linspace(0, 2 * np.pi, 73)), thick * t))

    circle(radius * 0.05, 1.4)
    rounds = max(3, round(radius / 52))
    edge = np.linspace(0.07, 0.93, rounds + 1) * radius
    for i in range(rounds):
        a0, a1 = edge[i], edge[i + 1]
        k = n * (1 if i < 1 else 2 if i < rounds * 0.6 else 3 if radius < 320 else 4)
        kind = int(r.integers(5)) if i else 0
        step = 2 * np.pi / k
        for j in range(k):
            a = j * step + (i % 2) * step / 2
            if kind == 0:
                out.append(("line", at([a0, a1], [a, a]), thick * 1.15))
            elif kind == 1:
                t = np.linspace(-0.5, 0.5, 9)
                out.append(("line", at(a0 + (a1 - a0) * (1 - (2 * t) ** 2), a + t * step), thick))
            elif kind == 2:
                out += (
                    [("line", at([a0, a1 * 0.995], [a, a + q * step]), thick * 0.9) for q in (-0.36, -0.12, 0.12, 0.36)]
                    if j % 2 == 0
                    else []
                )
                t = np.linspace(-0.5, 0.5, 7)
                out.append(("line", at(a1 - 2 + 6 * (1 - (2 * t) ** 2), a + t * step), thick))
            elif kind == 3:
                out += [
                    ("line", at([a0, a1], [a, a + step]), thick * 0.85),
                    ("line", at([a0, a1], [a, a - step]), thick * 0.85),
                ]
            else:
                leafy = np.linspace(0, 1, 9)
                for s in (-1, 1):
                    out.append(("line", at(a0 + (a1 - a0) * leafy, a + s * 0.34 * step * np.sin(np.pi * leafy)), thick))
        circle(a1, 1.1)
        if kind in (1, 4) and i + 1 < rounds:
            circle(a1 - 6, 0.8)
    k = n * (3 if radius < 320 else 4)
    for j in range(k):
        a = 2 * np.pi * j / k
        t = np.linspace(-0.5, 0.5, 9)
        out.append(("line", at(edge[-1] + radius * 0.065 * (1 - (2 * t) ** 2), a + t * 2 * np.pi / k), thick))
        out.append(("dot", at([edge[-1] + radius * 0.075], [a]), thick * 0.9))
    return out


def lay_lace(scene: Scene, w: Window, lines: list[Line], colour: Array, seed: int, shadow: float = 0.4) -> None:
    """Thread with its own roundness, twist and shadow."""
    _thread(scene, w, w.mask(*lines), colour, seed, shadow)


def _thread(scene: Scene, w: Window, m: Array, colour: Array, seed: int, shadow: float) -> None:
    k = w.scale
    dark = blur(m, 2.2 * k)
    dy, dx = max(1, int(5 * k)), max(1, int(4 * k))
    scene.shade(w, np.pad(dark, ((dy, 0), (dx, 0)))[: w.shape[0], : w.shape[1]] * shadow)
    twist = np.sin((w.x * 0.8 + w.y * 1.3) * 0.9 + noise(w.shape, 9 * k, "tw", seed) * 1.5)
    n = normal(blur(m, 1.3 * k) * 5 * k + twist * 0.22 * k * m)
    scene.put(w, colour * (0.30 + 0.74 * lambert(n, 0.35))[..., None], m)


def doily(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A round cloth; view 2 folded in half."""
    w = scene.window(-470, -470, 470, 470)
    lines = rosette(0, 0, 420, seed, thick=5.4)
    if view == 2:
        lines = [
            (k, np.stack([p[:, 0], np.where(p[:, 1] > 0, -p[:, 1] * 0.96 + 10, p[:, 1])], 1) + (0, 180), s)
            for k, p, s in lines
        ]
        scene.shadow(np.vstack([oval(0, 180, 430, 430)[36:], [(430, 186), (-430, 186)]]), 6, 10, 14, 0.25)
    lay_lace(scene, w, lines, thread(colour, seed), seed)


def tablecloth(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Rosettes joined to a cloth that fills the frame; view 2 over a table's edge."""
    r = dice("tablecloth", seed)
    w = scene.all()
    step = (300.0, 300.0, 250.0, 390.0)[view] * float(r.uniform(0.9, 1.15))
    n = max(24, int(step * scene.scale))
    half = step / 2
    lines = rosette(0, 0, half * 0.98, seed, 8, 5.2)
    for x in (-half, half):
        for y in (-half, half):
            lines += rosette(x, y, step * 0.19, seed + 1, 8, 4.4)
    q = Scene(n, n, n / step / (n / 1000)).window(-half, -half, half, half)
    tile = q.mask(*lines)
    h, v = scene.height, scene.width
    m = np.tile(tile, (h // n + 2, v // n + 2))[n // 3 : n // 3 + h, n // 4 : n // 4 + v].copy()
    if view == 2:
        low = int(h * 0.78) // n * n + n - n // 3 - n // 2
        m[low:] = 0
    _thread(scene, w, m, thread(colour, seed), seed, 0.4)


def coasters(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Four to six coasters, laid out or piled."""
    base = thread(colour, seed)
    places = (
        [(-200, -200), (200, -230), (-190, 210), (215, 190)] if view != 2 else [(0, 60), (18, 30), (-14, 6), (10, -30)]
    )
    if seed % 2 and view != 2:
        places = [(-210, -330), (190, -290), (-170, 20), (230, 80), (-200, 370), (190, 420)]
    size = 185 if len(places) == 4 else 158
    if view == 2:
        size = 330
    for i, (x, y) in enumerate(places):
        w = scene.window(x - size - 20, y - size - 20, x + size + 30, y + size + 30)
        disc = oval(x, y, size * 0.9, size * 0.9)
        scene.shadow(disc, 6, 9, 9, 0.28)
        if view == 2:
            scene.put(w, base * 0.72, w.mask(("fill", disc, 1)))
        lay_lace(scene, w, rosette(x, y, size, seed if seed % 3 else seed + i, 12, 5), base, seed)


def pillow(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A cushion whose cover has a lace panel on coloured cloth."""
    ground = value(
        colour
        if colour not in (None, "putih-kapas")
        else lot(seed, "biru-tarum", "merah-mengkudu", "hijau-pandan", "toska-laut", "jambu", "kuning-kunyit"),
        "biru-tarum",
    )
    a = np.linspace(0, 2 * np.pi, 160, endpoint=False)
    k = 1 / (np.abs(np.cos(a)) ** 5 + np.abs(np.sin(a)) ** 5) ** 0.2
    pinch = 1 - 0.055 * np.cos(4 * a) * -1 - 0.03
    shape = np.stack([np.cos(a) * k * pinch * 370, np.sin(a) * k * pinch * (370 if view != 2 else 300)], 1)
    scene.shadow(shape, 26, 40, 44, 0.4)
    scene.shadow(shape, 6, 12, 12, 0.4)
    w = scene.window(-420, -420, 420, 420)
    m = w.mask(("fill", shape, 1))
    h = inflate(m, 150 * w.scale) * 150 * w.scale + noise(w.shape, 120 * w.scale, "cushion", seed) * 3 * w.scale
    n = normal(h)
    light = lambert(n, 0.35)
    weave = 1 + 0.06 * np.sin(w.x * 1.6) * np.sin(w.y * 1.6)
    scene.put(w, ground * (light * weave)[..., None], m)
    rope(scene, np.vstack([shape, shape[:1]]), 15, ground * 0.8, seed, False)
    lines = rosette(0, 0, 255, seed, thick=5.2)
    for x in (-1, 1):
        for y in (-1, 1):
            lines += rosette(x * 235, y * 225, 80, seed + 1, 8, 4.6)
    if view == 2:
        lines = [(kk, p * (1, 0.82), s) for kk, p, s in lines]
    cream = rgb("#f5eddd")
    lm = w.mask(*lines) * m
    scene.shade(w, np.pad(blur(lm, 2 * w.scale), ((4, 0), (3, 0)))[: w.shape[0], : w.shape[1]] * 0.35)
    n2 = normal(blur(lm, 1.2 * w.scale) * 5 * w.scale, n[0] * 0.6, n[1] * 0.6, n[2])
    scene.put(w, cream * (0.32 + 0.7 * lambert(n2, 0.4))[..., None], lm)


def stitches(
    w: Window, cx: float, cy: float, rx: float, ry: float, base: Array, seed: int, cell: float = 15
) -> tuple[Array, Array]:
    """A stuffed ball of single crochet: (colour, coverage)."""
    x, y = (w.x - cx) / rx, (w.y - cy) / ry
    d = np.sqrt(x * x + y * y)
    z = np.sqrt(np.clip(1 - d * d, 0.01, 1))
    v = np.arcsin(np.clip(y, -0.999, 0.999)) * ry / cell
    row = np.floor(v)
    u = np.arctan2(x, z) * rx / cell * 0.9 + 0.5 * (row % 2)
    fu, fv = u - np.floor(u) - 0.5, v - row - 0.5
    left = np.exp(-np.square((fv + fu * 0.9 - 0.05) / 0.2) - np.square((np.abs(fu) - 0.22) / 0.22))
    right = np.exp(-np.square((fv - fu * 0.9 - 0.05) / 0.2) - np.square((np.abs(fu) - 0.22) / 0.22))
    h = np.where(fu < 0, right, left) * cell * 0.36 * w.scale
    n = normal(h.astype(np.float32), x, y, z)
    shade = base * (0.22 + 0.85 * lambert(n, 0.35) * (0.8 + 0.2 * h / (cell * 0.36 * w.scale)))[..., None]
    return shade.astype(np.float32), np.clip((1 - d) * min(rx, ry) * w.scale + 0.5, 0, 1).astype(np.float32)


def mentilin(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """The tarsier of Bangka as a crocheted keychain."""
    base = value(colour or lot(seed, "cokelat-soga", "alam", "jambu", "abu-timah", "jingga-rambai"), "alam")
    pale = base * 0.4 + 0.58
    ring(scene, 20, -440, 74, 74, 11)
    chain(scene, curve([(16, -366), (-8, -320), (0, -270)]), 24)
    parts = [
        (-168, -190, 74, 92, base),
        (168, -190, 74, 92, base),
        (-96, 372, 74, 62, pale),
        (96, 372, 74, 62, pale),
        (0, 190, 168, 200, base),
    ]
    parts += [(-170, 150, 52, 112, base), (170, 150, 52, 112, base), (0, -70, 205, 186, base), (0, 220, 104, 130, pale)]
    if view == 2:
        parts = parts[:-1]
    scene.shadow(oval(10, 200, 190, 220), 20, 28, 24, 0.42)
    scene.shadow(oval(0, -70, 215, 190), 18, 24, 22, 0.34)
    tail = curve([(120, 330), (260, 340), (320, 220), (270, 90), (310, 10)])
    rope(scene, tail, 26, base * 0.85, seed)
    for x, y, rx, ry, c in parts:
        w = scene.window(x - rx - 3, y - ry - 3, x + rx + 3, y + ry + 3)
        col, m = stitches(w, x, y, rx, ry, c, seed)
        scene.put(w, col, m)
    if view == 2:
        return
    for s in (-1, 1):
        w = scene.window(s * 84 - 90, -160, s * 84 + 90, 20)
        col, m = stitches(w, s * 84, -74, 78, 78, pale, seed, 13)
        scene.put(w, col, m)
        for rad, c in ((56, rgb("#c58a2a")), (40, rgb("#17120f"))):
            scene.put(w, c, w.mask(("dot", [(s * 82, -74)], rad)))
        scene.put(w, np.ones(3, np.float32), w.mask(("dot", [(s * 82 - 14, -92)], 11)))
    w = scene.window(-40, -20, 40, 50)
    scene.put(
        w,
        rgb("#5a3420"),
        w.mask(("fill", np.array([(-18, 0), (18, 0), (0, 20)]), 1), ("line", curve([(-22, 30), (0, 40), (22, 30)]), 5)),
    )


def bag(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A crocheted bag: shell stitches in rows, round handles."""
    r = dice("lacebag", seed)
    base = value(
        colour or lot(seed, "putih-kapas", "alam", "jambu", "toska-laut", "kuning-kunyit", "biru-tarum"), "alam"
    )
    stripes = ("putih-kapas", "merah-mengkudu", "biru-tarum", "kuning-kunyit")
    second = rgb(COLOURS[lot(seed + 3, *(one for one in stripes if one != colour))].value)
    tall, wide = float(r.uniform(470, 540)), float(r.uniform(270, 320))
    y0 = -90.0
    body = np.vstack(
        [
            [(-wide * 0.86, y0), (wide * 0.86, y0)],
            curve(
                [
                    (wide, y0 + tall * 0.5),
                    (wide * 0.94, y0 + tall * 0.9),
                    (wide * 0.6, y0 + tall),
                    (0, y0 + tall + 8),
                    (-wide * 0.6, y0 + tall),
                    (-wide * 0.94, y0 + tall * 0.9),
                    (-wide, y0 + tall * 0.5),
                ]
            ),
        ]
    )
    ring(scene, 0, y0 - 80, 150, 170, 26, "emas" if seed % 2 else "perak", (150, 390))
    scene.shadow(body, 22, 26, 28, 0.42)
    w = scene.window(*(body.min(0) - 4), *(body.max(0) + 4))
    m = w.mask(("fill", body, 1))
    big = inflate(m, 120 * w.scale) * 90 * w.scale
    cell = 46.0
    row = np.floor((w.y - y0) / (cell * 0.72))
    u = w.x / cell + 0.5 * (row % 2) + 100
    fu, fv = u - np.floor(u) - 0.5, (w.y - y0) / (cell * 0.72) - row
    d = np.hypot(fu * 1.04, (fv - 0.98) * 0.72)
    fan = np.cos(np.arctan2(fu, 1.05 - fv) * 9) * 0.5 + 0.5
    inside = np.clip((0.6 - d) * 12, 0, 1)
    h = (inside * (0.5 + 0.5 * fan) * 7 * np.clip(d * 3, 0, 1)) * w.scale
    n = normal((big + h).astype(np.float32))
    stripe = (row % 5 == 2) | (row % 5 == 3) if seed % 2 else (row % 7 == 3)
    colour_map = (
        np.where(np.broadcast_to(stripe, fu.shape)[..., None], second, base)
        * (0.55 + 0.45 * inside * (0.7 + 0.3 * fan))[..., None]
    )
    scene.put(w, colour_map * lambert(n, 0.35)[..., None], m)
    rope(scene, np.array([(-wide * 0.87, y0 + 4), (wide * 0.87, y0 + 4)]), 26, second, seed)
    front = ring
    front(scene, 0, y0 - 70, 165, 150, 24, "emas" if seed % 2 else "perak", (165, 375))
    lay_lace(
        scene,
        scene.window(-120, y0 + tall * 0.5 - 120, 120, y0 + tall * 0.5 + 120),
        rosette(0, y0 + tall * 0.5, 105, seed, 10, 5),
        base * 0.3 + 0.68,
        seed,
    )
