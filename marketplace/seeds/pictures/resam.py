"""Resam: caps, bracelets, rings and hats plaited of fern fibre on a wooden form."""

from __future__ import annotations

import numpy as np

from .light import Array, Scene, dice, oval, rgb, step
from .palette import value
from .plait import Strands, dyed_strands, fibre, plait, skin
from .solid import Profile, Surface, turn


def _tones(colour: str | None, seed: int) -> tuple[Array, Array]:
    """The cap's fibre and its pattern's fibre: brown lilit with white sulur or the other way round."""
    slug = colour or ("lilit-cokelat" if seed % 3 else "sulur-putih")
    base = value(slug, "lilit-cokelat")
    return base, rgb("#d8c59a") if base.mean() < 0.4 else rgb("#5a3820")


def _skin(
    scene: Scene,
    s: Surface,
    cell: float,
    crown: float,
    base: Array,
    second: Array,
    pattern: int,
    seed: int,
    deep: float,
    fold: Array,
) -> None:
    around = max(
        24, round(2 * np.pi * float(s.radius[~s.inside].max() if (~s.inside).any() else 200) / cell / 1.42 / 24) * 24
    )
    u = s.angle / (2 * np.pi) * around
    v = s.along / cell / 1.42
    side = plait(u + v + 512, u - v + 512, "twill")
    px, py = s.radius * np.cos(s.angle) / cell / 1.2, s.radius * np.sin(s.angle) / cell / 1.2
    top = plait(px + 512, py + 512, "twill")
    up = (s.along > crown) & ~s.inside
    mix = Strands(
        *(
            np.where(up, a, b)
            for a, b in (
                (top.high, side.high),
                (top.number, side.number),
                (top.lengthwise, side.lengthwise),
                (top.across, side.across),
            )
        )
    )
    dyed = _pattern(s, around, cell, crown, pattern)
    ring = np.abs(np.maximum(np.abs(px), np.abs(py)) - 4.5) < 1.2
    dyed = np.where(up, ring & (pattern > 0), dyed)
    colour = fibre(mix, base, seed, 0.13, second, dyed) * (1 + s.window.noise((3, 30), "resam", seed) * 0.05)[..., None]
    skin(scene, s, mix, colour * fold[..., None], deep, 0.16, seed)


