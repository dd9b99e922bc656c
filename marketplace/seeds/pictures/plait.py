"""Plaiting: which strand lies on top at a place, how it bends, and the sheets and turned forms made of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .light import Array, Scene, blur, curve, dice, gloss, lambert, normal, rgb, step
from .solid import Surface


@dataclass
class Strands:
    """At every place: height 0..1 of the upper strand, its number, whether it runs along u, and its edge."""

    high: Array
    number: Array
    lengthwise: Array
    across: Array


def plait(u: Array, v: Array, kind: str = "plain") -> Strands:
    """Strands of width 1 along u and v: "plain" 1/1, "twill" 2/2, "basket" pairs, "stake" weavers around stakes."""
    iu, iv = np.floor(u), np.floor(v)
    fu, fv = u - iu, v - iv
    iu, iv = iu.astype(np.int32), iv.astype(np.int32)
    if kind == "twill":
        k = (iu + iv) % 4
        over = k < 2
        pos = np.where(over, k + fu, k - 2 + fv) * 0.5
    elif kind == "twill3":
        k = (iu + iv) % 3
        over = k < 2
        pos = np.where(over, (k + fu) * 0.5, fv)
    else:
        over = (iu + iv) % 2 == 0
        pos = np.where(over, fu, fv)
    across = np.where(over, fv, fu) * 2 - 1
    if kind == "stake":
        high = np.sqrt(np.clip(1 - np.square(fv * 2 - 1), 0, 1)) * (
            0.62 + 0.38 * np.where(over, 1, -1) * np.sin(np.pi * fu)
        )
        return Strands(high.astype(np.float32), iv, np.ones(u.shape, bool), (fv * 2 - 1).astype(np.float32))
    high = np.sqrt(np.clip(1 - 0.92 * across * across, 0, 1)) * (0.5 + 0.5 * np.sin(np.pi * pos))
    return Strands(high.astype(np.float32), np.where(over, iv, iu), over, across.astype(np.float32))


def fibre(
    s: Strands, base: Array, seed: int, spread: float = 0.09, second: Array | None = None, dyed: Array | None = None
) -> Array:
    """The strands' own colours: each a little different, some dyed, darker at the edges."""
    table = dice("fibre", seed).standard_normal(1024).astype(np.float32) * spread
    tone = 1 + table[(s.number + 311 * s.lengthwise) & 1023]
    tone = tone * (0.62 + 0.38 * np.clip(1 - s.across**4, 0, 1)) * (0.66 + 0.34 * s.high)
    if second is None or dyed is None:
        return base * tone[..., None]
    return np.where(dyed[..., None], second, base) * tone[..., None]


def skin(
    scene: Scene,
    s: Surface,
    strands: Strands,
    colour: Array,
    deep: float = 5,
    polish: float = 0.14,
    seed: int = 0,
    smooth: Array | None = None,
) -> None:
    """Put a plaited skin on a turned form."""
    high = strands.high * deep * scene.scale
    if smooth is not None:
        high = high * smooth
    n = s.relief(high + s.window.noise(2, "fibre", seed) * 0.06)
    light = lambert(n, 0.35)
    out = colour * (light * 0.92)[..., None] + (gloss(n, 22) * polish)[..., None]
    if s.inside.any():
        out = np.where(s.inside[..., None], out * _inner(s)[..., None], out)
    scene.put(s.window, out.astype(np.float32), s.cover)


def _inner(s: Surface) -> Array:
    low, top = float(s.height.min()), float(s.height.max())
    return 0.42 + 0.5 * step(s.height, low, top) * (0.7 + 0.3 * np.clip(np.sin(s.angle), -1, 1) * -1)


