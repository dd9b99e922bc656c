"""Tenun cual: a ground of weft ikat crossed by supplementary gold wefts, drawn thread by thread."""

from __future__ import annotations

import numpy as np

from .drape import drape, folded, lay, picture, rect, rolled, soft_edges
from .light import Array, Scene, dice, lambert, noise, normal
from .motifs import figure
from .palette import CREAM, GOLD, dye, partner

WIDE = {
    "naga-bertarung": (60, 50),
    "burung-hong": (46, 44),
    "merak": (46, 38),
    "gajah-mada": (44, 38),
    "kembang-setaman": (44, 44),
    "bebek-setaman": (42, 42),
    "ubur-ubur": (34, 42),
    "kuda-laut": (30, 44),
    "kucing-tidur": (42, 30),
    "kembang-gajah": (44, 44),
}
FIELD = (
    "naga-bertarung",
    "burung-hong",
    "bunga-cina",
    "kembang-gajah",
    "ubur-ubur",
    "merak",
    "bebek-setaman",
    "kembang-kenanga",
    "kembang-rukem",
    "kembang-setaman",
    "kuda-laut",
    "bunga-hon",
)


def _stamp(m: Array, f: Array, x: int, y: int) -> None:
    """Set a figure with its middle at thread x, pick y; what hangs over the edge is cut."""
    h, w = f.shape
    x, y = x - w // 2, y - h // 2
    x0, y0, x1, y1 = max(0, x), max(0, y), min(m.shape[1], x + w), min(m.shape[0], y + h)
    if x1 > x0 and y1 > y0:
        part, cut = m[y0:y1, x0:x1], f[y0 - y : y1 - y, x0 - x : x1 - x]
        part[cut > 0] = cut[cut > 0]


