"""Cast and turned tin: reliefs from drawn masks, turned vessels, rings and chains, and the wood they stand on."""

from __future__ import annotations

import numpy as np

from .light import (
    Array,
    Points,
    Scene,
    Window,
    blur,
    dice,
    gloss,
    inflate,
    lambert,
    noise,
    normal,
    oval,
    rgb,
    sheen,
    step,
)
from .motifs import Part, parts
from .palette import COLOURS
from .solid import Profile, Surface, turn

FINISH = {"timah-satin": 0.75, "timah-kilap": 1.15, "timah-antik": 0.75, "perak": 1.2, "emas": 1.1}
Shapes = list[tuple[str, Points, float]]


def tint(colour: str | None) -> tuple[Array, float, float]:
    """(colour of the metal, polish, how dark its hollows are)."""
    slug = colour if colour in FINISH else "timah-satin"
    return rgb(COLOURS[slug].value) * 1.12, FINISH[slug], 0.9 if slug == "timah-antik" else 0.4


def wood(w: Window, seed: int, tone: str = "#7a4f2e", along: bool = True) -> Array:
    """Oiled wood: long grain in two scales and a few rings."""
    cell = (5.0, 260.0) if along else (260.0, 5.0)
    g = w.noise(cell, "wood", seed) * 0.5
    fine = (1.6, 60.0) if along else (60.0, 1.6)
    g = g + w.noise(fine, "pore", seed) * 0.35
    y = w.y if along else w.x
    rings = np.sin(y * 0.09 + w.noise(170, "ring", seed) * 2.4)
    return rgb(tone) * (1 + 0.1 * g + 0.07 * rings)[..., None]


def slab(
    scene: Scene,
    shape: Array,
    seed: int,
    tone: str = "#7a4f2e",
    edge: float = 12,
    thick: float = 26,
    shadow: bool = True,
) -> None:
    """A board lying flat or standing: outline in units, a rounded edge, its shadow."""
    if shadow:
        scene.shadow(shape, 20, 34, 34, 0.36)
        scene.shadow(shape, 4, thick * 0.5, 9, 0.4)
    (x0, y0), (x1, y1) = shape.min(0) - 3, shape.max(0) + thick + 3
    w = scene.window(x0, y0, x1, y1)
    low = shape + (0, thick)
    walls = [
        ("fill", np.array([p, q, q + (0, thick), p + (0, thick)]), 1.0)
        for p, q in zip(shape, np.roll(shape, -1, 0), strict=True)
    ]
    colour = wood(w, seed, tone)
    down = np.clip((w.y - y0) / (y1 - y0), 0, 1)
    scene.put(w, colour * (0.62 - 0.18 * down)[..., None], w.mask(("fill", low, 1), *walls))
    m = w.mask(("fill", shape, 1))
    h = inflate(m, edge * scene.scale) * edge * scene.scale * 0.8
    n = normal(h)
    scene.put(w, colour * lambert(n)[..., None] + 0.1 * gloss(n, 24)[..., None], m)


def shine(
    scene: Scene, w: Window, h: Array, cover: Array, colour: str | None, seed: int, brushed: float = 0.25
) -> None:
    """Lay a metal relief (height in pixels) on the scene."""
    metal, polish, dark = tint(colour)
    h = h + noise(h.shape, max(3, 26 * w.scale), "dents", seed) * 0.06 * w.scale
    if brushed:
        h = h + w.noise(2.0, "cast", seed) * brushed * 0.14
    n = normal(h)
    out = sheen(n, metal, polish, w)
    hollow = np.clip((blur(h, 16 * w.scale) - h) / (7 * w.scale), 0, 1)
    out *= (1 - dark * hollow)[..., None]
    scene.put(w, out, cover)


def shapes(items: list[Part], cx: float, cy: float, size: float, tone: int | None = None) -> Shapes:
    """A motif as mask shapes around (cx, cy), `size` units from its middle to its edge."""
    out: Shapes = []
    for kind, p, s, t in items:
        ink = (0.0 if t == 0 else 1.0) if tone is None else float(t == tone)
        k = ink if kind == "fill" else s * size * (1 if ink else -1)
        out.append((kind, p * size + (cx, cy), k))
    return out


def emboss(w: Window, items: list[Part], cx: float, cy: float, size: float, high: float = 9) -> Array:
    """The height in pixels of a motif raised on a plate: round figures, the accents one step higher."""
    s = w.scale
    main = w.mask(*shapes(items, cx, cy, size))
    second = w.mask(*shapes(items, cx, cy, size, 2))
    r = max(2.0, size * 0.055) * s
    return (inflate(main, r) * high + inflate(second, r * 0.7) * high * 0.55 + blur(main, r * 2) * high * 0.35) * s


