"""Basketry on a form: covers, hats, baskets, trays and bowls of lais, rattan and nipah ribs."""

from __future__ import annotations

import numpy as np

from .light import Array, Scene, curve, dice, gloss, lambert, oval, rgb, step
from .palette import value
from .plait import LAIS, NIPAH, RATTAN, bow, dyed_strands, fibre, plait, rope, skin
from .solid import Profile, turn

DYES = ("#8c3b2e", "#3f5a43", "#5a3a22", "#7a1a2b", "#2e4a5c", "#b5651d", "#4d2a5c")


def dyes(colour: str | None, seed: int, base: Array = LAIS) -> tuple[Array, Array]:
    second = (
        value(colour, "alam") if colour and colour != "alam" else rgb(DYES[int(dice("dyes", seed).integers(len(DYES)))])
    )
    return base * (0.94 + 0.1 * float(dice("base", seed).random())), second


def pattern_of(seed: int) -> int:
    return int(dice("pattern", seed).integers(1, 5))


def cover(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Tudung saji: the dome that keeps a tray of food."""
    r = dice("cover", seed)
    base, second = dyes(colour, seed)
    tilt = (0.46, 0.46, 1.0, 0.2)[view]
    rad, high = 380.0, float(r.uniform(250, 330))
    a = np.linspace(0, np.pi / 2, 14)
    outer: Profile = [
        (rad + 6, 0),
        (rad + 8, 10),
        (rad, 18),
        *[(rad * float(np.cos(t)) ** 0.9, 20 + high * float(np.sin(t))) for t in a[1:-1]],
        (24, high + 18),
        (16, high + 24),
        (26, high + 36),
        (24, high + 52),
        (8, high + 60),
        (0.2, high + 61),
    ]
    cy = 0.42 * high * np.cos(tilt) + 30
    scene.stand(0, cy, rad, rad * np.sin(tilt))
    scene.shadow(oval(220, cy, 280, 90), 30, 4, 50, 0.2)
    s = turn(scene, (0, cy), outer, tilt, smooth=3)
    cell = float(r.uniform(19, 26))
    rho = float(s.along.max()) - s.along
    u, v = rho * np.cos(s.angle) / cell, rho * np.sin(s.angle) / cell
    p = plait((u + v) * 0.7071 + 512, (u - v) * 0.7071 + 512, "twill" if seed % 2 else "plain")
    k = (6, 8, 5, 12)[seed % 4]
    star = np.abs(((s.angle / (2 * np.pi) * k) % 1) * 2 - 1)
    q = rho / (high * 1.6)
    dyed = ((q * 4 + star * 1.3) % 1.9 < 0.55) & (q > 0.1)
    third = rgb(DYES[(seed * 3 + 1) % len(DYES)])
    c = fibre(p, base, seed, 0.08, second, dyed)
    c = np.where(
        (((q * 4 + star * 1.3) % 1.9 > 0.95) & ((q * 4 + star * 1.3) % 1.9 < 1.2) & (q > 0.1))[..., None],
        third * (0.6 + 0.4 * p.high)[..., None],
        c,
    )
    edge = (s.height < 18) | (s.height > high + 18)
    c = np.where(edge[..., None], (second * 0.9) * (0.8 + 0.2 * np.sin(s.angle * 120))[..., None], c)
    skin(scene, s, p, c, 5, 0.12, seed, np.where(edge, 0.1, 1).astype(np.float32))


def cone(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Terindak: the wide leaf hat, ribs of leaf running to its point, rings of stitching."""
    r = dice("cone", seed)
    base, second = dyes(colour, seed)
    tilt = (0.42, 0.42, 1.0, 0.14)[view]
    rad, high = 400.0, float(r.uniform(220, 290))
    outer: Profile = [
        (rad, 0),
        (rad + 5, 8),
        (rad - 8, 16),
        (rad * 0.52, high * 0.5),
        (rad * 0.2, high * 0.82),
        (10, high),
        (0.2, high + 3),
    ]
    cy = 0.36 * high * np.cos(tilt) + 20
    scene.stand(0, cy, rad, rad * np.sin(tilt))
    s = turn(scene, (0, cy), outer, tilt, smooth=4)
    n = int(r.integers(20, 30))
    f = (s.angle / (2 * np.pi) * n) % 1
    k = np.floor(s.angle / (2 * np.pi) * n).astype(int) % n
    tone = dice("leaf", seed).standard_normal(64).astype(np.float32)[k] * 0.09
    vein = s.window.noise((2, 2), "vein", seed) * 0.03 + 0.05 * np.sin(f * 40)
    c = np.where(((k % (3 + seed % 3)) == 0)[..., None], second * 0.5 + base * 0.5, base) * (1 + tone + vein)[..., None]
    h = (
        np.sqrt(np.clip(1 - np.square(f * 1.25 - 0.35), 0, 1)) * np.clip(s.radius / 60, 0, 1) * 5 - 3 * (f > 0.9)
    ) * scene.scale
    rings = np.zeros(s.radius.shape, np.float32)
    for q in np.linspace(0.24, 0.9, 5):
        rings = np.maximum(rings, np.clip(1 - np.abs(s.radius - rad * q) / 5, 0, 1))
    stitch = (np.sin(s.angle * 140) > -0.2) & (rings > 0.2)
    c = np.where(stitch[..., None], second * 1.05, c)
    c = np.where((s.height < 16)[..., None], second * (0.85 + 0.2 * np.sin(s.angle * 160))[..., None], c)
    nrm = s.relief(h + rings * 2 * scene.scale)
    scene.put(s.window, c * lambert(nrm, 0.3)[..., None] + (gloss(nrm, 20) * 0.16)[..., None], s.cover)


def _vessel(
    scene: Scene,
    at: tuple[float, float],
    outer: Profile,
    inner: Profile,
    tilt: float,
    seed: int,
    base: Array,
    second: Array,
    cell: float,
    stakes: int,
    wide: float = 1.0,
    open_work: bool = False,
) -> None:
    s = turn(scene, at, outer, tilt, inner, wide, 4)
    u, v = s.angle / (2 * np.pi) * stakes * 2, s.along / cell
    p = plait(u + 512, v + 512, "stake")
    top = outer[-1][1]
    pattern = (seed // 2) % 3
    band = ((v > 4) & (v < 7)) | (np.abs(s.height - top * 0.66) < cell * 1.4)
    check = (np.floor(u).astype(int) // 2 + np.floor(v).astype(int)) % 4 == 0
    dyed = (
        band
        if pattern == 0
        else band & check
        if pattern == 1
        else check & (s.height > top * 0.45) & (s.height < top * 0.8)
    ) & ~s.inside
    c = fibre(p, base, seed, 0.1, second, dyed) * (0.76 + 0.24 * p.high)[..., None]
    rim = s.height > top - cell * 1.2
    wrap = 0.86 + 0.2 * np.sin(s.angle * stakes * 3 + s.height * 0.4)
    c = np.where(rim[..., None], base * 0.94 * wrap[..., None], c)
    skin(scene, s, p, c, cell * 0.42, 0.16, seed, np.where(rim, 0.2, 1).astype(np.float32))


def basket(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Keranjang: a rattan market basket with an arched handle."""
    r = dice("basket", seed)
    base, second = dyes(colour, seed, RATTAN)
    tilt = (0.42, 0.42, 0.85, 0.2)[view]
    tall, foot, mouth = float(r.uniform(270, 330)), float(r.uniform(200, 240)), float(r.uniform(270, 310))
    outer: Profile = [
        (foot, 0),
        (foot + 8, 10),
        (foot + (mouth - foot) * 0.5, tall * 0.4),
        (mouth, tall * 0.85),
        (mouth + 6, tall - 10),
        (mouth + 2, tall),
    ]
    inner: Profile = [(0.2, 14), (foot - 20, 16), (mouth - 26, tall * 0.6), (mouth - 16, tall)]
    cy = 240.0
    scene.stand(0, cy, foot * 1.12, foot * np.sin(tilt))
    scene.shadow(oval(190, cy, 260, 90), 30, 4, 46, 0.24)
    rim_y = cy - tall * np.cos(tilt)
    arch = bow(-mouth * 1.08, mouth * 1.08, rim_y + 6, 400 * np.cos(tilt) + 40)
    if view == 2:
        arch = bow(-mouth * 1.08, mouth * 1.08, rim_y - 10, 250)
    _vessel(scene, (0, cy), outer, inner, tilt, seed, base, second, 13, 30, 1.1)
    rope(scene, arch, 30, base * 0.92, seed, False, 0.5)


def laundry(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A tall basket with its lid."""
    base, second = dyes(colour, seed, RATTAN)
    tilt = (0.3, 0.3, 0.7, 0.14)[view]
    tall, rad = 600.0, 220.0
    cy = 400.0
    scene.stand(0, cy, rad, rad * np.sin(tilt))
    scene.shadow(oval(220, cy - 10, 320, 80), 30, 4, 52, 0.24)
    outer: Profile = [(rad - 20, 0), (rad - 10, 14), (rad + 12, tall * 0.5), (rad + 4, tall)]
    inner: Profile = [(0.2, 12), (rad - 34, 14), (rad - 12, tall)]
    _vessel(scene, (0, cy), outer, inner, tilt, seed, base, second, 15, 24)
    lid = (0.0, cy - tall * np.cos(tilt))
    s = turn(
        scene,
        lid,
        [
            (rad + 16, 0),
            (rad + 20, 8),
            (rad + 18, 40),
            (rad + 4, 56),
            (rad * 0.6, 76),
            (50, 84),
            (26, 86),
            (22, 96),
            (34, 112),
            (20, 126),
            (0.2, 128),
        ],
        tilt,
        smooth=3,
    )
    u, v = s.angle / (2 * np.pi) * 48, s.along / 15
    p = plait(u + 512, v + 512, "stake")
    skin(scene, s, p, fibre(p, base, seed + 1, 0.1, second, (v > 6) & (v < 8)), 6, 0.16, seed)
    for side in (-1, 1):
        x = side * (rad + 8)
        rope(
            scene,
            curve(
                [
                    (x, cy - tall * 0.74),
                    (x + side * 46, cy - tall * 0.7),
                    (x + side * 44, cy - tall * 0.56),
                    (x, cy - tall * 0.54),
                ]
            ),
            18,
            base * 0.85,
            seed,
            False,
        )


def tray(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Nampan: an oval tray with two grips."""
    base, second = dyes(colour, seed, RATTAN)
    tilt = (0.72, 0.72, 1.15, 0.3)[view]
    rad, tall = 320.0, 74.0
    cy = 60.0
    scene.stand(0, cy, rad * 1.3, rad * np.sin(tilt))
    s = turn(
        scene,
        (0, cy),
        [(rad - 18, 0), (rad - 8, 8), (rad, tall - 8), (rad + 2, tall)],
        tilt,
        [(0.2, 10), (rad - 34, 11), (rad - 26, 20), (rad - 12, tall)],
        1.3,
        3,
    )
    cell = 20.0
    x, y = s.radius * np.cos(s.angle) * 1.3 / cell, s.radius * np.sin(s.angle) / cell
    floor = s.inside & (s.height < 22)
    u = np.where(floor, x + 512, s.angle / (2 * np.pi) * 80)
    v = np.where(floor, y + 512, s.height / 12 + 512)
    p = plait(u, v, "twill" if seed % 2 else "plain")
    c = fibre(p, base, seed, 0.1, second, dyed_strands(p, u, v, pattern_of(seed)) & floor)
    rim = s.height > tall - 14
    c = np.where(rim[..., None], base * (0.84 + 0.2 * np.sin(s.angle * 90 + s.radius))[..., None], c)
    shade = np.where(
        floor, 0.88 + 0.22 * step(np.hypot(x / 20.8, y / 16), 0.2, 0.8) * np.clip(np.sin(s.angle), -1, 1) * 0.5 + 0.1, 1
    )
    nrm = s.relief(p.high * 5 * scene.scale * np.where(rim, 0.1, 1))
    scene.put(s.window, c * (lambert(nrm, 0.3) * shade)[..., None] + (gloss(nrm, 22) * 0.12)[..., None], s.cover)
    for side in (-1, 1):
        x0 = side * rad * 1.3
        t = tall * np.cos(tilt)
        rope(
            scene,
            curve(
                [
                    (x0 * 0.97, cy - t - 80),
                    (x0 * 1.1, cy - t - 64),
                    (x0 * 1.13, cy - t),
                    (x0 * 1.1, cy - t + 64),
                    (x0 * 0.97, cy - t + 80),
                ]
            ),
            22,
            base * 0.88,
            seed,
        )


def nipah(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A bowl of nipah ribs, stitched where they cross."""
    r = dice("nipah", seed)
    base = NIPAH * (0.9 + 0.25 * float(r.random()))
    second = value(colour, "cokelat-soga")
    tilt = (0.62, 0.62, 1.1, 0.28)[view]
    rad, tall = 350.0, float(r.uniform(130, 200))
    cy = 110.0
    n = 40 + int(r.integers(4)) * 4
    outer: Profile = [(130, 0), (150, 6), (rad * 0.72, tall * 0.35), (rad * 0.93, tall * 0.75), (rad, tall)]
    inner: Profile = [(0.2, 8), (120, 9), (rad * 0.70, tall * 0.40), (rad * 0.92, tall * 0.78), (rad - 5, tall)]
    scene.stand(0, cy, 170, 170 * np.sin(tilt))
    scene.shadow(oval(60, cy + 10, 300, 300 * np.sin(tilt) * 0.7), 20, 20, 44, 0.26)
    s = turn(scene, (0, cy), outer, tilt, inner, 1.0, 5)
    swirl = s.along / rad * (1.2 + 0.5 * (seed % 3))
    f = ((s.angle + swirl * 0.8) / (2 * np.pi) * n * 2) % 1
    g = ((s.angle - swirl * 0.8) / (2 * np.pi) * n * 2) % 1
    a, b = np.sqrt(np.clip(1 - np.square(f * 2 - 1), 0, 1)), np.sqrt(np.clip(1 - np.square(g * 2 - 1), 0, 1))
    k = np.floor((s.angle + swirl * 0.8) / (2 * np.pi) * n * 2).astype(int) + np.floor(
        (s.angle - swirl * 0.8) / (2 * np.pi) * n * 2
    ).astype(int)
    high = np.where(k % 4 < 2, a, b).astype(np.float32)
    c = base * (0.55 + 0.5 * high)[..., None] * (1 + 0.12 * np.sin(k * 1.7))[..., None]
    rings = np.zeros(high.shape, bool)
    for q in (0.3, 0.62, 0.97) if seed % 2 else (0.2, 0.5, 0.75, 0.97):
        rings |= np.abs(s.radius - rad * q) < 9
    c = np.where(rings[..., None], second * (0.85 + 0.3 * np.sin(s.angle * n * 2))[..., None], c)
    nrm = s.relief(high * 5 * scene.scale)
    deep = np.where(s.inside, 0.62 + 0.42 * step(s.height, 0, tall) - 0.12 * np.sin(s.angle + 3.8), 0.95)
    scene.put(s.window, c * (lambert(nrm, 0.4) * deep)[..., None] + (gloss(nrm, 26) * 0.16)[..., None], s.cover)


def campang(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """The small lidded box in which a navel cord was kept."""
    base, second = dyes(colour, seed)
    tilt = (0.5, 0.5, 0.95, 0.24)[view]
    rad, tall = 230.0, 230.0
    cy = 200.0
    scene.stand(0, cy, rad, rad * np.sin(tilt), 0.55)
    scene.shadow(oval(150, cy, 240, 90), 30, 4, 44, 0.22)
    parts: tuple[tuple[list[tuple[float, float]], tuple[float, float]], ...] = (
        ([(rad - 8, 0), (rad, 8), (rad - 2, tall)], (0.0, cy)),
        ([(rad + 10, 0), (rad + 13, 6), (rad + 12, 84), (rad - 2, 98), (rad * 0.5, 116), (14, 122), (0.2, 123)], (0.0, cy - (tall - 40) * float(np.cos(tilt)))),
    )  # fmt: skip
    for k, (outer, at) in enumerate(parts):
        s = turn(scene, at, outer, tilt, smooth=4)
        cell = 17.0
        n = round(2 * np.pi * rad / cell / 4) * 4
        top = (s.height > 94) & (k == 1)
        x, y = s.radius * np.cos(s.angle) / cell, s.radius * np.sin(s.angle) / cell
        u = np.where(top, x + y, s.angle / (2 * np.pi) * n + s.height / cell) + 512
        v = np.where(top, x - y, s.angle / (2 * np.pi) * n - s.height / cell) + 512
        p = plait(u, v, "plain")
        ringed = (np.floor(s.height / cell).astype(int) % 5 == 2) & ~top
        star = top & (np.abs(np.abs(x) + np.abs(y) - 6) < 2)
        c = fibre(
            p,
            base,
            seed + k,
            0.08,
            second,
            dyed_strands(p, u, v, 1 + seed % 3) & ~top | ringed & (seed % 2 == 0) | star,
        )
        skin(scene, s, p, c, 5, 0.14, seed)
    if seed % 2:
        rope(scene, oval(0, cy - (tall - 40 + 130) * np.cos(tilt), 34, 26)[np.r_[0:72, 0]], 12, second, seed)
