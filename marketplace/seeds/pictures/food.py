"""What the islands put in jars and leaves: palm sugar, white pepper, honey."""

from __future__ import annotations

import numpy as np

from .drape import lay
from .light import Array, Scene, Window, blur, curve, dice, gloss, lambert, normal, oval, rgb, step
from .metal import lot, wood
from .plait import rope
from .solid import Profile, Surface, turn


def _leaf_band(scene: Scene, points: Array, wide: float, seed: int, green: str = "#7d8a4a") -> None:
    """A strip of dry palm leaf along a line."""
    d = np.gradient(points, axis=0)
    n = np.stack([-d[:, 1], d[:, 0]], 1) / np.maximum(np.hypot(*d.T)[:, None], 1e-6)
    shape = np.vstack([points + n * wide / 2, (points - n * wide / 2)[::-1]])
    scene.shadow(shape, 3, 6, 6, 0.4)
    w = scene.window(*(shape.min(0) - 3), *(shape.max(0) + 3))
    m = w.mask(("fill", shape, 1))
    ribs = [("line", points + n * wide * t, 2.0) for t in np.linspace(-0.4, 0.4, 7)]
    h = blur(m, wide * 0.12 * w.scale) * 6 * w.scale - w.mask(*ribs) * 1.2 * w.scale
    c = rgb(green) * (1 + w.noise(40, "leafy", seed) * 0.1 + w.noise(4, "leafy", seed) * 0.04)[..., None]
    scene.put(w, c * lambert(normal(h), 0.35)[..., None], m)


