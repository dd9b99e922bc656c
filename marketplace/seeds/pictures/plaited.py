"""Plaited mats, bags and boxes, and a chair of canes."""

from __future__ import annotations

import numpy as np

from .basket import dyes, pattern_of
from .drape import drape, folded, lay, rolled
from .light import Array, Scene, blur, curve, dice, lambert, normal, oval
from .palette import value
from .plait import RATTAN, bow, dyed_strands, fibre, plait, rope, sheet, skin
from .solid import turn


def mat(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """The sleeping mat: 0 over the frame, 1 close, 2 rolled, 3 folded."""
    base, second = dyes(colour, seed)
    diagonal = seed % 2 == 0
    kind = "twill" if seed % 3 else "plain"
    w, h = scene.width, scene.height
    if view < 2:
        cell = w / (60 if view == 0 else 22) / (1.4 if diagonal else 1)
        drape(
            scene,
            sheet(int(w * 1.06), int(h * 1.06), cell, kind, base, second, pattern_of(seed), seed, diagonal),
            seed,
            0.55,
        )
        return
    px = max(160, int(660 * scene.scale))
    flat = sheet(
        px, int(px * 1.5), px / 46 / (1.4 if diagonal else 1), kind, base, second, pattern_of(seed), seed, diagonal
    )
    if view == 2:
        rolled(scene, flat, 7, 620, seed)
    else:
        folded(scene, flat[: int(px * 1.05)], (0, -30), (640, 660), 3, -5, 30, seed)


def bag(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A plaited shopping bag, handles up; view 2 from the side."""
    r = dice("bag", seed)
    base, second = dyes(colour, seed)
    wide, tall, slim = (float(r.uniform(560, 680)), float(r.uniform(470, 580)), float(r.uniform(0.80, 0.95)))
    if view == 2:
        wide *= 0.55
    y0, y1 = 20 - tall * 0.35, 20 + tall * 0.65
    px = max(120, int(wide * scene.scale))
    body = sheet(
        px,
        int(px * tall / wide),
        px / (34 if view != 2 else 18),
        "twill" if seed % 2 else "plain",
        base,
        second,
        pattern_of(seed),
        seed,
        seed % 3 == 0,
    )
    bh, bw = body.shape[:2]
    x = np.linspace(-1, 1, bw, dtype=np.float32)[None]
    y = np.linspace(0, 1, bh, dtype=np.float32)[:, None]
    light = 1.05 - 0.42 * np.clip(x + 0.15, 0, 2) ** 2 - 0.5 * np.clip(-x - 0.55, 0, 1) ** 2
    light = light * (1 - 0.28 * y**3) * (1 - 0.12 * np.exp(-np.square((x - 0.2 + 0.3 * y) / 0.08)))
    body = body * light[..., None]
    shape = np.array([(-wide / 2 * slim, y0), (wide / 2 * slim, y0), (wide / 2, y1), (-wide / 2, y1)])
    low = np.vstack(
        [
            shape[:2],
            curve(
                [
                    (wide / 2, y1 - 40),
                    (wide / 2 - 30, y1 - 4),
                    (0, y1 + 8),
                    (-wide / 2 + 30, y1 - 4),
                    (-wide / 2, y1 - 40),
                ]
            ),
        ]
    )
    scene.shadow(low, 40, 10, 44, 0.3)
    scene.shadow(oval(0, y1 - 6, wide / 2 - 6, 34), 12, 16, 16, 0.55)
    high = float(r.uniform(240, 330))
    span = wide * slim * 0.24
    rope(scene, bow(-span + 16, span + 16, y0 + 14, high * 0.94), 20, base * 0.74, seed, False)
    back = np.array(
        [
            (-wide / 2 * slim + 12, y0 - 16),
            (wide / 2 * slim - 12, y0 - 16),
            (wide / 2 * slim, y0 + 4),
            (-wide / 2 * slim, y0 + 4),
        ]
    )
    win = scene.window(*(back.min(0) - 2), *(back.max(0) + 2))
    scene.put(win, base * 0.36, win.mask(("fill", back, 1)))
    lay(scene, body, shape, _rounded_foot(bh, bw))
    for i in range(2):
        rope(
            scene,
            np.array([(-wide / 2 * slim - 4, y0 + 5 + 22 * i), (wide / 2 * slim + 4, y0 + 5 + 22 * i)]),
            22,
            second if i else base * 0.95,
            seed + i,
            i == 0,
        )
    rope(
        scene,
        np.vstack([[(-span, y0 + 100)], bow(-span, span, y0 + 14, high), [(span, y0 + 100)]]),
        24,
        base * 0.9,
        seed + 3,
    )


def _rounded_foot(h: int, w: int) -> Array:
    """Coverage of a bag: the lower corners are round."""
    x = np.abs(np.linspace(-1, 1, w, dtype=np.float32))[None]
    y = np.linspace(0, h / w * 2, h, dtype=np.float32)[::-1, None]
    k = 0.16
    out = np.hypot(np.clip(x - (1 - k), 0, None), np.clip(k - y, 0, None))
    return np.clip((k - out) * w / 4, 0, 1)


def _box(
    scene: Scene,
    seed: int,
    base: Array,
    second: Array,
    size: tuple[float, float, float],
    at: tuple[float, float],
    pattern: int,
    skew: float = 0.5,
) -> Array:
    """A plaited box seen from a corner's side; returns its upper face's corners."""
    w, d, h = size
    cx, cy = at
    px = max(120, int(w * scene.scale))
    face = sheet(px, px, px / 26, "plain" if seed % 2 else "twill", base, second, pattern, seed, seed % 3 == 0)
    dx, dy = d * skew, -d * 0.42
    a, b = np.array([cx - w / 2 - dx / 2, cy]), np.array([cx + w / 2 - dx / 2, cy])
    up, back = np.array([0, -h]), np.array([dx, dy])
    scene.shadow(np.array([a, b, b + back, a + back]), 40, 26, 34, 0.42)
    scene.shadow(np.array([a, b, b + back, a + back]), 6, 8, 10, 0.5)
    lay(scene, face[: int(px * h / w)], [a + up, b + up, b, a], shade=0.94)
    lay(scene, face[: int(px * h / w), : int(px * d / w)], [b + up, b + up + back, b + back, b], shade=0.62)
    top = np.array([a + up + back, b + up + back, b + up, a + up])
    lay(scene, face[: int(px * d / w)], top, shade=1.1)
    for p, q in (
        (top[0], top[1]),
        (top[1], top[2]),
        (top[2], top[3]),
        (top[3], top[0]),
        (top[3], a),
        (top[2], b),
        (b + back, b + back + up),
        (a, b),
        (b, b + back),
    ):
        rope(scene, np.array([p, q]), 13, second * 0.9 if seed % 2 else base * 0.86, seed, False)
    return top


def tissue(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A box for paper tissues, one tissue drawn out."""
    base, second = dyes(colour, seed)
    top = _box(
        scene,
        seed,
        base,
        second,
        (560, 330, (210, 210, 330, 150)[view]),
        (0, 240),
        pattern_of(seed),
        (0.5, 0.5, 0.2, 0.8)[view],
    )
    mid = top.mean(0)
    w = scene.window(mid[0] - 190, mid[1] - 300, mid[0] + 190, mid[1] + 60)
    scene.put(w, np.array([0.2, 0.14, 0.1], np.float32), w.mask(("fill", oval(mid[0], mid[1], 140, 22), 1)))
    r = dice("tissue", seed)
    tip = [
        (mid[0] + x, mid[1] + y + r.uniform(-14, 14))
        for x, y in ((-120, 4), (-150, -110), (-70, -150), (-30, -236), (50, -170), (130, -190), (120, -80), (128, 4))
    ]
    m = w.mask(("fill", np.vstack([curve(tip), [(mid[0] + 60, mid[1] + 18), (mid[0] - 60, mid[1] + 18)]]), 1))
    h = blur(m, 12 * w.scale) * 14 * w.scale + np.sin(
        (w.x - mid[0]) * 0.06 + np.sin(w.y * 0.02) * 2
    ) * 5 * w.scale * np.clip((mid[1] - w.y) / 160, 0.2, 1)
    scene.put(w, np.array([0.97, 0.955, 0.93], np.float32) * (0.25 + 0.75 * lambert(normal(h), 0.4))[..., None], m)


def chair(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A rattan chair with a fan of canes for a back."""
    base = RATTAN * (0.9 + 0.15 * float(dice("chair", seed).random()))
    seat_y, lean = 130.0, (0.0, 0.0, 60.0, -50.0)[view]
    scene.shadow(oval(20, 470, 330, 60), 30, 10, 40, 0.42)
    back = curve(
        [
            (-190, seat_y),
            (-290 + lean * 0.4, -160),
            (-200 + lean, -400),
            (lean, -480),
            (200 + lean, -400),
            (290 + lean * 0.4, -160),
            (190, seat_y),
        ]
    )
    for x in (-170, 190):
        rope(scene, curve([(x * 0.9, seat_y - 20), (x * 1.02, 300), (x * 1.08, 430)]), 26, base * 0.72, seed, False)
    inner = curve(
        [
            (-120, seat_y),
            (-180 + lean * 0.3, -120),
            (-120 + lean * 0.7, -270),
            (lean * 0.8, -330),
            (120 + lean * 0.7, -270),
            (180 + lean * 0.3, -120),
            (120, seat_y),
        ]
    )
    for t in np.linspace(0.06, 0.94, 15):
        p = back[int(t * (len(back) - 1))]
        rope(
            scene,
            curve([(-90 + 180 * t, seat_y + 10), tuple(inner[int(t * (len(inner) - 1))]), tuple(p)]),
            10,
            base * 0.92,
            seed,
            False,
            0.3,
        )
    rope(scene, inner, 14, base * 0.85, seed)
    rope(scene, back, 32, base, seed)
    s = turn(scene, (0, seat_y + 60), [(250, 0), (262, 10), (262, 30), (240, 42), (0.2, 48)], 0.42, None, 1.05, 3)
    u, v = s.radius * np.cos(s.angle) / 18 + 512, s.radius * np.sin(s.angle) / 18 + 512
    p = plait(u + v, u - v + 1024, "plain")
    skin(
        scene,
        s,
        p,
        fibre(
            p, base * 1.05, seed, 0.1, value(colour, "cokelat-soga"), dyed_strands(p, u + v, u - v + 1024, 1 + seed % 3)
        ),
        5,
        0.14,
        seed,
    )
    rope(scene, oval(0, seat_y + 62, 274, 112)[np.arange(0, 37)], 26, base, seed)
    for x in (-235, 225):
        rope(scene, curve([(x, seat_y + 80), (x * 1.04, 300), (x * 1.12, 470)]), 30, base, seed)
    rope(scene, curve([(-250, 330), (0, 380), (240, 330)]), 18, base * 0.9, seed)
    for side in (-1, 1):
        rope(
            scene,
            curve([(side * 276, -60), (side * 330, 10), (side * 300, 120), (side * 250, 170)]),
            24,
            base * 0.96,
            seed,
        )
