"""Coconut shell: polished bowls and cups, coins on cloth, pierced lamps that are lit."""

from __future__ import annotations

import numpy as np

from .light import Array, Scene, Window, blur, curve, dice, gloss, inflate, lambert, normal, oval, rgb, step
from .metal import emboss, lot, plate, relief_of, ring, slab, wood
from .palette import value
from .plait import RATTAN, rope
from .solid import Profile, Surface, turn


def tone(colour: str | None, seed: int) -> Array:
    return value(colour or ("batok-gelap" if seed % 3 else "batok-terang"), "batok-gelap") * (
        0.92 + 0.2 * float(dice("shell", seed).random())
    )


def grain(s: Surface, seed: int) -> Array:
    """The long fibres of a shell, from pole to pole, with flecks."""
    table = dice("grain", seed).standard_normal(4096).astype(np.float32)
    table = np.convolve(table, np.hanning(9) / 4, "same").astype(np.float32)
    i = ((s.angle / (2 * np.pi) + 0.5) * 1500 + s.along * 0.05 + 8 * np.sin(s.along * 0.02)).astype(int) & 4095
    fleck = np.clip(s.window.noise((6, 2.5), "fleck", seed) - 1.1, 0, 1)
    return (
        table[i] * 0.10
        + s.window.noise(90, "cloud", seed) * 0.10
        + s.window.noise(22, "cloud", seed) * 0.06
        + fleck * 0.30
    )


def polish(
    scene: Scene, s: Surface, base: Array, seed: int, rim: tuple[float, float] | None = None, shine: float = 0.5
) -> None:
    """Shade a polished shell; `rim` (height, breadth) is its cut edge, pale."""
    g = grain(s, seed)
    n = s.relief(s.window.noise(40, "wave", seed) * 0.9 * scene.scale)
    window = np.exp(-np.square(np.square((n[0] + 0.42) / 0.2) + np.square((n[1] + 0.5) / 0.24)))
    light = np.where(s.inside, 0.62 * lambert(n, 0.5) + 0.2, lambert(n, 0.22))
    out = base * ((1 + g) * light)[..., None]
    out += ((gloss(n, 60) * shine + window * 0.16) * np.where(s.inside, 0.5, 1))[..., None]
    out += base * (0.22 * np.clip(n[1], 0, 1))[..., None]
    if rim is not None:
        edge = np.clip(1 - np.abs(s.height - rim[0]) / rim[1], 0, 1) > 0.02
        pale = rgb("#c79a63") * (0.85 + 0.3 * g)[..., None]
        out = np.where(edge[..., None], pale * (0.5 + 0.5 * lambert(n, 0.5))[..., None], out)
    scene.put(s.window, out.astype(np.float32), s.cover)


