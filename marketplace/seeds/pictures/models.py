"""Cast models on a plinth, seen from the side: ships, the dredger, the locomotive, the cannon, the carriage.

Each is a set of flat parts with their own thickness, rounded as a mould rounds them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .light import Array, Points, Scene, blur, curve, dice, inflate, noise, normal, oval, sheen
from .metal import lot, slab, tint, wire
from .pewter import rounded


@dataclass
class Casting:
    """Parts to be cast: (shapes, height, softness, sunk) from the back to the front."""

    parts: list[tuple[list, float, float]] = field(default_factory=list)
    wires: list[tuple[Array, float]] = field(default_factory=list)

    def add(self, high: float, soft: float, *shapes: tuple[str, Points, float]) -> None:
        self.parts.append((list(shapes), high, soft))

    def rope(self, p: Points, thick: float = 3.0) -> None:
        self.wires.append((np.asarray(p, float), thick))


def box(x0: float, y0: float, x1: float, y1: float) -> Array:
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], float)


def cast(scene: Scene, c: Casting, colour: str | None, seed: int, base: float = 330) -> None:
    """Draw the casting above its plinth; its lowest point is at y = base."""
    pts = np.vstack([np.asarray(p) for s, _, _ in c.parts for _, p, _ in s])
    (x0, y0), (x1, y1) = pts.min(0) - 30, pts.max(0) + 30
    w = scene.window(x0, y0, x1 + 60, y1 + 60)
    back = np.zeros(w.shape, np.float32)
    for s, _, _ in c.parts:
        back = np.maximum(back, w.mask(*s))
    cast_dark = blur(back, 16 * w.scale)
    dy, dx = int(18 * w.scale), int(26 * w.scale)
    scene.shade(w, np.pad(cast_dark, ((dy, 0), (dx, 0)))[: w.shape[0], : w.shape[1]] * 0.2)
    for line, thick in c.wires:
        wire(scene, line, thick, colour, False)
    nx, ny, dark, cover = (np.zeros(w.shape, np.float32) for _ in range(4))
    for s, high, soft in c.parts:
        p = np.vstack([np.asarray(q) for _, q, _ in s])
        grow = max([float(v) for k, _, v in s if k != "fill"], default=0) + 8
        q = scene.window(*(p.min(0) - grow), *(p.max(0) + grow + 12))
        at = np.s_[q.top - w.top : q.bottom - w.top, q.left - w.left : q.right - w.left]
        m, k = q.mask(*s), q.scale
        if m.shape != cover[at].shape:
            continue
        soft_m = blur(m, 4 * k)
        oy, ox = max(1, int(7 * k)), max(1, int(5 * k))
        dark[at] = np.maximum(dark[at], np.pad(soft_m, ((oy, 0), (ox, 0)))[: q.shape[0], : q.shape[1]] * 0.42)
        n = normal(inflate(m, soft * k) * high * k)
        for whole, part in ((nx, n[0]), (ny, n[1])):
            whole[at] += (part - whole[at]) * m
        dark[at] *= 1 - m
        cover[at] = np.maximum(cover[at], m)
    metal, polish, deep = tint(colour)
    skin = noise(w.shape, 8 * w.scale, "skin", seed) * 0.014 + noise(w.shape, 2, "skin", seed) * 0.012
    out = sheen((nx + skin, ny - skin), metal, polish, w) * (1 - dark * (0.75 + 0.5 * deep))[..., None]
    scene.shade(w, dark * (1 - cover) * 0.5)
    scene.put(w, out, cover)


def plinth(scene: Scene, seed: int, width: float = 640, y: float = 330, view: int = 0) -> None:
    tone = lot(seed, "#5d3a24", "#3b261b", "#7a5130", "#2a2322")
    top = np.array([(-width / 2 + 26, y - 22), (width / 2 - 26, y - 22), (width / 2, y + 22), (-width / 2, y + 22)])
    slab(scene, top, seed, tone, 5, 62)


def waves(c: Casting, y: float, half: float) -> None:
    for i, dy in enumerate((0, 16)):
        x = np.linspace(-half + 10 * i, half - 10 * i, 60)
        top = y + dy - 9 * np.abs(np.sin(x / 38 + i * 1.3))
        c.add(
            12,
            6,
            (
                "fill",
                np.vstack([np.stack([x, top], 1), [(half - 10 * i, y + 34 + dy), (-half + 10 * i, y + 34 + dy)]]),
                1,
            ),
        )


def hull(c: Casting, y: float, length: float, deep: float, rise: float) -> None:
    left, right = -length / 2, length / 2
    top = curve(
        [(left - 60, y - rise), (left + 60, y - 10), (0, y + 12), (right - 60, y - 16), (right + 24, y - rise * 0.8)]
    )
    low = curve(
        [
            (right - 20, y + deep * 0.4),
            (right - 110, y + deep * 0.95),
            (0, y + deep),
            (left + 90, y + deep * 0.9),
            (left, y + deep * 0.3),
        ]
    )
    c.add(34, 26, ("fill", np.vstack([top, low]), 1))
    for k in (0.12, 0.36, 0.6):
        plank = curve(
            [
                (left + 10 + 70 * k, y - rise * 0.35 + deep * k),
                (0, y + 10 + deep * k),
                (right - 30 - 50 * k, y - rise * 0.3 + deep * k),
            ]
        )
        c.add(7, 3, ("line", plank, 6))
    c.add(14, 4, ("line", top, 10))


def sail(c: Casting, p: Points, seams: int = 4) -> None:
    q = np.asarray(p, float)
    c.add(30, 46, ("fill", q, 1))
    mid = q.mean(0)
    for i in range(1, seams):
        t = i / seams
        a, b = q[0] * (1 - t) + q[-1] * t, q[len(q) // 2 - 1] * (1 - t) + q[len(q) // 2] * t
        c.add(3, 2, ("line", np.array([a * 0.97 + mid * 0.03, b * 0.97 + mid * 0.03]), 3))


def pinisi(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A two-masted pinisi under seven sails."""
    c = Casting()
    r = dice("pinisi", seed)
    tall = float(r.uniform(0.92, 1.08))
    y = 190.0
    for x, h in ((-120, 520 * tall), (110, 470 * tall)):
        c.add(9, 4, ("line", np.array([(x, y), (x, y - h)]), 11))
        c.rope([(x, y - h), (x - 150, y - 4)])
        c.rope([(x, y - h), (x + 150, y - 4)])
    c.add(9, 4, ("line", np.array([(-300, y - 50), (-480, y - 130)]), 10))
    c.rope([(-480, y - 130), (-120, y - 500 * tall)])
    t = tall
    for i, a in enumerate((-468, -412, -356)):
        sail(
            c,
            curve([(a, y - 116 + 18 * i), (-190 + 18 * i, y - (440 - 62 * i) * t), (-170 + 14 * i, y - 90 + 6 * i)], 8)[
                :-1
            ],
            3,
        )
    sail(c, curve([(-110, y - 440 * t), (-20, y - 390 * t), (66, y - 330 * t), (72, y - 70), (-106, y - 46)], 5), 5)
    sail(c, [(-110, y - 508 * t), (-104, y - 450 * t), (52, y - 350 * t)], 1)
    sail(c, curve([(120, y - 400 * t), (200, y - 340 * t), (286, y - 280 * t), (292, y - 70), (124, y - 40)], 5), 5)
    sail(c, [(118, y - 460 * t), (124, y - 410 * t), (270, y - 300 * t)], 1)
    hull(c, y, 640, 118, 76)
    c.add(16, 6, ("fill", box(120, y - 44, 240, y + 4), 1))
    for x in (140, 175, 210):
        c.add(5, 2, ("dot", [(x, y - 22)], 8))
    waves(c, y + 88, 330)
    plinth(scene, seed, 720, 340)
    cast(scene, c, colour, seed)