def design(nw: int, nh: int, motif: str, seed: int, lay_out: str | None = None, narrow: bool = False) -> Array:
    """Which threads float: uint8 picks × threads, 0 ground, 1 gold, 2 accent.

    "penganten" strews the field full, "jande" leaves it open; borders carry pucuk rebung.
    """
    r = dice("design", seed, motif)
    m = np.zeros((nh, nw), np.uint8)
    plan = lay_out or ("penganten" if r.random() < 0.55 else "jande")
    fw, fh = WIDE.get(motif, (34, 34))
    if motif == "pucuk-rebung":
        fw, fh = 26, 30
    k = 0.8 + 0.25 * r.random() if plan == "jande" else 0.95 + 0.2 * r.random()
    fw, fh = int(fw * k) | 1, int(fh * k) | 1
    head = int(r.integers(26, 34))
    edges = [("top", r.random() < 0.35), ("foot", True)]
    top = head + 16 if edges[0][1] else 5
    low = nh - head - 16
    f = figure(motif, fw, fh)
    gapx, gapy = (7, 6) if plan == "penganten" else (int(fw * 0.62), int(fh * 0.42))
    stepx, stepy = fw + gapx, fh + gapy
    rows = max(1, (low - top + gapy // 2) // stepy)
    oy = (low - top - rows * stepy) // 2 + stepy // 2
    small = figure("bunga-hon" if r.random() < 0.5 else "kembang-rukem", 13, 13)
    star = figure("bunga-cina", 9, 9)
    for i in range(rows):
        y = top + oy + i * stepy
        off = (i % 2) * stepx // 2
        for j in range(-1, nw // stepx + 2):
            x = off + j * stepx + (nw // 2) % stepx
            _stamp(m, f if (i + j) % 2 == 0 or motif == "naga-bertarung" else f[:, ::-1], x, y)
    free = m == 0
    for _ in range(3):
        free[1:-1, 1:-1] &= free[:-2, 1:-1] & free[2:, 1:-1] & free[1:-1, :-2] & free[1:-1, 2:]
    lattice = int(r.integers(11, 15)) if plan == "penganten" else int(r.integers(20, 26))
    for i, y in enumerate(range(top + 3, low - 2, lattice // 2 + 1)):
        for x in range((i % 2) * lattice // 2 + 3, nw, lattice):
            if 2 < y < nh - 2 and 2 < x < nw - 2 and free[y - 2 : y + 3, x - 2 : x + 3].all():
                m[y, x - 1 : x + 2] = 1
                m[y - 1, x] = m[y + 1, x] = 1
                m[y, x] = 2
    _border(m, edges, head, small, star, int(r.integers(17, 27)), int(r.integers(3)))
    if narrow or r.random() < 0.3:
        for x in range(16):
            band = (1, 1, 0, 2, 0, 1, 0, 0, 0, 0, 0, 1, 0, 2, 1, 1)[x]
            if band:
                m[top - 4 : low + 4, x] = np.where(np.arange(low - top + 8) % (3 if band == 1 else 4) == 0, 0, band)
        for y in range(top, low, 8):
            m[y : y + 3, 7] = 1
            m[y + 1, 6:9] = 1
    return m


def _border(
    m: Array, edges: list[tuple[str, bool]], head: int, small: Array, star: Array, width: int, kind: int
) -> None:
    nw = m.shape[1]
    shoot = figure("pucuk-rebung", width, head)
    for side, wanted in edges:
        if not wanted:
            continue
        b = np.zeros((head + 16, nw), np.uint8)
        for y, tone in ((0, 1), (1, 1), (3, 2), (13, 2), (15, 1)):
            b[y, (np.arange(nw) + y) % 4 != 0] = tone
        for i, x in enumerate(range(nw // 2 % 16 - 16, nw + 16, 16)):
            _stamp(b[4:13], small[2:11] if kind else star, x, 4)
            if kind == 2 and i % 2:
                _stamp(b[4:13], np.full((3, 3), 2, np.uint8), x + 8, 4)
        for x in range(nw // 2 % width - width, nw + width, width):
            _stamp(b[16:], shoot, x, head // 2)
            _stamp(b[16:], star, x + width // 2 + 1, 8)
        if side == "foot":
            m[-(head + 16) :] = b
        else:
            m[: head + 16] = b[::-1]


def ikat(nw: int, nh: int, seed: int) -> Array:
    """The dyed weft of the ground, 0..1 picks × threads: nested waves whose edges feather along the thread."""
    r = dice("ikat", seed)
    y, x = np.mgrid[0:nh, 0:nw].astype(np.float32)
    jitter = noise((nh, 1), (2.2, 1), "ij", seed) * 1.1 + r.standard_normal((nh, 1)).astype(np.float32) * 0.9
    x = x + jitter
    p, q = float(r.integers(22, 40)), float(r.integers(20, 36))
    d = np.abs((x / p) % 1 - 0.5) + np.abs((y / q) % 1 - 0.5) + 0.05 * np.sin(x * 0.5) * np.sin(y * 0.4)
    f = 0.5 + 0.5 * np.tanh(2.4 * np.sin(d * 2 * np.pi * (2 + int(r.integers(2)))))
    return f * (0.8 + 0.2 * noise((nh, nw), (1.2, 9), "iv", seed))


def weave(
    m: Array, ground: Array, dyed: Array, accent: Array, cell: int, seed: int, limar: float = 0.5, metal: Array = GOLD
) -> Array:
    """The sheet as (rows, columns, 3), `cell` pixels a thread."""
    nh, nw = m.shape
    c = cell
    t = (np.arange(c, dtype=np.float32) + 0.5) / c * 2 - 1
    u, v = t[None, :] + 0 * t[:, None], t[:, None] + 0 * t[None, :]
    bump = [np.sqrt(1 - 0.85 * u * u) * (1 - 0.25 * v * v), np.sqrt(1 - 0.85 * v * v) * (1 - 0.25 * u * u)]
    bar = np.sqrt(np.clip(1 - np.square(v * 1.06), 0, 1))
    left = np.where(u < -0.1, np.sqrt(np.clip(1 - np.square((u + 0.1) / 0.9), 0, 1)), 1)
    bump += [bar, bar * left, bar * left[:, ::-1], bar * left * left[:, ::-1], bar * (0.72 + 0.28 * np.abs(u) ** 1.5)]
    light = np.stack([0.52 + 0.62 * b * lambert(normal(b * c * 0.3)) for b in bump]).astype(np.float32)
    gap = np.abs(v) > 0.94
    light[2:, gap] *= 0.55
    code = np.indices(m.shape).sum(0).astype(np.uint8) % 2
    on = m > 0
    p = np.pad(m, ((0, 0), (1, 1)))
    begins, ends = on & (p[:, :-2] != m), on & (p[:, 2:] != m)
    code[on] = 2
    y, x = np.indices(m.shape)
    code[on & ((x + 2 * y) % 6 == 0)] = 6
    code[begins], code[ends] = 3, 4
    code[begins & ends] = 5
    r = dice("threads", seed)
    warp = 1 + r.standard_normal((1, nw)).astype(np.float32) * 0.05
    weft = 1 + r.standard_normal((nh, 1)).astype(np.float32) * 0.045 + noise((nh, nw), (1, 14), "w", seed) * 0.03
    colour = np.where(
        (code == 0)[..., None], ground * 0.92, ground + (dyed - ground) * (ikat(nw, nh, seed) * limar)[..., None]
    )
    glint = 1 + noise((nh, nw), (1, 3), "g", seed) * 0.1 + noise((nh, nw), 30, "G", seed) * 0.06
    colour = np.where((m == 1)[..., None], metal * glint[..., None] * 1.04, colour)
    colour = np.where((m == 2)[..., None], accent * (0.97 + 0.06 * glint[..., None]), colour) * (warp * weft)[..., None]
    shade = light[code].transpose(0, 2, 1, 3).reshape(nh * c, nw * c)
    full = colour.astype(np.float32).repeat(c, 0).repeat(c, 1)
    full *= shade[..., None]
    hot = np.where(bar > 0.6, np.exp(-np.square((v + 0.34) / 0.22)), 0).astype(np.float32) * 0.17
    if metal is GOLD:
        rows = (m == 1).astype(np.float32) * (0.7 + 0.5 * np.clip(glint - 0.9, 0, 0.5) * 3)
        full += (rows[:, None, :, None] * hot[None, :, None, :]).reshape(nh * c, nw * c)[..., None] * np.array(
            [1, 0.93, 0.7], np.float32
        )
    return full


def sheet(
    motif: str | None,
    colour: str | None,
    seed: int,
    width: int,
    nw: int = 176,
    nh: int = 222,
    crop: tuple[int, int, int, int] | None = None,
    **plan: object,
) -> Array:
    """A piece of cual about `width` pixels wide; `crop` (left, top, right, bottom in threads) brings it near."""
    r = dice("cual", seed)
    slug = motif or FIELD[int(r.integers(len(FIELD)))]
    m = design(nw, nh, slug, seed, plan.get("lay_out"), bool(plan.get("narrow")))  # type: ignore[arg-type]
    if crop:
        m = m[crop[1] : crop[3], crop[0] : crop[2]]
    ground = dye(colour, seed)
    other = partner(ground, seed, "ikat")
    c = max(4, round(width / m.shape[1] * 1.04))
    accent = partner(ground, seed, "accent") if r.random() < 0.75 else CREAM
    if np.abs(other - accent).max() < 0.05:
        other = GOLD
    metal = (
        GOLD
        if ground.mean() < 0.62 and not np.allclose(ground[:2], [0.784, 0.537], atol=0.03)
        else np.array([0.62, 0.42, 0.12], np.float32)
    )
    return weave(m, ground, ground * 0.55 + other * 0.45, accent, c, seed, float(r.uniform(0.12, 0.7)), metal)


def _on_paper(scene: Scene, size: int) -> int:
    return max(160, int(size * scene.scale))


def cloth(
    scene: Scene, motif: str | None, colour: str | None, seed: int, view: int, lay_out: str | None = None
) -> None:
    """The long cloth: 0 over the frame, 1 close, 2 folded, 3 rolled on its tube."""
    w = scene.width
    if view == 0:
        nh = round(176 * scene.height / w)
        drape(scene, sheet(motif, colour, seed, w, nh=nh, lay_out=lay_out), seed, 0.9)
    elif view == 1:
        h = round(62 * scene.height / w)
        x, y = 57 + seed % 9, 58
        drape(scene, sheet(motif, colour, seed, w, crop=(x, y, x + 62, y + h), lay_out=lay_out), seed + 1, 0.8)
    elif view == 2:
        folded(
            scene,
            sheet(motif, colour, seed, _on_paper(scene, 660), 140, 150, lay_out=lay_out),
            (0, -40),
            (640, 690),
            seed=seed,
        )
    else:
        rolled(scene, sheet(motif, colour, seed, _on_paper(scene, 660), 140, 200, lay_out=lay_out), seed=seed)


def fringe(scene: Scene, p: Array, q: Array, down: Array, colour: Array, seed: int, length: float = 56) -> None:
    """Knotted warp ends along the edge from p to q."""
    r = dice("fringe", seed)
    n = 46
    ends = [p + (q - p) * (i + 0.5) / n for i in range(n)]
    low = np.vstack([p, q]) + down * length
    box = np.vstack([p, q, low])
    w = scene.window(*(box.min(0) - 12), *(box.max(0) + 12))
    along = (q - p) / np.linalg.norm(q - p)
    shapes: list = []
    for e in ends:
        s = along * r.uniform(-6, 6)
        tip = e + down * length * r.uniform(0.86, 1.04) + s
        shapes += [
            ("line", np.vstack([e - along * 4, e + down * 14, tip - along * 2]), 3),
            ("line", np.vstack([e + along * 4, e + down * 14, tip + along * 3]), 3),
            ("dot", [tuple(e + down * 14)], 4.6),
        ]
    scene.shade(w, np.roll(w.mask(*shapes), (int(4 * w.scale), int(3 * w.scale)), (0, 1)) * 0.3)
    scene.put(w, colour * (1 + w.noise(3, "fr", seed) * 0.1)[..., None], w.mask(*shapes))


def shawl(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """The selendang: 0 laid in a long S with its fringe, 1 close, 2 folded, 3 rolled."""
    if view in (1, 2, 3):
        if view == 2:
            folded(
                scene,
                sheet(motif, colour, seed, _on_paper(scene, 500), 100, 150, narrow=True),
                (0, -30),
                (470, 720),
                5,
                6,
                15,
                seed,
            )
            return
        cloth(scene, motif, colour, seed, view)
        return
    full = sheet(motif, colour, seed, _on_paper(scene, 520), 104, 190, narrow=True)
    ground = dye(colour, seed)
    for at, turn, part in (((-120, -120), 14, full[::-1]), ((130, 10), -9, full)):
        h = 880
        scene.shadow(rect(*at, 430, h, turn), 20, 26, 26, 0.36)
        scene.shadow(rect(*at, 430, h, turn), 4, 6, 8, 0.36)
        c = rect(*at, 430, h, turn)
        down = (c[3] - c[0]) / np.linalg.norm(c[3] - c[0])
        fringe(scene, c[3], c[2], down, ground * 0.8 + GOLD * 0.2, seed)
        lay(scene, soft_edges(part, 0.02, seed), c)


def pair(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """The wedding set: cloth and selendang of one design."""
    if view == 1:
        cloth(scene, motif, colour, seed, 1, "penganten")
        return
    if view == 3:
        cloth(scene, motif, colour, seed, 0, "penganten")
        return
    main = sheet(motif, colour, seed, _on_paper(scene, 640), 136, 136, lay_out="penganten")
    second = sheet(motif, colour, seed, _on_paper(scene, 330), 72, 150, narrow=True)
    if view == 0:
        folded(scene, main, (-40, -90), (680, 640), 5, -6, 20, seed)
        folded(scene, second, (120, 150), (330, 640), 4, 12, 14, seed + 1)
    else:
        folded(scene, main, (0, -250), (720, 380), 6, 0, 24, seed)
        folded(scene, second, (0, 285), (680, 260), 4, 0, 22, seed + 1)


def clutch(scene: Scene, motif: str | None, colour: str | None, seed: int, view: int) -> None:
    """A flat bag covered with cual, its flap closed by a pewter knob."""
    from .metal import knob

    if view == 1:
        cloth(scene, motif, colour, seed, 1)
        return
    turn = (-5.0, 0, 9, 0)[view]
    w, h = (760, 470) if view != 3 else (760, 430)
    body = sheet(motif, colour, seed, _on_paper(scene, 700), 120, 84, lay_out="penganten")
    c = rect(0, 30, w, h, turn)
    scene.shadow(c, 24, 34, 34, 0.38)
    scene.shadow(c, 5, 8, 9, 0.42)
    leather = np.array([0.2, 0.12, 0.09], np.float32)
    lay(scene, np.ones((60, 60, 3), np.float32) * leather, rect(3, 38, w + 12, h + 10, turn))
    lay(scene, soft_edges(body, 0.05, seed), c)
    a = np.radians(turn)
    spin = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    depth = 0.62 if view != 2 else 0.3
    flap = np.array(
        [
            (-w / 2, -h / 2),
            (w / 2, -h / 2),
            (w / 2, -h / 2 + 60),
            (40, -h / 2 + h * depth),
            (-40, -h / 2 + h * depth),
            (-w / 2, -h / 2 + 60),
        ]
    ) @ spin + (0, 30)
    scene.shadow(flap, 5, 14, 12, 0.5)
    win = scene.window(*(flap.min(0) - 4), *(flap.max(0) + 4))
    plain = weave(
        np.zeros((70, 120), np.uint8),
        dye(colour, seed),
        dye(colour, seed) * 0.7 + 0.1,
        CREAM,
        max(4, int(6 * scene.scale)),
        seed,
        0.8,
    )
    img = np.asarray(picture(plain).resize((win.shape[1], win.shape[0])), np.float32) / 255
    m = win.mask(("fill", flap, 1))
    scene.put(win, img * (0.86 + 0.2 * np.linspace(1, 0, win.shape[0], dtype=np.float32))[:, None, None], m)
    edge = win.mask(("line", flap[[2, 3, 4, 5]], 7))
    scene.put(win, GOLD * (0.9 + 0.1 * win.noise(3, "edge", seed))[..., None], edge)
    p = np.array([0, -h / 2 + h * depth - 34]) @ spin + (0, 30)
    knob(scene, float(p[0]), float(p[1]), 26)
