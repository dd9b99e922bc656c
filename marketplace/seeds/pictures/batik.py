"""Batik: motifs drawn in wax, two or three dye baths, dots in the leaves, crackle where the wax broke."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from .drape import drape, folded, lay, picture, rect, soft_edges
from .light import Array, Scene, clouds, curve, dice, noise, rgb, slope
from .motifs import stencil
from .palette import dye

MOTIFS = (
    "daun-simpor",
    "katis-rambai",
    "ikan-cempedik",
    "gelas-kopi",
    "dambus",
    "ketuyut",
    "balok-timah",
    "resam",
    "lada",
    "rusip",
    "kantung-semar",
    "pinang-beleh",
    "kulat-tiung",
    "mentilen",
    "pakis",
)
BATHS = (
    ("#d9a441", "#a63a2b"),
    ("#7fa05a", "#d9a441"),
    ("#c86a4a", "#e6c98f"),
    ("#4f8a8b", "#e0a84e"),
    ("#b8577a", "#efc3a4"),
    ("#8c5a33", "#d9b77e"),
    ("#e0c48a", "#7d8f4e"),
)


def _tile(n: int, kind: int, seed: int) -> Array:
    """A tile of isen n pixels square: rows of dots, galaran lines, small spirals, grains of rice, or nothing."""
    k = 3
    image = Image.new("L", (n * k, n * k), 0)
    pen = ImageDraw.Draw(image)
    s = n * k
    r = max(1.5, s * 0.016)
    if kind == 0:
        for i in range(8):
            for j in range(8):
                x, y = (j + 0.5 * (i % 2)) * s / 8 + s / 32, (i + 0.5) * s / 8
                pen.ellipse((x - r, y - r, x + r, y + r), fill=255)
    elif kind == 1:
        for i in range(-6, 12):
            a = i * s / 6
            pen.line([(a, 0), (a + s, s)], fill=255, width=max(1, int(r * 0.8)))
    elif kind == 2:
        for cx, cy in ((0.25, 0.25), (0.75, 0.75)):
            t = np.linspace(0, 4.2 * np.pi, 60)
            q = np.stack([(cx + np.cos(t + cx * 9) * t * 0.016) * s, (cy + np.sin(t + cx * 9) * t * 0.016) * s], 1)
            pen.line([tuple(p) for p in q], fill=255, width=max(1, int(r)))
        for cx, cy in ((0.25, 0.75), (0.75, 0.25)):
            pen.ellipse((cx * s - r, cy * s - r, cx * s + r, cy * s + r), fill=255)
    elif kind == 3:
        rr = dice("rice", seed)
        for i in range(5):
            for j in range(5):
                x, y, a = (j + 0.5) * s / 5, (i + 0.5) * s / 5, rr.uniform(0, 3.1)
                d = s * 0.035
                pen.line(
                    [(x - np.cos(a) * d, y - np.sin(a) * d), (x + np.cos(a) * d, y + np.sin(a) * d)],
                    fill=255,
                    width=max(1, int(r * 1.3)),
                )
    return np.asarray(image.reduce(k), np.float32) / 255


def _fill(tile: Array, h: int, w: int) -> Array:
    return np.tile(tile, (h // tile.shape[0] + 1, w // tile.shape[1] + 1))[:h, :w]


def sheet(
    motif: str | None,
    colour: str | None,
    seed: int,
    w: int,
    h: int,
    stamped: bool,
    near: float = 1.0,
    waxed: bool = True,
) -> Array:
    """A cloth of w × h pixels. Stamped cloth repeats exactly, drawn cloth turns and strays. `near` enlarges. What is
    printed, without wax, has no crackle and an even ground."""
    r = dice("batik", seed)
    slug = motif or MOTIFS[int(r.integers(len(MOTIFS)))]
    ground = dye(colour, "batik", seed)
    first, second = (rgb(c) for c in BATHS[int(r.integers(len(BATHS)))])
    if np.abs(first - ground).mean() < 0.12:
        first, second = second, first
    unit = w * near
    size = int(unit * (r.uniform(0.23, 0.27) if stamped else r.uniform(0.32, 0.40)))
    layers = [np.zeros((h, w), np.float32) for _ in range(3)]
    angles = (0,) if stamped else tuple(int(a) for a in r.integers(-60, 60, 4))
    if stamped and r.random() < 0.5:
        angles = (45,)
    step_x, step_y = int(size * (0.98 if stamped else 0.86)), int(size * (0.92 if stamped else 0.76))
    for i in range(-1, h // step_y + 2):
        for j in range(-1, w // step_x + 2):
            x = int((j + 0.5 * (i % 2)) * step_x - size * 0.2 + (0 if stamped else r.uniform(-0.07, 0.07) * size))
            y = int(i * step_y - size * 0.25 + (0 if stamped else r.uniform(-0.07, 0.07) * size))
            stamp = stencil(slug, size, 0.036, angles[(i * 3 + j) % len(angles)])
            if (i + j) % 2:
                stamp = tuple(a[:, ::-1] for a in stamp)  # type: ignore[assignment]
            x0, y0, x1, y1 = max(0, x), max(0, y), min(w, x + size), min(h, y + size)
            if x1 > x0 and y1 > y0:
                cut = np.s_[y0 - y : y1 - y, x0 - x : x1 - x]
                covered = np.clip(stamp[0][cut], 0, 1)
                for layer, part in zip(layers, stamp, strict=True):
                    keep = layer[y0:y1, x0:x1]
                    keep *= 1 - np.maximum(covered, np.maximum(stamp[1][cut], stamp[2][cut]))
                    np.maximum(keep, part[cut], out=keep)
    wax, main, accent = layers
    taken = np.clip(wax + main + accent, 0, 1)
    n = max(24, int(unit * 0.085))
    kind = int(r.integers(5))
    isen = _fill(_tile(n, kind, seed), h, w) * (1 - taken) * (0.85 if kind != 1 else 0.4)
    dots = _fill(_tile(max(20, int(n * 0.72)), 0, seed), h, w) * main * (1 - accent) * 0.8
    border = None
    if (not stamped and seed % 2) or (stamped and seed % 3 == 0):
        border = _border(w, int(unit * 0.16), seed)
    bath = (
        noise((h, w), unit * 0.12, "bath", seed) * 0.05
        + noise((h, w), unit * 0.03, "bath2", seed) * 0.03
        + noise((h, w), 2, "yarn", seed) * 0.02
    )
    if not waxed:
        bath *= 0.3
    out = ground * (1 + bath)[..., None]
    for cover, tone in ((main, first), (accent, second)):
        out += (tone * (1 + bath * 0.8)[..., None] - out) * cover[..., None]
    line = np.clip(wax + isen + dots, 0, 1)
    cream = rgb("#f3e7cf")
    if border is not None:
        bh = border[0].shape[0]
        out[-bh:] = ground * 0.8 * (1 + bath[-bh:])[..., None]
        out[-bh:] += (first - out[-bh:]) * border[1][..., None]
        out[-bh:] += (second - out[-bh:]) * border[2][..., None]
        line[-bh:] = border[0]
    out += (cream * (1 + bath * 0.6)[..., None] - out) * line[..., None]
    if not waxed:
        return out
    crack = noise((h, w), unit * 0.055, "crack", seed) + noise((h, w), unit * 0.02, "crack2", seed) * 0.35
    gy, gx = slope(crack)
    vein = np.clip(1.15 - np.abs(crack) / (np.sqrt(gx * gx + gy * gy) + 1e-4) / max(0.8, near), 0, 1)
    vein *= np.clip(noise((h, w), unit * 0.15, "crackle", seed) * 0.7 + 0.35, 0, 1)
    out += (ground * 0.62 - out) * (vein * (0.15 + 0.5 * line + 0.3 * main))[..., None]
    return out


def _border(w: int, h: int, seed: int) -> tuple[Array, Array, Array]:
    """A foot of bamboo shoots between two rules."""
    h = max(h, 24)
    n = max(3, round(w / (h * 0.62)))
    parts = stencil("pucuk-rebung", max(16, int(h * 0.9)), 0.06)
    out = []
    for k, p in enumerate(parts):
        cell = np.asarray(Image.fromarray(p).resize((max(8, w // n), int(h * 0.82)), Image.Resampling.BILINEAR))
        row = np.zeros((h, w), np.float32)
        tiled = np.tile(cell, (1, n + 1))[:, :w]
        row[h - tiled.shape[0] :] = tiled
        if k == 0:
            for y in (0.02, 0.09):
                row[int(h * y) : int(h * y) + max(1, h // 40)] = 1
        out.append(row)
    return out[0], out[1], out[2]


def cloth(
    scene: Scene, motif: str | None, colour: str | None, seed: int, view: int, stamped: bool, waxed: bool = True
) -> None:
    """The cloth: 0 over the frame, 1 close, 2 folded, 3 hung."""
    w, h = scene.width, scene.height
    if view in (0, 1):
        drape(
            scene,
            sheet(motif, colour, seed, int(w * 1.05), int(h * 1.05), stamped, 1 if view == 0 else 2.3, waxed),
            seed + view,
            0.85,
        )
        return
    px = max(160, int(660 * scene.scale))
    if view == 2:
        folded(
            scene,
            sheet(motif, colour, seed, px, int(px * 1.1), stamped, 1.3, waxed),
            (0, -40),
            (640, 700),
            4,
            6,
            19,
            seed,
        )
        return
    part = sheet(motif, colour, seed, px, int(px * 1.4), stamped, 1.1, waxed)
    bar = [(-400.0, -470.0), (400.0, -470.0)]
    from .plait import RATTAN, rope

    body = part * _pleats(part.shape[1], part.shape[0], seed)
    scene.shadow(rect(0, 10, 600, 920), 34, 40, 40, 0.32)
    lay(scene, body, rect(0, 10, 600, 940))
    rope(scene, np.array(bar), 26, RATTAN, seed, True, 0.2)


def printed(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A cloth that a stamp might have made, if it were not printed."""
    cloth(scene, motif, colour, seed, view, stamped=True, waxed=False)