def sailboat(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A small fishing boat with one lateen sail and an outrigger."""
    c = Casting()
    r = dice("boat", seed)
    y = 200.0
    lean = float(r.uniform(-20, 40))
    c.add(9, 4, ("line", np.array([(-20, y), (-10 + lean, y - 520)]), 12))
    c.add(8, 3, ("line", curve([(-280, y - 130), (-60 + lean, y - 420), (170 + lean, y - 590)]), 10))
    sail(
        c,
        np.vstack(
            [
                curve([(-272, y - 120), (-56 + lean, y - 410), (166 + lean, y - 574)], 8),
                curve([(230, y - 330), (246, y - 120), (210, y - 64)], 8),
                [(0, y - 60)],
            ]
        ),
        6,
    )
    c.rope([(-10 + lean, y - 520), (300, y - 20)])
    c.rope([(-10 + lean, y - 520), (-320, y - 40)])
    hull(c, y, 560, 96, 60)
    c.add(8, 4, ("line", curve([(-330, y + 100), (0, y + 116), (330, y + 92)]), 16))
    for x in (-140, 120):
        c.add(8, 4, ("line", curve([(x, y + 6), (x + 14, y + 40), (x + 6, y + 108)]), 10))
    waves(c, y + 104, 340)
    plinth(scene, seed, 740, 350)
    cast(scene, c, colour, seed)


def dredger(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A kapal keruk: the bucket dredge of the tin sea, its ladder of buckets going down at the bow."""
    c = Casting()
    y = 180.0
    n = 2 + int(dice("dredge", seed).integers(2))
    c.add(26, 14, ("fill", np.array([(-330, y), (350, y), (336, y + 96), (-290, y + 96)]), 1))
    c.add(10, 4, ("line", np.array([(-326, y + 8), (346, y + 8)]), 10))
    for i in range(9):
        c.add(5, 3, ("dot", [(-240 + 66 * i, y + 48)], 15))
    for k in range(n):
        x0, x1 = -120 + 36 * k, 310 - 28 * k
        top, low = y - 96 * (k + 1), y - 96 * k
        holes = [("fill", box(x, top + 30, x + 34, top + 66), 0.0) for x in range(x0 + 22, x1 - 40, 58)]
        c.add(18, 7, ("fill", box(x0, top + 8, x1, low), 1), *holes)
        c.add(10, 3, ("fill", box(x0 - 14, top, x1 + 14, top + 14), 1))
    top = y - 96 * n
    for x in (160, 230):
        c.add(16, 9, ("fill", np.array([(x - 24, top), (x - 20, top - 110), (x + 20, top - 110), (x + 24, top)]), 1))
        c.add(8, 4, ("line", np.array([(x - 24, top - 104), (x + 24, top - 104)]), 12))
    for x in (-230, -120):
        c.add(10, 4, ("line", np.array([(x, y), (-176, y - 380)]), 13))
    for k in range(1, 6):
        t = k / 6
        c.add(6, 3, ("line", np.array([(-230 + 54 * t, y - 380 * t), (-120 - 56 * t, y - 380 * t)]), 8))
    c.rope([(-176, y - 380), (-440, y + 40)], 4)
    c.rope([(-176, y - 380), (100, top)], 4)
    c.add(12, 5, ("line", np.array([(-100, y - 150), (-450, y + 112)]), 34))
    for t in np.linspace(0.02, 0.98, 13):
        x, yy = -100 - 350 * t, y - 150 + 262 * t
        c.add(9, 4, ("fill", np.array([(x - 16, yy - 40), (x + 16, yy - 18), (x + 8, yy + 6), (x - 20, yy - 10)]), 1))
    waves(c, y + 84, 400)
    plinth(scene, seed, 860, 330)
    cast(scene, c, colour, seed)


def _wheel(c: Casting, x: float, y: float, r: float, spokes: int) -> None:
    a = np.linspace(0, 2 * np.pi, 50)
    rim = np.stack([x + np.cos(a) * r, y + np.sin(a) * r], 1)
    shapes: list = [("line", rim, r * 0.17), ("dot", [(x, y)], r * 0.2)]
    for i in range(spokes):
        t = 2 * np.pi * i / spokes
        shapes.append(("line", np.array([(x, y), (x + np.cos(t) * r, y + np.sin(t) * r)]), r * 0.085))
    c.add(11, 5, *shapes)


def locomotive(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A small tank engine of the mines."""
    c = Casting()
    y = 190.0
    k = float(dice("loco", seed).uniform(0.9, 1.12))
    c.add(9, 3, ("fill", box(-400, y + 122, 400, y + 140), 1))
    for x in range(-380, 400, 70):
        c.add(7, 3, ("fill", box(x, y + 138, x + 40, y + 156), 1))
    c.add(16, 6, ("fill", box(-350, y + 6, 350, y + 44), 1))
    c.add(44, 60, ("fill", rounded(-70, y - 82, 470, 172 * k, 60), 1))
    for x in (-220, -110, 0, 100):
        c.add(5, 2, ("line", np.array([(x, y - 82 - 84 * k), (x, y - 82 + 84 * k)]), 9))
    c.add(
        22,
        14,
        (
            "fill",
            np.array(
                [
                    (-236, y - 150),
                    (-250, y - 300 * k),
                    (-272, y - 336 * k),
                    (-172, y - 336 * k),
                    (-194, y - 300 * k),
                    (-208, y - 150),
                ]
            ),
            1,
        ),
    )
    for x, w, h in ((-90, 34, 54), (20, 42, 70)):
        c.add(18, 14, ("fill", rounded(x, y - 170 * k - 10, 2 * w, h + 40, 30), 1))
    c.add(
        18,
        8,
        ("fill", box(150, y - 300, 344, y + 10), 1),
        ("fill", rounded(226, y - 224, 84, 80, 12), 0),
        ("fill", box(300, y - 262, 330, y - 150), 0),
    )
    c.add(
        14,
        6,
        (
            "fill",
            np.vstack([curve([(124, y - 296), (246, y - 336), (370, y - 296)]), [(370, y - 282), (124, y - 282)]]),
            1,
        ),
    )
    c.add(14, 5, ("fill", np.array([(-350, y + 20), (-420, y + 112), (-330, y + 112), (-310, y + 20)]), 1))
    c.add(16, 8, ("dot", [(-322, y - 82)], 40))
    for x in (-190, 10, 210):
        _wheel(c, x, y + 62, 66, 10)
    c.add(9, 4, ("line", np.array([(-190, y + 84), (10, y + 84), (210, y + 84)]), 13))
    c.add(14, 6, ("fill", rounded(-300, y + 30, 96, 54, 12), 1))
    plinth(scene, seed, 880, 365)
    cast(scene, c, colour, seed)


def cannon(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """An old fort's cannon on its carriage."""
    c = Casting()
    y = 170.0
    a = float(dice("cannon", seed).uniform(-0.2, -0.08))
    m = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])

    def at(p: Points) -> Array:
        return np.asarray(p, float) @ m + (20, y - 60)

    c.add(
        16,
        7,
        ("fill", np.array([(-330, y + 120), (-300, y + 60), (-60, y - 10), (150, y - 20), (190, y + 120)]), 1),
        ("fill", oval(-130, y + 130, 60, 60), 0),
    )
    _wheel(c, -220, y + 104, 56, 8)
    c.add(
        52,
        60,
        (
            "fill",
            at(
                [
                    (-300, -74),
                    (-60, -66),
                    (330, -46),
                    (338, -58),
                    (392, -58),
                    (392, 58),
                    (338, 58),
                    (330, 46),
                    (-60, 66),
                    (-300, 74),
                    (-322, 40),
                    (-322, -40),
                ]
            ),
            1,
        ),
    )
    c.add(20, 16, ("dot", at([(-352, 0)]), 32))
    for x, h in ((-280, 80), (-170, 76), (-40, 72), (150, 62), (300, 54), (384, 66)):
        c.add(10, 5, ("line", at([(x, -h), (x, h)]), 16))
    c.add(14, 8, ("dot", at([(-10, 10)]), 28))
    c.add(6, 4, ("fill", at([(-130, -40), (-100, -56), (-60, -40), (-100, -24)]), 1))
    _wheel(c, 80, y + 74, 128, 12)
    for i in range(3):
        c.add(24, 20, ("dot", [(260 + 52 * i, y + 128)], 28))
    for i in range(2):
        c.add(24, 20, ("dot", [(286 + 52 * i, y + 84)], 28))
    plinth(scene, seed, 860, 345)
    cast(scene, c, colour, seed)