def sheet(
    w: int, h: int, cell: float, kind: str, base: Array, second: Array, pattern: int, seed: int, diagonal: bool = False
) -> Array:
    """A flat plaited sheet of w × h pixels, strands `cell` pixels wide, dyed strands making its pattern."""
    x = (np.arange(w, dtype=np.float32) / cell)[None]
    y = (np.arange(h, dtype=np.float32) / cell)[:, None]
    u, v = (x + y, x - y + 512) if diagonal else (x + 0 * y + 64, y + 0 * x + 64)
    wander = 0.12 * np.sin(v * 0.23 + seed) if not diagonal else 0.0
    s = plait(u + wander, v, kind)
    dyed = dyed_strands(s, u, v, pattern)
    n = normal(s.high * cell * 0.30 + np.sin(s.across * 14) * cell * 0.006)
    return fibre(s, base, seed, 0.08, second, dyed) * lambert(n, 0.3)[..., None] + (gloss(n, 20) * 0.1)[..., None]


def dyed_strands(s: Strands, u: Array, v: Array, pattern: int) -> Array:
    """Which visible strands are dyed: 0 none, 1 checks, 2 stripes, 3 nested diamonds, 4 borders of zigzag."""
    k = s.number
    iu, iv = np.floor(u), np.floor(v)
    if pattern == 1:
        return k % 8 < 2
    if pattern == 2:
        return s.lengthwise & (k % 12 < 4) | (~s.lengthwise & (k % 24 == 5))
    if pattern == 3:
        d = np.abs(iu % 24 - 12) + np.abs(iv % 24 - 12)
        return (d % 8 < 3) & s.lengthwise
    if pattern == 4:
        return (np.abs((iv % 22) - 11 + np.abs(iu % 12 - 6) - 3) < 2) & ~s.lengthwise
    return np.zeros(k.shape, bool)


def rope(
    scene: Scene, line: Array, thick: float, base: Array, seed: int = 0, shadow: bool = True, twist: float = 1.0
) -> None:
    """A twisted or wrapped rope along a smooth line."""
    pad = thick * 2
    (x0, y0), (x1, y1) = line.min(0) - pad, line.max(0) + pad
    w = scene.window(x0, y0, x1 + pad, y1 + pad)
    m = w.mask(("line", line, thick))
    if shadow:
        dark = blur(w.mask(("line", line + (thick * 0.4, thick * 0.6), thick)), thick * 0.4 * w.scale)
        scene.shade(w, np.clip(dark, 0, 1) * 0.4)
    d = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.arange(0, d[-1], thick * 0.5)
    px, py = np.interp(at, d, line[:, 0]), np.interp(at, d, line[:, 1])
    gx, gy = (np.gradient(px), np.gradient(py)) if len(at) > 1 else (np.ones(1), np.zeros(1))
    k = 1 / np.maximum(np.hypot(gx, gy), 1e-6)
    tx, ty = gx * k * thick * 0.42 * twist, gy * k * thick * 0.42 * twist
    ox, oy = -gy * k * thick * 0.5, gx * k * thick * 0.5
    cuts = [
        ("line", np.array([(a - c + e, b - g + f), (a + c - e, b + g - f)]), thick * 0.1)
        for a, b, c, g, e, f in zip(px, py, tx, ty, ox, oy, strict=True)
    ]
    furrow = w.mask(*cuts)
    core = blur(m, thick * 0.3 * w.scale)
    h = (np.clip(core * 2 - 1, 0, 1) ** 0.5 * thick * 0.5 - blur(furrow, 0.8) * thick * 0.08) * w.scale
    n = normal(h)
    out = base * (lambert(n, 0.3) * (1 - 0.35 * furrow) * (1 + w.noise(6, "rope", seed) * 0.06))[..., None]
    scene.put(w, out + (gloss(n, 20) * 0.12)[..., None], m)


LAIS, RATTAN, NIPAH, PURUN = rgb("#c9ad74"), rgb("#c08c4f"), rgb("#a9824f"), rgb("#b9a86a")


def bow(x0: float, x1: float, y: float, high: float) -> Array:
    """A handle from (x0, y) up and down to (x1, y)."""
    m = (x0 + x1) / 2
    return curve(
        [
            (x0, y),
            (x0 + (m - x0) * 0.12, y - high * 0.6),
            (m - (m - x0) * 0.45, y - high * 0.96),
            (m + (m - x0) * 0.45, y - high * 0.96),
            (x1 - (m - x0) * 0.12, y - high * 0.6),
            (x1, y),
        ]
    )
