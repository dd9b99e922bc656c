"""How a sheet lies: hanging in soft folds over the whole frame, folded in a pile, rolled on its tube, or flat."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .light import Array, Points, Scene, blur, clouds, dice, lambert, normal, resize, slope, step


def picture(sheet: Array) -> Image.Image:
    return Image.fromarray((np.clip(sheet, 0, 1) * 255).astype(np.uint8))


def drape(scene: Scene, sheet: Array, seed: int, depth: float = 1.0) -> None:
    """Fill the frame with a sheet that hangs or lies in a few soft folds; the sheet may be larger than the frame."""
    h, w = scene.height, scene.width
    small = (max(8, h // 8), max(8, w // 8))
    r = dice("drape", seed)
    y, x = np.mgrid[0 : small[0], 0 : small[1]].astype(np.float32) / small[1]
    fold = clouds(small, small[1] * 0.5, "d", seed) * 0.012
    for _ in range(3):
        a = r.uniform(-0.5, 0.5) + (np.pi / 2 if r.random() < 0.25 else 0)
        d = x * np.cos(a) + y * np.sin(a) + 0.04 * np.sin(3 * (y * np.cos(a) - x * np.sin(a)) + r.uniform(0, 6))
        p, k = r.uniform(0, 1.2), r.uniform(0.05, 0.16)
        fold += r.uniform(0.02, 0.05) * np.exp(-np.square((d - p) / k)) * r.choice([1, -1, 1])
    fold = blur(fold, 2) * depth
    px = fold * small[1]
    light = 0.7 * lambert(normal(px * 1.25)) + 0.3
    hollow = np.clip(fold - blur(fold, small[1] * 0.08), -0.02, 0.02)
    light *= 1 + hollow * 7
    gy, gx = slope(px)
    mesh = []
    n = 22
    image = picture(sheet)
    sx, sy = (image.width - 1) / w, (image.height - 1) / h
    zoom, push = 0.93, w * 0.022

    def source(u: float, v: float) -> tuple[float, float]:
        i, j = min(small[0] - 1, int(v / h * small[0])), min(small[1] - 1, int(u / w * small[1]))
        su = (u - w / 2) * zoom + w / 2 + float(np.clip(gx[i, j], -1.2, 1.2)) * push
        sv = (v - h / 2) * zoom + h / 2 + float(np.clip(gy[i, j], -1.2, 1.2)) * push
        return float(np.clip(su, 0, w)) * sx, float(np.clip(sv, 0, h)) * sy

    xs, ys = np.linspace(0, w, n + 1).astype(int), np.linspace(0, h, n + 1).astype(int)
    at = [[source(float(u), float(v)) for u in xs] for v in ys]
    for i in range(n):
        for j in range(n):
            box = (int(xs[j]), int(ys[i]), int(xs[j + 1]), int(ys[i + 1]))
            if box[2] > box[0] and box[3] > box[1]:
                mesh.append((box, (*at[i][j], *at[i + 1][j], *at[i + 1][j + 1], *at[i][j + 1])))
    bent = image.transform((w, h), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)
    scene.rgb = np.asarray(bent, np.float32) / 255
    scene.rgb *= resize(light, (h, w))[..., None]


def _homography(target: Points, size: tuple[int, int]) -> list[float]:
    w, h = size
    rows, right = [], []
    for (x, y), (u, v) in zip(target, [(0, 0), (w, 0), (w, h), (0, h)], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return [float(c) for c in np.linalg.solve(np.array(rows, float), np.array(right, float))]


def lay(
    scene: Scene, sheet: Array, corners: Points | list[Array], cover: Array | None = None, shade: float = 1
) -> None:
    """Lay a sheet so that its corners (from the upper left, clockwise) come to rest at `corners`, in units."""
    p = np.asarray(corners, float)
    (x0, y0), (x1, y1) = p.min(0) - 2, p.max(0) + 2
    w = scene.window(x0, y0, x1, y1)
    alpha = np.ones(sheet.shape[:2], np.float32) if cover is None else cover
    image = Image.fromarray((np.clip(np.dstack([sheet, alpha]), 0, 1) * 255).astype(np.uint8), "RGBA")
    edge = w.mask(("fill", p, 1))
    c = _homography(w.pixel(p), image.size)
    out = image.transform((w.shape[1], w.shape[0]), Image.Transform.PERSPECTIVE, c, Image.Resampling.BILINEAR)
    a = np.asarray(out, np.float32) / 255
    scene.put(w, a[..., :3] * shade, a[..., 3] * edge)


def rect(cx: float, cy: float, w: float, h: float, turn: float = 0) -> Array:
    """Corners of a rectangle turned by degrees, from the upper left clockwise."""
    a = np.radians(turn)
    p = np.array([(-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2), (-w / 2, h / 2)])
    return p @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) + (cx, cy)


def soft_edges(sheet: Array, rim: float = 0.02, seed: int = 0) -> Array:
    """Round off the light at the rim of a piece and let it undulate a little."""
    h, w = sheet.shape[:2]
    y = np.minimum(np.arange(h), np.arange(h)[::-1])[:, None] / (rim * w)
    x = np.minimum(np.arange(w), np.arange(w)[::-1])[None] / (rim * w)
    wave = lambert(normal(clouds((max(8, h // 8), max(8, w // 8)), w / 26, "edge", seed) * 2.2))
    k = (0.72 + 0.28 * step(y, 0, 1)) * (0.78 + 0.22 * step(x, 0, 1))
    return sheet * (k * (0.55 + 0.45 * resize(wave, (h, w))))[..., None].astype(np.float32)


def folded(
    scene: Scene,
    sheet: Array,
    at: tuple[float, float] = (0, 0),
    size: tuple[float, float] = (640, 700),
    layers: int = 4,
    turn: float = -7,
    lift: float = 20,
    seed: int = 0,
) -> None:
    """A piece folded to a neat pile: its upper face and the round folds of its lower edge."""
    (cx, cy), (w, h) = at, size
    total = layers * lift
    scene.shadow(rect(cx, cy + total / 2, w, h + total, turn), 26, 34, 36, 0.34)
    scene.shadow(rect(cx, cy + total / 2, w, h + total, turn), 5, 7, 10, 0.42)
    a = np.radians(turn)
    down = np.array([-np.sin(a), np.cos(a)])
    face = soft_edges(sheet, 0.018, seed)
    strip = sheet[-max(6, sheet.shape[0] // 8) :]
    t = np.linspace(-1, 1, strip.shape[0], dtype=np.float32)[:, None, None]
    fold = strip * (0.34 + 0.72 * np.sqrt(np.clip(1 - np.square(t + 0.15), 0, 1)))
    r = dice("fold", seed)
    for i in range(layers, 0, -1):
        over = r.uniform(-5, 5)
        base = np.array([cx + over, cy]) + down * (h / 2 + (i - 0.5) * lift)
        lay(scene, fold, rect(float(base[0]), float(base[1]), w - 4 + r.uniform(-4, 2), lift * 1.1, turn))
    lay(scene, face, rect(cx, cy, w, h, turn))


def rolled(scene: Scene, sheet: Array, turn: float = -8, width: float = 640, seed: int = 0) -> None:
    """A piece half unrolled from its tube."""
    h, w = sheet.shape[:2]
    px = w / width
    radius = 92 * px
    n = int(2 * radius)
    t = np.linspace(-1, 1, n, dtype=np.float32)
    rows = (h * 0.4 + radius * np.arcsin(np.clip(t, -0.999, 0.999))).astype(int) % h
    ny, nz = t, np.sqrt(np.clip(1 - t * t, 0, 1))
    light = 0.28 + 0.85 * np.clip(-ny * 0.62 + nz * 0.6, 0, 1) + 0.1 * np.clip(ny, 0, 1)
    roll = sheet[rows] * light[:, None, None]
    flat = soft_edges(sheet[: int(h * 0.82)], 0.015, seed).copy()
    d = np.arange(flat.shape[0], dtype=np.float32) / px
    flat *= (1 - 0.55 * np.exp(-np.clip(d - 55, 0, None) / 60))[:, None, None]
    fh = flat.shape[0] / px
    a = np.radians(turn)
    down, right = np.array([-np.sin(a), np.cos(a)]), np.array([np.cos(a), np.sin(a)])
    head = np.array([0.0, -330.0])
    mid = head + down * (fh / 2)
    scene.shadow(rect(float(mid[0]), float(mid[1]), width, fh, turn), 10, 12, 14, 0.4)
    lay(scene, flat, rect(float(mid[0]), float(mid[1]), width, fh, turn))
    scene.shadow(
        rect(float(head[0] + down[0] * 20), float(head[1] + down[1] * 20), width + 20, 150, turn), 18, 34, 26, 0.36
    )
    lay(scene, roll, rect(float(head[0]), float(head[1]), width, 184, turn))
    end = head + right * (width / 2)
    _roll_end(scene, end, a, np.asarray(sheet[h // 2].mean(0), np.float32))


def _roll_end(scene: Scene, end: Array, a: float, colour: Array) -> None:
    from .light import oval

    w = scene.window(end[0] - 60, end[1] - 110, end[0] + 60, end[1] + 110)
    scene.put(w, colour * 0.5, w.mask(("fill", oval(float(end[0]), float(end[1]), 30, 92, a), 1)))
    t = np.linspace(0, 1, 160)
    k = 1 - t * 0.55
    ang = t * 2 * np.pi * 4.5
    spiral = np.stack([np.cos(ang) * 29 * k, np.sin(ang) * 90 * k], 1) @ np.array(
        [[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]
    )
    scene.put(w, colour * 1.15, w.mask(("line", spiral + end, 4.5)))
    scene.put(
        w, np.array([0.74, 0.66, 0.53], np.float32), w.mask(("fill", oval(float(end[0]), float(end[1]), 13, 40, a), 1))
    )
    scene.put(w, np.array([0.2, 0.16, 0.13], np.float32), w.mask(("fill", oval(end[0] + 1, end[1], 9, 31, a), 1)))