def _pattern(s: Surface, around: int, cell: float, crown: float, pattern: int) -> Array:
    """The woven figure of the side, by place: 1 zigzag, 2 diamonds, 3 two bands, 4 pucuk rebung."""
    v = s.along / crown
    a = (s.angle / (2 * np.pi) * (around // 6 if cell < 12 else around // 4)) % 1
    tri = np.abs(a * 2 - 1)
    if pattern == 1:
        return np.abs(v - 0.42 - tri * 0.26) < 0.055
    if pattern == 2:
        return (
            (np.abs(np.abs(v - 0.55) / 0.24 + tri - 0.86) < 0.17)
            | (np.abs(v - 0.18) < 0.03)
            | (np.abs(v - 0.92) < 0.03)
        )
    if pattern == 3:
        return (np.abs(v - 0.24) < 0.06) | (np.abs(v - 0.78) < 0.06)
    if pattern == 4:
        return (v > 0.14) & (v < 0.14 + 0.5 * (1 - tri)) & ((v * 14).astype(int) % 2 == 0)
    return np.zeros(v.shape, bool)


def cap(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int, fine: bool) -> None:
    """The songkok: an oval wall, a firm edge, a flat top; view 2 from above, 3 resting on its top, hollow up."""
    r = dice("cap", seed)
    tall = float(r.uniform(205, 245))
    base, second = _tones(colour, seed)
    cell = float(r.uniform(6.5, 8)) if fine else float(r.uniform(15, 19))
    pattern = int(r.integers(1, 5)) if fine else int(r.integers(0, 4))
    tilt = (0.40, 0.40, 0.86, 0.62)[view]
    wide = 1.16 if seed % 2 else 1.07
    rim = 232.0
    if view == 3:
        outer: Profile = [(0.2, 0), (180, 3), (206, 14), (218, 40), (226, tall * 0.6), (rim, tall)]
        inner: Profile | None = [(0.2, 10), (176, 12), (202, 24), (218, tall * 0.6), (rim - 9, tall)]
        crown = 1e9
    else:
        outer = [
            (rim, 0),
            (rim + 3, 6),
            (rim + 2, 16),
            (rim - 3, 22),
            (rim - 6, tall * 0.5),
            (rim - 16, tall - 16),
            (rim - 22, tall - 4),
            (rim - 32, tall),
            (rim - 60, tall + 3),
            (60, tall + 5),
            (0.2, tall + 6),
        ]
        inner, crown = None, tall + 6
    cy = 0.45 * tall * np.cos(tilt) + 20
    scene.stand(0, cy, rim * wide, rim * np.sin(tilt), 0.55)
    scene.shadow(oval(170, cy - 10, 240, 90), 20, 4, 46, 0.22)
    s = turn(scene, (0, cy), outer, tilt, inner, wide, 4)
    fold = 1 - 0.34 * np.exp(-np.square((s.height - 22) / 4)) if view != 3 else np.ones(s.height.shape)
    fold = fold * (1 - 0.25 * (1 - step(s.height, 0, 60)) * (view != 3))
    _skin(
        scene,
        s,
        cell,
        crown if view != 3 else tall * 1.4,
        base,
        second,
        pattern,
        seed,
        3.2 if fine else 7.5,
        fold.astype(np.float32),
    )


def _band(
    scene: Scene,
    at: tuple[float, float],
    r: float,
    high: float,
    thick: float,
    tilt: float,
    cell: float,
    colour: str | None,
    seed: int,
    pattern: int,
) -> None:
    base, second = _tones(colour, seed)
    b = thick * 0.5
    outer: Profile = [
        (r - b, 0),
        (r - 2, b * 0.4),
        (r, high * 0.3),
        (r + 2, high * 0.5),
        (r, high * 0.7),
        (r - 2, high - b * 0.4),
        (r - b, high),
    ]
    inner: Profile = [(r - thick, 0), (r - thick - 1, high * 0.5), (r - b - 1, high)]
    scene.shadow(_ring(at, r, tilt), 12, 16, 12, 0.4)
    s = turn(scene, at, outer, tilt, inner, 1.0, 2, True)
    n = round(2 * np.pi * r / cell / 1.42 / 4) * 4
    u, v = s.angle / (2 * np.pi) * n, s.height / cell / 1.42
    p = plait(u + v + 512, u - v + 512, "twill")
    dyed = dyed_strands(p, u + v + 512, u - v + 512, pattern)
    edge = (s.height < high * 0.14) | (s.height > high * 0.86)
    dyed = np.where(edge, seed % 2 == 0, dyed)
    skin(scene, s, p, fibre(p, base, seed, 0.12, second, dyed), cell * 0.4, 0.18, seed)


def _ring(at: tuple[float, float], r: float, tilt: float) -> Array:
    """A flat ring's outline as one polygon with a slit, so its shadow is hollow."""
    out, hole = oval(at[0], at[1], r, r * np.sin(tilt)), oval(at[0], at[1], r * 0.84, r * 0.84 * np.sin(tilt))
    return np.vstack([out, out[:1], hole[:1], hole[::-1]])


def bracelet(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Two or three bracelets; view 2 a pile."""
    r = dice("bracelet", seed)
    tilt = 0.62
    places = (
        [(-150.0, -150.0, 205.0), (130.0, 130.0, 225.0)]
        if view != 2
        else [(0.0, 200.0, 230.0), (6.0, 110.0, 226.0), (-4.0, 20.0, 228.0)]
    )
    if seed % 3 == 0 and view != 2:
        places.append((-210.0, 290.0, 160.0))
    for i, (x, y, rad) in enumerate(places):
        _band(
            scene,
            (x, y),
            rad,
            66 + 40 * ((seed + i) % 2),
            22,
            tilt,
            float(r.uniform(8, 12)),
            colour,
            seed + i * 7,
            int(r.integers(1, 4)),
        )


def ring(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Finger rings, near."""
    r = dice("ring", seed)
    places = [(0.0, 110.0, 270.0)] if view == 2 else [(-120.0, -80.0, 205.0), (150.0, 190.0, 205.0)]
    for i, (x, y, rad) in enumerate(places):
        _band(scene, (x, y), rad, 130, 40, 0.55, float(r.uniform(17, 24)), colour, seed + 5 * i, int(r.integers(1, 4)))


def hat(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A brimmed hat with a band."""
    r = dice("hat", seed)
    base, second = _tones(colour or "sulur-putih", seed)
    tilt = (0.48, 0.48, 0.9, 0.22)[view]
    brim, crown = float(r.uniform(340, 390)), float(r.uniform(150, 190))
    outer: Profile = [
        (brim, 0),
        (brim + 3, 5),
        (brim - 20, 12),
        (brim - 90, 22),
        (196, 40),
        (190, 50),
        (184, 90),
        (178, crown),
        (160, crown + 24),
        (110, crown + 38),
        (0.2, crown + 44),
    ]
    cy = 90.0
    scene.stand(0, cy, brim * 1.05, brim * np.sin(tilt), 0.5)
    s = turn(scene, (0, cy), outer, tilt, None, 1.06, 4)
    cell = 9.0
    px, py = s.radius * np.cos(s.angle) / cell, s.radius * np.sin(s.angle) / cell
    n = round(2 * np.pi * 185 / cell / 4) * 4
    wall = (s.radius < 200) & (s.height < crown + 6) & (s.height > 44)
    u = np.where(wall, s.angle / (2 * np.pi) * n, px + 512)
    v = np.where(wall, s.height / cell + 512, py + 512)
    p = plait(u, v, "twill")
    sash = wall & (s.height > 56) & (s.height < 108)
    ringed = (np.abs(s.radius - brim + 26) < 9) & (s.height < 30)
    colour_map = fibre(
        p,
        base,
        seed,
        0.1,
        second,
        dyed_strands(p, u, v, 3) & sash | ringed | (sash & ((s.height < 62) | (s.height > 102))),
    )
    dark = 1 - 0.35 * np.exp(-np.square((s.radius - 204) / 14)) * (s.height < 60)
    skin(scene, s, p, colour_map * dark[..., None], 3.6, 0.12, seed)