def _pleats(w: int, h: int, seed: int) -> Array:
    r = dice("pleats", seed)
    x = np.linspace(0, 1, w, dtype=np.float32)[None]
    y = np.linspace(0, 1, h, dtype=np.float32)[:, None]
    wave = np.zeros((h, w), np.float32)
    for _ in range(4):
        wave += np.sin(x * r.uniform(8, 26) + y * r.uniform(-1.5, 1.5) + r.uniform(0, 6)) * r.uniform(0.03, 0.08)
    return (0.92 + wave * (0.3 + 0.7 * y))[..., None]


def scarf(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A square scarf with its hem; view 2 folded to a triangle, 3 knotted loosely."""
    if view == 1:
        cloth(scene, motif, colour, seed, 1, seed % 2 == 0)
        return
    px = max(160, int(760 * scene.scale))
    part = sheet(motif, colour, seed, px, px, seed % 2 == 0, 0.85)
    hem = dye(colour, "batik", seed) * 0.55
    b = max(3, px // 26)
    for edge in (np.s_[:b], np.s_[-b:], np.s_[:, :b], np.s_[:, -b:]):
        part[edge] = hem
    for k in (b + b // 2, b * 2 + 1):
        part[k : k + 2, k:-k] = part[-k - 2 : -k, k:-k] = part[k:-k, k : k + 2] = part[k:-k, -k - 2 : -k] = 0.93
    part = soft_edges(part, 0.03, seed)
    if view == 0:
        c = rect(0, 0, 800, 800, 9 - 18 * (seed % 2))
        scene.shadow(c, 16, 20, 22, 0.36)
        scene.shadow(c, 3, 5, 6, 0.4)
        lay(scene, part, c)
        return
    if view == 3:
        folded(scene, part[: px // 3], (0, -260), (760, 230), 3, 0, 16, seed)
    y0, y1 = (-200, 350) if view == 2 else (-20, 440)
    tri = np.vstack(
        [
            curve([(-440, y0), (0, y0 - 24), (440, y0)], 10),
            curve([(440, y0), (222, (y0 + y1) / 2 + 8), (0, y1)], 8),
            curve([(0, y1), (-222, (y0 + y1) / 2 + 8), (-440, y0)], 8),
        ]
    )
    scene.shadow(tri, 16, 22, 24, 0.36)
    scene.shadow(tri, 3, 5, 6, 0.4)
    w = scene.window(*(tri.min(0) - 6), *(tri.max(0) + 6))
    body = sheet(motif, colour, seed, w.shape[1], w.shape[0], seed % 2 == 0, 0.8)
    body *= (0.84 + 0.18 * np.tanh(clouds(w.shape, 140 * w.scale, "tri", seed)))[..., None]
    m = w.mask(("fill", tri, 1))
    scene.put(w, body, m)
    scene.put(w, np.full(3, 0.93, np.float32), w.mask(("line", tri * 0.93 + (0, (y0 + y1) * 0.028), 3)) * m)
    scene.put(w, hem, w.mask(("line", np.vstack([tri, tri[:1]]), 22)) * m)


def shirt(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A shirt folded for the shelf: collar, placket, sleeves beneath; view 2 the back, 3 on its hanger."""
    if view == 1:
        cloth(scene, motif, colour, seed, 1, seed % 2 == 0)
        return
    px = max(160, int(640 * scene.scale))
    part = sheet(motif, colour, seed, px, int(px * 1.3), seed % 2 == 0, 1.15)
    ground = dye(colour, "batik", seed)
    top, low, half = -330.0, 420.0, 300.0
    if view == 3:
        body = np.vstack(
            [
                [(-100, top + 10)],
                curve([(-190, top + 20), (-300, top + 60), (-440, top + 330)]),
                [(-330, top + 390), (-262, top + 250), (-280, low)],
                [(280, low), (262, top + 250), (330, top + 390)],
                curve([(440, top + 330), (300, top + 60), (190, top + 20)]),
                [(100, top + 10)],
            ]
        )
        half = 440
    else:
        body = np.vstack(
            [
                [(-110, top)],
                curve([(-200, top + 8), (-half + 8, top + 40), (-half, top + 90)]),
                [(-half + 6, low), (half - 6, low)],
                curve([(half, top + 90), (half - 8, top + 40), (200, top + 8)]),
                [(110, top)],
            ]
        )
    scene.shadow(body, 20, 28, 28, 0.36)
    scene.shadow(body, 4, 7, 8, 0.42)
    w = scene.window(-half - 4, top - 90, half + 4, low + 4)
    tex = np.asarray(picture(part).resize((w.shape[1], w.shape[0]), Image.Resampling.BILINEAR), np.float32) / 255
    soft = 0.86 + 0.16 * np.tanh(clouds(w.shape, 120 * w.scale, "shirt", seed))
    edge = np.clip(1.06 - np.square(np.abs(w.x) / (half + 60)) * 0.3, 0, 1.1)
    tex = tex * (soft * edge)[..., None]
    m = w.mask(("fill", body, 1))
    scene.put(w, tex, m)
    if view == 2:
        seam = w.mask(("line", np.array([(-half, top + 150), (half, top + 150)]), 4))
        scene.shade(w, seam * 0.5 * m)
        scene.put(
            w,
            tex[::-1] * 0.9,
            w.mask(
                (
                    "fill",
                    np.vstack(
                        [
                            curve([(-150, top + 14), (0, top + 40), (150, top + 14)]),
                            curve([(130, top - 66), (0, top - 80), (-130, top - 66)]),
                        ]
                    ),
                    1,
                )
            ),
        )
        return
    inside = np.vstack([curve([(-112, top - 20), (0, top - 50), (112, top - 20)]), [(0, top + 140)]])
    scene.put(w, ground * 0.34, w.mask(("fill", inside, 1)))
    placket = np.array([(-24, top + 120), (30, top + 120), (30, low), (-24, low)])
    scene.shade(w, np.roll(w.mask(("fill", placket, 1)), int(5 * w.scale), 1) * 0.25 * m)
    scene.put(w, np.roll(tex, int(60 * w.scale), 0) * 0.98, w.mask(("fill", placket, 1)) * m)
    for side in (-1, 1):
        collar = np.vstack(
            [
                curve([(side * 116, top - 24), (side * 60, top - 66), (0 + side * 20, top - 70)], 6),
                [(side * 4, top + 118)],
                [(side * 150, top + 150)],
                [(side * 172, top + 6)],
            ]
        )
        if side == -1:
            collar = np.vstack([[(-116, top - 24)], [(-2, top + 122)], [(-140, top + 168)], [(-178, top + 10)]])
        else:
            collar = np.vstack([[(116, top - 24)], [(6, top + 122)], [(146, top + 168)], [(178, top + 10)]])
        scene.shadow(collar, 5, 9, 9, 0.45)
        scene.put(w, np.roll(tex, int(90 * w.scale) * side, 1) * 1.05, w.mask(("fill", collar, 1)))
        scene.shade(w, w.mask(("line", collar[[1, 2, 3]] * 0.99 + (0, top * 0.01), 2.5)) * 0.3)
    from .metal import knob

    for y in np.arange(top + 190, low - 30, 130):
        knob(scene, 3, float(y), 9, "emas" if seed % 2 else None)
    if view == 3:
        from .metal import wire

        wire(scene, curve([(0, top - 66), (0, top - 120), (40, top - 150), (20, top - 196), (-26, top - 180)]), 10)