def bowl(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Half a coconut, polished, on a ring of shell."""
    r = dice("bowl", seed)
    tilt = (0.56, 0.56, 1.05, 0.2)[view]
    rad, tall = float(r.uniform(280, 310)), float(r.uniform(210, 260))
    a = np.linspace(0.35, np.pi / 2, 16)
    outer: Profile = [
        (104, 0),
        (106, 20),
        (84, 30),
        *[(rad * float(np.sin(t)) ** 0.8, 30 + tall * (1 - float(np.cos(t)))) for t in a],
    ]
    outer = [(p, z) for i, (p, z) in enumerate(outer) if i < 3 or z > 31]
    top = outer[-1][1]
    inner: Profile = [
        (0.2, 56),
        *[((rad - 17) * float(np.sin(t)) ** 0.8, 52 + (top - 52) * (1 - float(np.cos(t)))) for t in a],
    ]
    cy = 0.42 * top * np.cos(tilt) + 40
    scene.stand(0, cy, 110, 110 * np.sin(tilt), 0.55)
    scene.shadow(oval(40, cy - 10, rad * 0.86, rad * np.sin(tilt) * 0.75), 20, 26, 40, 0.34)
    s = turn(scene, (0, cy), outer, tilt, inner, smooth=3)
    base = tone(colour, seed)
    polish(scene, s, base, seed, (top, 7))
    if motif:
        _etch(scene, s, motif, top * 0.62, base)


def _etch(scene: Scene, s: Surface, slug: str, middle: float, base: Array) -> None:
    from .motifs import stencil

    size = 70.0
    n = 9
    main = np.maximum(*stencil(slug, 128)[1:])
    v = (1 - (s.height - middle) / size) / 2
    u = (s.angle / (2 * np.pi) * n + 0.3) % 1
    ok = (v > 0) & (v < 1) & ~s.inside
    m = np.where(ok, main[np.clip((v * 128).astype(int), 0, 127), np.clip((u * 128).astype(int), 0, 127)], 0).astype(
        np.float32
    )
    scene.put(s.window, rgb("#d9b483") * (0.35 + 0.65 * lambert(s.n, 0.3))[..., None], blur(m, 0.8) * s.cover * 0.85)


def cup(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A shell cup with a handle of rattan or wood."""
    r = dice("shellcup", seed)
    tilt = (0.44, 0.44, 0.9, 0.2)[view]
    rad, tall = 190.0, float(r.uniform(280, 330))
    outer: Profile = [
        (110, 0),
        (112, 16),
        (92, 26),
        (150, 70),
        (rad - 4, tall * 0.5),
        (rad, tall * 0.66),
        (rad - 14, tall - 10),
        (rad - 18, tall),
    ]
    inner: Profile = [(0.2, 60), (120, 66), (rad - 18, tall * 0.55), (rad - 30, tall)]
    cy = 200.0
    scene.stand(0, cy, 116, 116 * np.sin(tilt), 0.55)
    scene.shadow(oval(120, cy - 6, 200, 80), 26, 4, 40, 0.28)
    t = tall * np.cos(tilt)
    rope(
        scene,
        curve(
            [
                (rad * 0.86, cy - t * 0.86),
                (rad + 90, cy - t * 0.88),
                (rad + 110, cy - t * 0.5),
                (rad * 0.9, cy - t * 0.26),
            ]
        ),
        28,
        RATTAN if seed % 2 else rgb("#7a4f2e"),
        seed,
        False,
        0.6,
    )
    s = turn(scene, (0, cy), outer, tilt, inner, smooth=5)
    polish(scene, s, tone(colour, seed), seed, (tall, 6))
    if motif:
        _etch(scene, s, motif, tall * 0.58, tone(colour, seed))


def coins(
    w: Window, cx: float, cy: float, cell: float, seed: int, base: Array, squash: float = 1.0
) -> tuple[Array, Array, Array]:
    """Round pieces laid close: (colour, relief in pixels, coverage) over the whole window."""
    u = (w.x - cx) / cell
    v = (w.y - cy) / (cell * 0.866 * squash)
    row = np.round(v)
    col = np.round(u - 0.5 * (row % 2))
    best = np.full(w.shape, 9, np.float32)
    bid = np.zeros(w.shape, np.int64)
    for dr in (-1, 0, 1):
        rr = row + dr
        cc = np.round(u - 0.5 * (rr % 2))
        d = np.hypot(u - 0.5 * (rr % 2) - cc, (v - rr) * 0.866)
        closer = d < best
        best = np.where(closer, d, best)
        bid = np.where(closer, (rr * 131 + cc * 17).astype(np.int64), bid)
    del col
    table = dice("coins", seed).standard_normal(512).astype(np.float32)
    t = table[bid & 511]
    k = best / 0.485
    h = (np.sqrt(np.clip(1 - np.square(np.square(np.square(k))), 0, 1)) * 0.10 - 0.05 * (best < 0.05)) * cell * w.scale
    tint = np.where((t > 0.9)[..., None], rgb("#9c6a3e"), base)
    ringed = 1 - 0.1 * np.exp(-np.square((k - 0.8) / 0.06))
    streak = w.noise((3, 26), "coin", seed) * 0.1 + w.noise(3, "coin", seed) * 0.05
    colour = tint * ((1 + 0.16 * t + streak) * ringed)[..., None]
    return (
        colour.astype(np.float32),
        h.astype(np.float32),
        np.clip((0.485 - best) * cell * w.scale + 0.5, 0, 1).astype(np.float32),
    )


def placemat(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Shell coins sewn on cloth, round or oblong."""
    base = tone(colour, seed)
    squash = 1.0 if view != 2 else 0.5
    w = scene.window(-430, -430, 430, 430)
    cell = float(dice("mat", seed).uniform(58, 86))
    c, h, m = coins(w, 0, 0, cell, seed, base, squash)
    col, row = np.round(w.x / cell) * cell, np.round(w.y / cell / 0.866 / squash) * cell * 0.866 * squash
    if seed % 2:
        inside = np.hypot(w.x, w.y / squash) < 400
        shape = oval(0, 0, 404, 404 * squash)
    else:
        inside = (np.abs(w.x) < 420) & (np.abs(w.y) < 320 * squash)
        shape = np.array([(-422, -322 * squash), (422, -322 * squash), (422, 322 * squash), (-422, 322 * squash)])
    del col, row
    scene.shadow(shape, 12, 16, 18, 0.4)
    scene.shadow(shape, 4, 5, 5, 0.4)
    cloth = rgb("#3b2a1f") * (1 + w.noise(2, "cl", seed) * 0.1)[..., None]
    edge = w.mask(("fill", shape, 1))
    scene.put(w, cloth, edge)
    dark = np.pad(m * inside, ((4, 0), (3, 0)))[: w.shape[0], : w.shape[1]]
    scene.shade(w, dark * 0.25 * edge)
    n = normal(h)
    scene.put(w, c * lambert(n, 0.3)[..., None] + (gloss(n, 50) * 0.3)[..., None], m * edge * inside)
    scene.put(
        w,
        rgb("#a9824f") * (0.9 + 0.1 * w.noise(4, "hem", seed))[..., None],
        w.mask(("line", np.vstack([shape, shape[:1]]), 12)),
    )


def mirror(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A round mirror in a broad frame of shell coins; view 3 its back."""
    base = tone(colour, seed)
    kx = 0.72 if view == 2 else 1.0
    far, r = 410.0, float(dice("mirror", seed).uniform(235, 285))
    slab(scene, oval(0, 0, far * kx, far), seed, "#4a3020", 16, 22)
    w = scene.window(-far * kx, -far, far * kx, far)
    x = w.x / kx
    d = np.hypot(x, w.y)
    a = np.arctan2(w.y, x)
    if view == 3:
        scene.put(w, wood(w, seed, "#8a6138"), np.clip((far - 30 - d) * w.scale, 0, 1))
        ring(scene, 0, -250, 34, 34, 9)
        return
    rows = int((far - r) // 58)
    c = np.zeros((*w.shape, 3), np.float32)
    h = np.zeros(w.shape, np.float32)
    m = np.zeros(w.shape, np.float32)
    table = dice("mc", seed).standard_normal(512).astype(np.float32)
    gap = (far - r - 14) / max(rows, 1)
    for i in range(rows):
        rr = r + 12 + gap * (i + 0.5)
        n = int(2 * np.pi * rr / gap)
        f = (a / (2 * np.pi) * n + 0.5 * (i % 2)) % 1 - 0.5
        best = np.hypot(f * 2 * np.pi * rr / n, d - rr) / gap
        t = table[(np.floor(a / (2 * np.pi) * n + 0.5 * (i % 2)).astype(int) % n + i * 97) & 511]
        on = np.clip((0.475 - best) * gap * w.scale, 0, 1)
        c += (np.where((t > 1)[..., None], rgb("#a8753f"), base) * (1 + 0.18 * t)[..., None] - c) * on[..., None]
        h = np.maximum(
            h, np.sqrt(np.clip(1 - np.square(np.square(np.square(best / 0.475))), 0, 1)) * gap * 0.14 * w.scale
        )
        m = np.maximum(m, on)
    n3 = normal(h.astype(np.float32))
    c *= (1 + w.noise((3, 24), "mcg", seed) * 0.08)[..., None]
    scene.put(w, c * lambert(n3, 0.3)[..., None] + (gloss(n3, 50) * 0.3)[..., None], m)
    glass = np.clip((r - d) * w.scale, 0, 1)
    sky = 0.80 + 0.10 * (w.y / -far) + 0.10 * step(np.sin((x * 0.8 + w.y) * 0.006 + seed), 0.2, 0.6)
    tint = sky[..., None] * np.array([0.93, 0.97, 1.0], np.float32)
    tint = tint * (1 - 0.35 * np.clip(1 - (r - d) / 40, 0, 1) * np.clip(-(x + w.y) / r, 0, 1))[..., None]
    scene.put(w, tint.astype(np.float32), glass)
    ring(scene, 0, 0, r * kx, r, 13, "emas", shadow=False)


def plate_(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A shallow plate laid with pieces of shell."""
    base = tone(colour, seed)
    tilt = (0.8, 0.8, 1.2, 0.3)[view]
    rad, tall = 390.0, 66.0
    cy = 40.0
    scene.stand(0, cy, rad * 0.8, rad * 0.8 * np.sin(tilt), 0.5)
    scene.shadow(oval(10, cy, rad, rad * np.sin(tilt) * 0.95), 14, 18, 26, 0.3)
    s = turn(
        scene,
        (0, cy),
        [(230, 0), (260, 8), (rad - 4, tall - 8), (rad, tall)],
        tilt,
        [(0.2, 12), (232, 13), (262, 22), (rad - 9, tall)],
        smooth=3,
    )
    x, y = s.radius * np.cos(s.angle), s.radius * np.sin(s.angle)
    cell = float(dice("plate", seed).uniform(40, 66))
    ju, jv = x / cell, y / cell
    iu, iv = np.floor(ju), np.floor(jv)
    best = np.full(x.shape, 9.0, np.float32)
    second = best.copy()
    ident = np.zeros(x.shape, np.int64)
    table = dice("mosaic", seed).random((512, 3)).astype(np.float32)
    for du in (-1, 0, 1):
        for dv in (-1, 0, 1):
            k = ((iu + du) * 57 + (iv + dv) * 131).astype(np.int64) & 511
            d = np.hypot(iu + du + 0.5 + (table[k, 0] - 0.5) * 0.8 - ju, iv + dv + 0.5 + (table[k, 1] - 0.5) * 0.8 - jv)
            second = np.minimum(second, np.maximum(d, best))
            ident = np.where(d < best, k, ident)
            best = np.minimum(best, d)
    joint = step(second - best, 0.02, 0.09)
    t = table[ident, 2]
    c = (
        np.where((t > 0.8)[..., None], rgb("#b07f4a"), base)
        * (0.78 + 0.5 * t)[..., None]
        * (1 + grain(s, seed) * 0.5)[..., None]
    )
    c = c * (0.3 + 0.7 * joint)[..., None]
    rim = s.height > tall - 7
    c = np.where((rim | ~s.inside)[..., None], rgb("#6b4527"), c)
    n = s.relief((joint * 2.2).astype(np.float32) * scene.scale)
    window = np.exp(-np.square(np.square((n[0] + 0.25) / 0.22) + np.square((n[1] + 0.3) / 0.3)))
    scene.put(
        s.window,
        c * (0.3 + 0.7 * lambert(n, 0.4))[..., None] + (gloss(n, 50) * 0.35 + window * 0.06)[..., None],
        s.cover,
    )


def lamp(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A lit lamp: a shell pierced with stars of holes on a wooden foot, in a dusky room."""
    r = dice("lamp", seed)
    tilt = (0.24, 0.24, 0.6, 0.05)[view]
    base = tone(colour, seed) * 0.8
    cy = 400.0
    ce = np.cos(tilt)
    scene.stand(0, cy, 190, 190 * np.sin(tilt), 0.5)
    foot = turn(
        scene,
        (0, cy),
        [(190, 0), (194, 10), (180, 36), (60, 52), (34, 74), (26, 180), (40, 196), (70, 206), (70, 216), (0.2, 218)],
        tilt,
        smooth=3,
    )
    grainy = rgb("#6e4526") * (1 + foot.window.noise((4, 60), "foot", seed) * 0.12)[..., None]
    scene.put(foot.window, grainy * lambert(foot.n, 0.3)[..., None] + (gloss(foot.n, 40) * 0.3)[..., None], foot.cover)
    rad, tall = 250.0, float(r.uniform(400, 460))
    a = np.linspace(0.28, np.pi - 0.02, 30)
    outer: Profile = [(rad * float(np.sin(t)) ** 0.92, tall / 2 * (1 - float(np.cos(t)))) for t in a]
    s = turn(scene, (0, cy - 200 * ce), outer, tilt, smooth=3)
    n = 10 + int(r.integers(4)) * 2
    v = s.height / tall
    u = s.angle / (2 * np.pi) * n
    glow = np.zeros(v.shape, np.float32)
    for row, q in enumerate(np.linspace(0.2, 0.84, 6).tolist()):
        shift = 0.5 * (row % 2)
        f = (u + shift) % 1 - 0.5
        lx, ly = f * 2 * np.pi * rad / n * float(np.sin(np.pi * q)), (v - q) * tall
        d = np.hypot(lx, ly)
        big = (15, 24, 30, 30, 24, 15)[row]
        if (seed + row) % 2:
            ang = np.arctan2(ly, lx)
            d = d / (0.62 + 0.38 * np.abs(np.cos(ang * (2 + seed % 2))))
        glow = np.maximum(glow, np.clip((big - d) * scene.scale, 0, 1))
        near = np.abs(np.hypot(lx, ly) - big - 15) < 3.5
        glow = np.maximum(glow, np.where(near & (np.sin(np.arctan2(ly, lx) * 8) > 0.35), 0.9, 0))
    g = grain(s, seed)
    scene.put(
        s.window,
        base * ((1 + g) * (0.18 + 0.75 * lambert(s.n, 0.2)))[..., None] + (gloss(s.n, 50) * 0.25)[..., None],
        s.cover,
    )
    warm = np.array([1.0, 0.86, 0.52], np.float32)
    lit = (glow * s.cover).astype(np.float32)
    scene.put(s.window, warm * (0.85 + 0.25 * np.clip(s.n[2], 0, 1))[..., None], lit)
    w = s.window
    part = scene.rgb[w.top : w.bottom, w.left : w.right]
    part += blur(lit, 9 * scene.scale)[..., None] * np.array([0.55, 0.34, 0.10], np.float32)
    part += blur(lit, 34 * scene.scale)[..., None] * np.array([0.45, 0.24, 0.05], np.float32)
    full = scene.all()
    cx0, cy0 = 0.0, cy - 200 * ce - tall * 0.5 * ce
    halo = np.exp(-(np.square(full.x - cx0) + np.square(full.y - cy0)) / 520**2)
    pool = np.exp(-np.square((full.x - cx0) / 420) - np.square((full.y - cy - 20) / 90))
    spots = 0.7 + 0.3 * np.sin(np.arctan2(full.y - cy0, full.x) * n) if view != 1 else 1.0
    scene.rgb += (halo * 0.16 * spots + pool * 0.10)[..., None].astype(np.float32) * np.array(
        [1.0, 0.72, 0.36], np.float32
    )


def spoons(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """Spoon, fork or ladle of shell with wooden handles, tied or side by side."""
    count = 3 if view != 2 else 2
    fan = 13.0 if seed % 2 else 0.0
    for i in range(count):
        a = np.radians((i - (count - 1) / 2) * fan)
        dx = (i - (count - 1) / 2) * (150 if not fan else 40)
        m = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
        big = (88, 104, 76)[(i + seed) % 3]

        def at(p: object, m: Array = m, dx: float = dx) -> Array:
            return (np.asarray(p, float) - (0, 420)) @ m + (dx, 420)

        handle = at(
            np.vstack(
                [
                    curve([(-13, -130), (-10, 100), (-20, 360), (0, 400)]),
                    curve([(0, 400), (20, 360), (10, 100), (13, -130)]),
                ]
            )
        )
        head = at(oval(0, -250, big, big * 1.4))
        for p in (handle, head):
            scene.shadow(p, 12, 16, 14, 0.42)
        w = scene.window(*(handle.min(0) - 6), *(handle.max(0) + 6))
        hm = w.mask(("fill", handle, 1))
        n = normal(inflate(hm, 9 * w.scale) * 14 * w.scale)
        scene.put(w, wood(w, seed + i, "#9a6a3c", False) * lambert(n)[..., None] + (gloss(n, 30) * 0.2)[..., None], hm)
        w = scene.window(*(head.min(0) - 6), *(head.max(0) + 6))
        mm = w.mask(("fill", head, 1))
        c = head.mean(0)
        ex, ey = (w.x - c[0]), (w.y - c[1])
        px, py = ex * m[0, 0] - ey * -m[0, 1], ex * -m[0, 1] * -1 * -1 + ey * m[0, 0]
        d = np.sqrt(np.square(px / big) + np.square(py / (big * 1.4)))
        h = np.where(d < 0.86, -np.sqrt(np.clip(0.9 - d * d, 0, 1)) * big * 0.5, -0.1 * big * 0.5) * w.scale
        n = normal(blur(h.astype(np.float32), 5 * w.scale))
        base = tone(colour, seed)
        shade = (
            base
            * (
                (1 + w.noise((30, 3), "sp", seed + i) * 0.08 + w.noise(30, "sp", seed) * 0.08)
                * (0.25 + 0.8 * lambert(n, 0.3))
            )[..., None]
        )
        rim = (d > 0.86)[..., None]
        out = (
            np.where(rim, rgb("#b98a57") * (0.9 + 0.1 * w.noise(4, "rim", seed))[..., None], shade)
            + (gloss(n, 50) * 0.35)[..., None]
        )
        scene.put(w, out.astype(np.float32), mm)
        joint = at([(-16, -128), (16, -128)])
        for k in range(3):
            rope(scene, joint + (0, k * 9.0), 9, rgb("#d8c59a"), seed, False, 0.3)
    if view == 2 or fan:
        return


def keychain(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A disc of shell, its motif cut, on a cord and ring."""
    base = tone(colour, seed)
    slug = motif or lot(seed, "mentilen", "ikan-cempedik", "daun-simpor", "kuda-laut", "ubur-ubur", "dambus")
    ring(scene, 10, -330, 104, 104, 14)
    rope(scene, curve([(6, -230), (-14, -150), (0, -40)]), 18, rgb("#cdb27c"), seed)
    body = oval(0, 170, 215, 215)
    scene.shadow(body, 14, 20, 18, 0.42)
    scene.shadow(body, 4, 6, 6, 0.5)
    w = scene.window(-220, -50, 220, 390)
    h, m = plate(w, body, 12, 12)
    hole = w.mask(("dot", [(0, -12)], 17))
    cut = emboss(w, relief_of(slug if view != 2 else "bunga-hon"), 0, 180, 150, 7)
    on = np.clip(cut / (4 * w.scale), 0, 1)
    n = normal(h + cut)
    pale = rgb("#c79a63")
    c = (base + (pale - base) * (0.85 * on)[..., None]) * (
        1 + w.noise((3, 40), "kc", seed) * 0.09 + w.noise(30, "kc", seed) * 0.07
    )[..., None]
    scene.put(w, c * lambert(n, 0.25)[..., None] + (gloss(n, 50) * 0.35)[..., None], m * (1 - hole))
    rope(scene, curve([(-8, -60), (-14, -30), (0, -8), (12, -32), (8, -60)]), 12, rgb("#cdb27c"), seed, False)