def plate(w: Window, shape: Array, edge: float, high: float) -> tuple[Array, Array]:
    """(height in pixels, coverage) of a plate with a rounded edge."""
    m = w.mask(("fill", shape, 1))
    return inflate(m, edge * w.scale) * high * w.scale, m


def relief_of(slug: str) -> list[Part]:
    return parts(slug)


def knob(scene: Scene, x: float, y: float, r: float, colour: str | None = None) -> None:
    """A small tin knob."""
    scene.shadow(oval(x, y, r, r), 6, 9, 8, 0.5)
    w = scene.window(x - r - 3, y - r - 3, x + r + 3, y + r + 3)
    d = np.sqrt(np.square(w.x - x) + np.square(w.y - y)) / r
    h = (np.sqrt(np.clip(1 - d * d, 0, 1)) * r * 0.6 + np.where(d < 0.7, 3 * np.cos(d * 9), 0)) * w.scale
    shine(scene, w, h.astype(np.float32), np.clip((1 - d) * r * w.scale + 0.5, 0, 1), colour, 3, 0.1)


def ring(
    scene: Scene,
    cx: float,
    cy: float,
    rx: float,
    ry: float,
    thick: float,
    colour: str | None = "perak",
    arc: tuple[float, float] = (0, 360),
    shadow: bool = True,
) -> None:
    """A round wire bent to an oval or to a part of it."""
    a = np.radians(np.linspace(arc[0], arc[1], 90))
    line = np.stack([cx + np.cos(a) * rx, cy + np.sin(a) * ry], 1)
    wire(scene, line, thick, colour, shadow)


def wire(scene: Scene, line: Array, thick: float, colour: str | None = "perak", shadow: bool = True) -> None:
    """A round wire along a line."""
    (x0, y0), (x1, y1) = line.min(0) - thick * 2, line.max(0) + thick * 2
    w = scene.window(x0, y0, x1 + 20, y1 + 20)
    if shadow:
        dark = blur(w.mask(("line", line + (thick * 0.45, thick * 0.7), thick * 1.05)), thick * 0.4 * w.scale)
        scene.shade(w, np.clip(dark, 0, 1) * 0.42)
    m = w.mask(("line", line, thick))
    h = inflate(m, thick * 0.42 * w.scale) * thick * 0.5 * w.scale
    shine(scene, w, h, m, colour, 1, 0.0)


def chain(scene: Scene, line: Array, link: float = 17, colour: str | None = "perak") -> None:
    """Links along a line, every second seen on edge."""
    d = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.arange(0, d[-1], link * 0.72)
    x, y = np.interp(at, d, line[:, 0]), np.interp(at, d, line[:, 1])
    for i in range(len(at)):
        j = min(i + 1, len(at) - 1)
        a = np.arctan2(y[j] - y[j - 1], x[j] - x[j - 1])
        flat = 0.62 if i % 2 == 0 else 0.2
        wire(scene, oval(x[i], y[i], link * 0.6, link * 0.6 * flat, float(a), 30)[np.r_[0:30, 0]], link * 0.24, colour)


def turned(
    scene: Scene,
    at: tuple[float, float],
    outer: Profile,
    inner: Profile | None,
    colour: str | None,
    seed: int,
    tilt: float,
    bands: tuple[float, ...] = (),
    smooth: int = 5,
) -> Surface:
    """A turned tin vessel with engraved bands at some heights."""
    s = turn(scene, at, outer, tilt, inner, smooth=smooth)
    metal, polish, dark = tint(colour)
    h = np.zeros(s.window.shape, np.float32)
    for z in bands:
        h -= np.exp(-np.square((s.height - z) / 2.6)) * 3.0 * scene.scale
    h *= ~s.inside
    h += s.window.noise((1.6, 40), "lathe", seed) * 0.10 + s.window.noise(30, "dent", seed) * 0.14 * scene.scale
    n = s.relief(h)
    out = sheen(n, metal, polish, s.window)
    deep = np.where(s.inside, step(s.height, outer[0][1] - 40, outer[-1][1]) * 0.62 + 0.18, 1)
    out *= deep[..., None]
    if dark > 0.5:
        for z in bands:
            out *= (1 - 0.4 * np.exp(-np.square((s.height - z) / 5)))[..., None]
    scene.put(s.window, out, s.cover)
    return s


def laurel(cx: float, cy: float, r: float, n: int = 22) -> Shapes:
    """A rope of leaves around a round plate."""
    out: Shapes = []
    for i in range(n):
        a = 2 * np.pi * i / n
        out.append(("fill", oval(cx + np.cos(a) * r, cy + np.sin(a) * r, r * 0.12, r * 0.045, a + 1.95, 20), 1))
        out.append(("fill", oval(cx + np.cos(a) * r, cy + np.sin(a) * r, r * 0.12, r * 0.045, a + 1.15, 20), 1))
    return out


def lot(seed: int, *choices: str) -> str:
    return choices[int(dice("lot", seed, choices).integers(len(choices)))]