def carriage(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A horse and its carriage."""
    c = Casting()
    y = 190.0
    k = float(dice("coach", seed).uniform(-16, 16))
    c.add(8, 3, ("line", curve([(-170, y + 8), (0, y + 20), (160, y + 40)]), 11))
    body = np.vstack(
        [
            curve([(40, y - 60), (70, y + 40), (200, y + 66), (330, y + 40), (352, y - 110)]),
            [(352, y - 190), (50, y - 190)],
        ]
    )
    c.add(
        26,
        24,
        ("fill", body, 1),
        ("fill", rounded(130, y - 116, 100, 96, 16), 0),
        ("fill", rounded(266, y - 116, 100, 96, 16), 0),
    )
    c.add(
        16,
        9,
        (
            "fill",
            np.vstack([curve([(20, y - 186), (200, y - 256 + k), (380, y - 186)]), [(380, y - 172), (20, y - 172)]]),
            1,
        ),
    )
    c.add(8, 3, ("line", curve([(60, y - 30), (200, y - 14), (345, y - 34)]), 8))
    c.add(12, 7, ("dot", [(200, y + 22)], 26))
    c.add(12, 8, ("fill", box(-22, y - 40, 44, y - 14), 1))
    _wheel(c, 60, y + 84, 74, 10)
    _wheel(c, 306, y + 62, 96, 12)
    for x, lean in ((-400, -20), (-260, 14), (-374, 24), (-232, -12)):
        c.add(14, 8, ("line", curve([(x, y - 20), (x + lean, y + 60), (x + lean * 0.3, y + 150)]), 25))
        c.add(8, 4, ("dot", [(x + lean * 0.3 - 4, y + 150)], 15))
    horse = curve(
        [
            (-410, y - 70),
            (-330, y - 84),
            (-236, y - 92),
            (-200, y - 50),
            (-214, y + 10),
            (-300, y + 22),
            (-390, y + 14),
        ],
        8,
        True,
    )
    c.add(36, 34, ("fill", horse, 1))
    c.add(
        26,
        20,
        (
            "fill",
            curve([(-424, y - 30), (-440, y - 150), (-420, y - 220), (-366, y - 150), (-346, y - 70)], 8, True),
            1,
        ),
    )
    c.add(
        20,
        14,
        (
            "fill",
            curve([(-404, y - 226), (-444, y - 226), (-506, y - 150), (-490, y - 128), (-440, y - 156)], 8, True),
            1,
        ),
    )
    c.add(
        8, 4, ("fill", np.array([(-420, y - 222), (-424, y - 262), (-396, y - 226)]), 1), ("dot", [(-446, y - 190)], 5)
    )
    c.add(10, 6, ("line", curve([(-410, y - 232), (-370, y - 160), (-344, y - 84)]), 24))
    c.add(12, 7, ("line", curve([(-204, y - 70), (-160, y - 40), (-168, y + 60)]), 24))
    c.rope(curve([(-470, y - 150), (-280, y - 110), (10, y - 60)]), 4)
    plinth(scene, seed, 960, 355)
    cast(scene, c, colour, seed)