def sugar(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Round cakes of gula aren, a pile tied in leaf and one broken off."""
    r = dice("sugar", seed)
    tilt = (0.5, 0.5, 0.95, 0.24)[view]
    ce, se = float(np.cos(tilt)), float(np.sin(tilt))
    brown = rgb(lot(seed, "#6b3514", "#7c431b", "#5a2b12")) * 1.05
    rad, tall = 205.0, 82.0
    piles = [(-120.0, 200.0, 3), (225.0, 330.0, 1)] if seed % 2 else [(0.0, 230.0, 4)]
    if view == 2:
        piles = [(-170.0, -60.0, 1), (190.0, 60.0, 1), (-90.0, 340.0, 1)]
    for px, py, count in piles:
        scene.stand(px, py, rad, rad * se)
        scene.shadow(oval(px + 120, py - 6, rad, 70), 30, 4, 40, 0.2)
        for i in range(count):
            x, y = px + r.uniform(-9, 9), py - i * tall * ce
            s = turn(
                scene,
                (x, y),
                [
                    (rad - 26, 0),
                    (rad - 4, 12),
                    (rad, tall * 0.55),
                    (rad - 6, tall - 12),
                    (rad - 22, tall - 2),
                    (0.2, tall + 1),
                ],
                tilt,
                smooth=6,
            )
            g = s.window.noise(9, "sugar", seed + i) * 0.5 + s.window.noise(3, "sugar", seed + i) * 0.35
            pit = np.clip(s.window.noise(14, "pit", seed + i) - 1.2, 0, 1) * 5
            n = s.relief((g * 1.1 - pit) * scene.scale)
            c = brown * (1 + g * 0.07 - pit * 0.05 + s.window.noise(70, "tone", seed + i) * 0.09)[..., None]
            dim = 1 - 0.35 * (1 - step(s.height, 0, 26)) * (1 if i else 0.6)
            warm = np.clip(n[0] * 0.5 + 0.3, 0, 1)[..., None] * brown * 0.22
            scene.put(
                s.window, c * (lambert(n, 0.35) * dim)[..., None] + warm + (gloss(n, 16) * 0.13)[..., None], s.cover
            )
        if count > 1:
            top, low = py - count * tall * ce, py
            for t in (-0.42, 0.45):
                xx = px + rad * t
                front = np.sqrt(1 - t * t) * rad * se
                _leaf_band(
                    scene,
                    curve(
                        [
                            (xx * 0.98 + px * 0.02, top - front * 0.85),
                            (xx, top + front * 0.2),
                            (xx, top + front),
                            (xx, (top + low) / 2 + front),
                            (xx, low + front),
                        ]
                    ),
                    44,
                    seed,
                )
            knot = (px + rad * 0.02, top - 6)
            rope(scene, curve([(px - rad * 0.42, top + 6), knot, (px + rad * 0.45, top + 2)]), 17, rgb("#b9a86a"), seed)


def corns(w: Window, cell: float, seed: int, base: Array) -> tuple[Array, Array]:
    """White peppercorns lying close: (colour, coverage), filling the window."""
    u, v = w.x / cell, w.y / cell
    iu, iv = np.floor(u), np.floor(v)
    table = dice("corns", seed).random((1024, 4)).astype(np.float32)
    best = np.full(w.shape, 9.0, np.float32)
    depth = np.full(w.shape, -9.0, np.float32)
    nx, ny, t = (np.zeros(w.shape, np.float32) for _ in range(3))
    for du in (-1, 0, 1):
        for dv in (-1, 0, 1):
            k = ((iu + du) * 61 + (iv + dv) * 197).astype(np.int64) & 1023
            q = table[k]
            ox, oy = u - (iu + du + 0.2 + 0.6 * q[..., 0]), v - (iv + dv + 0.2 + 0.6 * q[..., 1])
            rad = 0.56 + 0.12 * q[..., 2]
            d = np.sqrt(ox * ox + oy * oy) / rad
            z = np.sqrt(np.clip(1 - d * d, 0, 1)) * rad + q[..., 3] * 0.7
            front = (d < 1) & (z > depth)
            depth = np.where(front, z, depth)
            best = np.where(front, d, best)
            nx, ny, t = np.where(front, ox / rad, nx), np.where(front, oy / rad, ny), np.where(front, q[..., 2], t)
    rough = w.noise(cell * 0.16, "corn", seed) * 0.12
    nz = np.sqrt(np.clip(1 - nx * nx - ny * ny, 0.02, 1))
    n = (nx + rough, ny + rough, nz)
    c = (
        base * (0.86 + 0.22 * t)[..., None] * (0.24 + 0.84 * lambert(n, 0.3))[..., None]
        + (gloss(n, 14) * 0.08)[..., None]
    )
    dark = np.clip((depth - 0.2) * 1.4 + 0.35, 0.25, 1)
    return (c * dark[..., None]).astype(np.float32), (best < 1).astype(np.float32)


def corn(scene: Scene, x: float, y: float, r: float, seed: int) -> None:
    """One peppercorn on the paper."""
    scene.shadow(oval(x, y, r, r, n=20), r * 0.35, r * 0.45, r * 0.3, 0.45)
    w = scene.window(x - r - 1, y - r - 1, x + r + 1, y + r + 1)
    nx, ny = (w.x - x) / r, (w.y - y) / r
    d2 = nx * nx + ny * ny
    rough = w.noise(r * 0.3, "one", seed) * 0.12
    n = (nx + rough, ny + rough, np.sqrt(np.clip(1 - d2, 0.02, 1)))
    tone = rgb("#d9c7a0") * (0.9 + 0.2 * float(dice("one", seed).random()))
    scene.put(
        w,
        (tone * (0.22 + 0.84 * lambert(n, 0.3))[..., None]).astype(np.float32),
        np.clip((1 - np.sqrt(d2)) * r * w.scale + 0.5, 0, 1).astype(np.float32),
    )


def _jar(scene: Scene, at: tuple[float, float], rad: float, tall: float, tilt: float) -> Surface:
    outer: Profile = [
        (rad - 16, 0),
        (rad - 2, 12),
        (rad, 40),
        (rad, tall - 60),
        (rad - 10, tall - 34),
        (rad * 0.8, tall - 12),
        (rad * 0.8, tall),
    ]
    return turn(scene, at, outer, tilt, smooth=6)


def _glass(s: Surface, out: Array, strength: float = 1.0) -> Array:
    """Reflections of a glass wall over what is inside."""
    x = s.n[0]
    edge = np.clip(np.abs(x) - 0.72, 0, 1) / 0.28
    bar = np.exp(-np.square((x + 0.56) / 0.07)) * step(s.height, 30, 70) + 0.5 * np.exp(-np.square((x - 0.7) / 0.05))
    bar = bar * (1 - step(s.height, s.height.max() - 70, s.height.max() - 40))
    return out * (1 - 0.45 * edge * edge)[..., None] + (bar * 0.42 * strength)[..., None]


def _lid(scene: Scene, at: tuple[float, float], rad: float, tilt: float, seed: int, kind: int) -> None:
    """A cork, a wooden lid, or cloth tied with string."""
    if kind == 2:
        s = turn(
            scene,
            at,
            [
                (rad * 1.28, -30),
                (rad * 1.14, -14),
                (rad * 1.02, 4),
                (rad * 1.04, 20),
                (rad, 34),
                (rad * 0.7, 42),
                (0.2, 44),
            ],
            tilt,
            smooth=4,
        )
        folds = np.sin(s.angle * 26 + np.sin(s.angle * 5)) * np.clip((14 - s.height) / 44, 0, 1) * 9
        n = s.relief((folds * scene.scale).astype(np.float32))
        cloth = rgb(lot(seed, "#7a1a2b", "#2f5543", "#1d3156", "#c8b18a"))
        check = (np.floor(s.angle * 12) + np.floor(s.radius / 16)) % 2
        scene.put(s.window, cloth * (lambert(n, 0.3) * (0.9 + 0.14 * check))[..., None], s.cover)
        rope(
            scene,
            oval(at[0], at[1] - 6, rad * 1.05, rad * 1.05 * np.sin(tilt))[np.arange(0, 37)],
            12,
            rgb("#cdb27c"),
            seed,
            False,
        )
        return
    high = 62.0 if kind == 0 else 40.0
    wide = rad * (0.93 if kind == 0 else 1.12)
    s = turn(
        scene,
        at,
        [(wide * 0.95, -6), (wide, high * 0.3), (wide, high * 0.85), (wide - 8, high), (0.2, high + 1)],
        tilt,
        smooth=4,
    )
    if kind == 0:
        c = (
            rgb("#c39a6b")
            * (1 + s.window.noise(7, "cork", seed) * 0.12 - np.clip(s.window.noise(5, "hole", seed) - 1.2, 0, 1) * 0.4)[
                ..., None
            ]
        )
    else:
        c = wood(s.window, seed, "#8a5a34")
    scene.put(s.window, c * lambert(s.n, 0.3)[..., None] + (gloss(s.n, 20) * 0.1)[..., None], s.cover)


def _tag(scene: Scene, x: float, y: float, seed: int, turn_: float = 12) -> None:
    """A paper tag with a woven diamond, no words."""
    from .drape import rect
    from .motifs import stencil

    c = rect(x, y, 130, 180, turn_)
    scene.shadow(c, 8, 12, 10, 0.4)
    paper = np.ones((90, 65, 3), np.float32) * rgb("#efe2c8")
    _, main, accent = stencil("bunga-hon", 52)
    ink = rgb(lot(seed, "#7a1a2b", "#1d3156", "#2f5543"))
    part = paper[26:78, 6:58]
    part += (ink - part) * np.maximum(main, accent)[..., None]
    lay(scene, paper, c)
    rope(scene, curve([(x - 10, y - 80), (x - 40, y - 130), (x - 70, y - 150)]), 6, rgb("#cdb27c"), seed)


def pepper(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Muntok white pepper in a jar or a sack, corns spilt before it."""
    r = dice("pepper", seed)
    tilt = (0.32, 0.32, 0.8, 0.16)[view]
    base = rgb("#e4d3ac")
    if view == 1:
        w = scene.all()
        c, _ = corns(w, 46, seed, base)
        scene.rgb = c * 1.02
        return
    cy = 300.0
    scene.stand(-30, cy, 215, 215 * np.sin(tilt))
    scene.shadow(oval(190, cy - 6, 280, 70), 30, 4, 46, 0.24)
    if seed % 2:
        rad, tall = 225.0, float(r.uniform(440, 520))
        s = _jar(scene, (-30, cy), rad, tall, tilt)
        c, _ = corns(s.window, 25, seed, base)
        round_ = 0.55 + 0.5 * lambert(s.n, 0.5)
        full = s.height < tall * 0.8
        out = np.where(
            full[..., None],
            c * round_[..., None],
            np.array([0.86, 0.83, 0.76], np.float32) * (0.8 + 0.2 * s.n[2])[..., None],
        )
        scene.put(s.window, _glass(s, out), s.cover)
        _lid(scene, (-30, cy - tall * np.cos(tilt)), rad * 0.82, tilt, seed, seed // 2 % 3)
        _tag(scene, 120, cy - 150, seed)
    else:
        rad = 220.0
        outer: Profile = [(150, 0), (205, 30), (rad, 120), (205, 240), (190, 330), (214, 372), (216, 384), (206, 398)]
        s = turn(scene, (-30, cy), outer, tilt, [(0.2, 330), (176, 334), (204, 396)], smooth=6)
        weave = np.sin(s.angle * 260) * np.sin(s.along * 0.9) * 0.5
        creases = s.window.noise((90, 26), "sack", seed) * 7 + np.sin(s.angle * 9 + s.height * 0.02) * 5 * np.clip(
            (s.height - 180) / 160, 0, 1
        )
        n = s.relief((creases * scene.scale + weave * 0.5).astype(np.float32))
        jute = rgb(lot(seed, "#b08d5c", "#c2a677", "#9a7a50"))
        c, _ = corns(s.window, 25, seed, base)
        out = jute * ((1 + weave * 0.12 + s.window.noise(3, "jute", seed) * 0.08) * lambert(n, 0.3))[..., None]
        heap = s.inside & (s.height < 395)
        out = np.where(heap[..., None], c, out)
        scene.put(s.window, out.astype(np.float32), s.cover)
    for i in range(34):
        x, y = float(r.normal(150, 150)), float(r.uniform(cy + 70, cy + 230))
        corn(scene, x, y, float(r.uniform(12, 16)), seed * 50 + i)


def honey(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A jar of forest honey against the light, comb beside it."""
    r = dice("honey", seed)
    tilt = (0.26, 0.26, 0.75, 0.12)[view]
    amber = rgb(lot(seed, "#c9760f", "#8f4408", "#d99a1e", "#6b2f0a"))
    cy, rad, tall = 330.0, float(r.uniform(185, 225)), float(r.uniform(480, 560))
    se = float(np.sin(tilt))
    scene.stand(0, cy, rad, rad * se)
    pool = scene.window(-400, cy - 120, 560, cy + 200)
    glow = np.exp(-np.square((pool.x - 170) / 200) - np.square((pool.y - cy - 30) / 46)) * 0.42
    part = scene.rgb[pool.top : pool.bottom, pool.left : pool.right]
    part += (np.clip(amber * 1.5, 0, 1) * part - part) * glow[..., None].astype(np.float32)
    s = _jar(scene, (0, cy), rad, tall, tilt)
    x = s.n[0]
    level = tall * 0.82
    light = 0.5 + 0.75 * np.exp(-np.square((x - 0.35) / 0.5)) * step(s.height, -40, tall * 0.7)
    light = light * (0.62 + 0.5 * step(s.height, 0, tall * 0.5)) + 0.25 * np.exp(
        -np.square((s.height - 30) / 24)
    ) * np.exp(-np.square((x - 0.3) / 0.4))
    body = amber * light[..., None]
    body[..., 0] += 0.16 * np.exp(-np.square((x - 0.4) / 0.4)) * (s.height < level)
    body[..., 1] += 0.10 * np.exp(-np.square((x - 0.4) / 0.3)) * (s.height < level)
    air = np.array([0.90, 0.86, 0.78], np.float32) * (0.75 + 0.25 * s.n[2])[..., None]
    out = np.where((s.height < level)[..., None], body, air)
    out += (np.exp(-np.square((s.height - level) / 5)) * 0.25)[..., None]
    table = dice("bubbles", seed)
    scene.put(s.window, _glass(s, out.astype(np.float32), 1.2), s.cover)
    for _ in range(9):
        bx, by, q = table.uniform(-rad * 0.6, rad * 0.6), cy - table.uniform(0.2, 0.75) * tall, table.uniform(3, 8)
        w = scene.window(bx - q, by - q, bx + q, by + q)
        d = np.hypot(w.x - bx, w.y - by) / q
        scene.put(
            w, np.array([1, 0.85, 0.5], np.float32), (np.exp(-np.square((d - 0.7) / 0.2)) * 0.5).astype(np.float32)
        )
    _lid(scene, (0, cy - tall * np.cos(tilt)), rad * 0.82, tilt, seed, (seed // 2 + 1) % 3)
    _tag(scene, -40, cy - tall * 0.42, seed, -6)
    if seed % 2 or view == 2:
        _comb(scene, 290, cy + 30, 130, seed)


def _comb(scene: Scene, cx: float, cy: float, size: float, seed: int) -> None:
    """A piece of comb with filled cells."""
    from .stone import outline

    shape = outline(cx, cy, size, size * 0.8, seed, 0.16)
    scene.shadow(shape, 10, 16, 14, 0.45)
    w = scene.window(*(shape.min(0) - 3), *(shape.max(0) + 3))
    cell = 30.0
    u, v = (w.x - cx) / cell, (w.y - cy) / (cell * 0.78)
    best, second = np.full(w.shape, 9.0, np.float32), np.full(w.shape, 9.0, np.float32)
    row = np.round(v)
    for dr in (-1, 0, 1):
        rr = row + dr
        cc = np.round(u - 0.5 * (rr % 2))
        for dc in (-1, 0, 1):
            d = np.hypot(u - 0.5 * (rr % 2) - cc - dc, (v - rr) * 0.866)
            second = np.minimum(second, np.maximum(d, best))
            best = np.minimum(best, d)
    wall = 1 - step(second - best, 0.08, 0.26)
    n = normal((wall * 7 * w.scale).astype(np.float32))
    c = np.where((wall > 0.5)[..., None], rgb("#dfa63c"), rgb("#a85c0c"))
    scene.put(
        w, c * (0.3 + 0.8 * lambert(n, 0.3))[..., None] + (gloss(n, 30) * 0.4)[..., None], w.mask(("fill", shape, 1))
    )
