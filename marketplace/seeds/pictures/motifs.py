"""The motifs as drawings: shapes in a box from -1 to 1 that weaving, wax, casting and crochet all read.

A motif is a list of parts (kind, points, size, tone): kind is "fill", "line" or "dot"; size the width of a line
or the radius of a dot; tone 1 the main colour, 2 the accent, 0 cuts away.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

from .light import Array, curve, oval

Part = tuple[str, Array, float, int]
MOTIFS: dict[str, tuple[str, str, Callable[[], list[Part]]]] = {}


def motif(slug: str, name: str, english: str) -> Callable[[Callable[[], list[Part]]], Callable[[], list[Part]]]:
    """Register a motif under its slug with its Indonesian and English name."""

    def keep(draw: Callable[[], list[Part]]) -> Callable[[], list[Part]]:
        MOTIFS[slug] = (name, english, draw)
        return draw

    return keep


def fill(points: object, tone: int = 1) -> Part:
    return ("fill", np.asarray(points, float), 0.0, tone)


def line(points: object, width: float = 0.07, tone: int = 1, n: int = 10) -> Part:
    p = np.asarray(points, float)
    return ("line", curve(p, n) if n and len(p) > 2 else p, width, tone)


def dot(x: float, y: float, r: float, tone: int = 1) -> Part:
    return ("dot", np.array([[x, y]]), r, tone)


def leaf(x: float, y: float, angle: float, length: float, width: float, tone: int = 1, bend: float = 0) -> Part:
    """A leaf or petal from (x, y); angle in degrees, 0 up, clockwise."""
    t = np.linspace(0, 1, 14)
    half = np.sin(np.pi * t**0.8) * width / 2
    mid = np.sin(np.pi * t) * bend
    px = np.concatenate([mid + half, (mid - half)[::-1]])
    py = np.concatenate([t, t[::-1]]) * -length
    a = np.radians(angle)
    return fill(np.stack([x + px * np.cos(a) - py * np.sin(a), y + px * np.sin(a) + py * np.cos(a)], 1), tone)


def coil(x: float, y: float, r: float, start: float, turns: float, width: float = 0.06, tone: int = 1) -> Part:
    a = np.radians(start) + np.linspace(0, abs(turns), 28) * 2 * np.pi * np.sign(turns)
    k = np.linspace(r, r * 0.18, 28)
    return line(np.stack([x + np.cos(a) * k, y + np.sin(a) * k], 1), width, tone, 0)


def both(parts: list[Part]) -> list[Part]:
    """The parts and their mirror image."""
    return parts + [(k, p * (-1, 1), s, t) for k, p, s, t in parts]


def around(n: int, parts: list[Part], start: float = 0) -> list[Part]:
    """The parts n times around the middle."""
    out = []
    for i in range(n):
        a = 2 * np.pi * i / n + np.radians(start)
        m = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
        out += [(k, p @ m, s, t) for k, p, s, t in parts]
    return out


def moved(parts: list[Part], x: float, y: float, k: float = 1) -> list[Part]:
    return [(kind, p * k + (x, y), s * k, t) for kind, p, s, t in parts]


def diamond(x: float, y: float, r: float, tone: int = 1) -> Part:
    return fill([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], tone)


@motif("naga-bertarung", "naga bertarung", "fighting dragons")
def naga() -> list[Part]:
    body = curve(
        [(0.96, 0.95), (0.62, 0.78), (0.86, 0.45), (0.72, 0.12), (0.32, 0.2), (0.22, -0.1), (0.5, -0.3), (0.42, -0.58)]
    )
    half = [("line", body, 0.2, 1)]
    half += [dot(float(body[i][0]), float(body[i][1]), 0.045, 2) for i in range(4, len(body) - 6, 6)]
    half += [
        leaf(float(body[i][0]), float(body[i][1]), 40 + (i % 20) * 4, 0.2, 0.12) for i in range(10, len(body) - 12, 9)
    ]
    half += [
        fill([(0.56, -0.72), (0.4, -0.84), (0.14, -0.7), (0.08, -0.6), (0.3, -0.58), (0.1, -0.44), (0.2, -0.4), (0.46, -0.46)]),
        dot(0.38, -0.68, 0.045, 0), line([(0.44, -0.78), (0.6, -0.98), (0.8, -0.96)], 0.06),
        line([(0.5, -0.66), (0.72, -0.76), (0.86, -0.66)], 0.06, 2), line([(0.26, -0.76), (0.2, -0.92), (0.08, -0.95)], 0.045, 2),
        line([(0.3, 0.2), (0.14, 0.4), (0.24, 0.55)], 0.08), line([(0.84, 0.4), (0.62, 0.52), (0.5, 0.46)], 0.08),
        line([(0.14, 0.4), (0.04, 0.5)], 0.06, 1, 0), leaf(0.9, 0.86, 60, 0.22, 0.14, 2),
    ]  # fmt: skip
    return both(half) + [diamond(0, -0.5, 0.09, 2), dot(0, 0.75, 0.1, 2), *both([leaf(0, 0.75, 110, 0.3, 0.14)])]


@motif("burung-hong", "burung hong", "phoenix")
def hong() -> list[Part]:
    tail = [
        line(
            [(0.1, 0.1), (0.45, 0.0), (0.75 + 0.08 * i, -0.5 + 0.42 * i), (0.62 + 0.1 * i, -0.88 + 0.5 * i)],
            0.07,
            1 + i % 2,
        )
        for i in range(4)
    ]
    tail += [dot(0.62 + 0.1 * i, -0.86 + 0.5 * i, 0.09, 2 - i % 2) for i in range(4)]
    wing = [leaf(-0.08, 0.08, a, 0.62 - 0.05 * i, 0.17, 1 + i % 2) for i, a in enumerate((-12, 10, 32, 54))]
    body = [fill(oval(-0.15, 0.16, 0.34, 0.2, -0.5)), line([(-0.34, 0.1), (-0.5, -0.18), (-0.42, -0.46), (-0.55, -0.6)], 0.15),
            dot(-0.56, -0.62, 0.13), fill([(-0.64, -0.7), (-0.92, -0.58), (-0.64, -0.54)], 2), dot(-0.58, -0.64, 0.035, 0),
            leaf(-0.5, -0.7, -10, 0.24, 0.08, 2), leaf(-0.46, -0.68, 22, 0.24, 0.08, 2), leaf(-0.44, -0.64, 50, 0.2, 0.08, 2),
            line([(-0.14, 0.34), (-0.2, 0.7), (-0.36, 0.74)], 0.06), line([(0.02, 0.32), (0.02, 0.7), (-0.12, 0.76)], 0.06)]  # fmt: skip
    return tail + wing + body


@motif("merak", "merak", "peacock")
def merak() -> list[Part]:
    fan = []
    for i, a in enumerate(range(-90, 91, 30)):
        s, c = np.sin(np.radians(a)), np.cos(np.radians(a))
        fan += [
            leaf(0, 0.35, a, 1.2, 0.3),
            dot(s * 0.86, 0.35 - c * 0.86, 0.11, 2),
            dot(s * 0.86, 0.35 - c * 0.86, 0.05, 0),
        ]
        if i < 6:
            fan.append(
                line(
                    [(0, 0.35), (np.sin(np.radians(a + 15)) * 0.75, 0.35 - np.cos(np.radians(a + 15)) * 0.75)],
                    0.05,
                    2,
                    0,
                )
            )
    return [*fan, fill(oval(0, 0.42, 0.22, 0.32), 2), line([(0, 0.35), (0.06, 0.1), (0, -0.08)], 0.14, 2),
            dot(0, -0.12, 0.11, 2), dot(0, -0.12, 0.04, 0), *both([line([(0.08, 0.7), (0.12, 0.9), (0.26, 0.92)], 0.06)])]  # fmt: skip


@motif("bunga-cina", "bunga cina", "gardenia")
def cina() -> list[Part]:
    return [*around(8, [leaf(0, -0.2, 0, 0.78, 0.42)]), *around(8, [dot(0, -0.68, 0.06, 0)]), dot(0, 0, 0.36, 0),
            *around(8, [leaf(0, -0.05, 0, 0.34, 0.2, 2)], 22), dot(0, 0, 0.1, 1)]  # fmt: skip


@motif("kembang-gajah", "kembang gajah", "elephant flower")
def gajah() -> list[Part]:
    arm = [*both([line([(0.02, -0.15), (0.3, -0.4), (0.22, -0.7), (0.42, -0.86)], 0.11), coil(0.36, -0.72, 0.17, 90, -1.0, 0.07)]),
           leaf(0, -0.18, 0, 0.8, 0.26), dot(0, -0.58, 0.07, 2)]  # fmt: skip
    return [
        *around(4, arm),
        dot(0, 0, 0.3),
        dot(0, 0, 0.2, 0),
        diamond(0, 0, 0.16, 2),
        *around(4, [leaf(0, -0.3, 45, 0.1, 0.1, 2)], 45),
    ]


@motif("gajah-mada", "gajah mada", "elephant")
def gajah_mada() -> list[Part]:
    return [fill(oval(0.12, -0.05, 0.6, 0.42)), fill(oval(-0.52, -0.25, 0.3, 0.3)), fill(oval(-0.34, -0.22, 0.17, 0.26), 2),
            line([(-0.72, -0.2), (-0.86, 0.2), (-0.78, 0.55), (-0.95, 0.62)], 0.14), line([(-0.66, 0.02), (-0.6, 0.2), (-0.72, 0.3)], 0.06, 2),
            *[line([(x, 0.2), (x, 0.78)], 0.2, 1, 0) for x in (-0.3, -0.02, 0.36, 0.58)], line([(0.7, -0.1), (0.86, 0.1), (0.82, 0.4)], 0.06),
            dot(-0.6, -0.32, 0.04, 0), fill([(-0.14, -0.42), (0.42, -0.42), (0.5, 0.06), (-0.2, 0.06)], 2), diamond(0.14, -0.2, 0.13, 1),
            line([(-0.12, -0.55), (0.14, -0.72), (0.4, -0.55)], 0.07, 2), leaf(0.14, -0.68, 0, 0.3, 0.16)]  # fmt: skip


@motif("ubur-ubur", "ubur-ubur", "jellyfish")
def ubur() -> list[Part]:
    a = np.linspace(np.pi, 2 * np.pi, 24)
    bell = np.vstack(
        [
            np.stack([np.cos(a) * 0.78, np.sin(a) * 0.85 + 0.0], 1),
            [(0.6, 0.12), (0.4, 0.0), (0.2, 0.14), (0, 0.02), (-0.2, 0.14), (-0.4, 0), (-0.6, 0.12)],
        ]
    )
    legs = [
        line([(x, 0.1), (x + 0.14, 0.36), (x - 0.1, 0.62), (x + 0.08, 0.96)], 0.07, 1 + i % 2)
        for i, x in enumerate((-0.55, -0.28, 0, 0.28, 0.55))
    ]
    return [
        fill(bell),
        *both([line([(0.22, -0.1), (0.25, -0.4), (0.1, -0.68)], 0.06, 0), dot(0.48, -0.25, 0.07, 2)]),
        diamond(0, -0.36, 0.12, 2),
        *legs,
    ]


@motif("kucing-tidur", "kucing tidur", "sleeping cat")
def kucing() -> list[Part]:
    return [fill(oval(0.05, 0.15, 0.8, 0.5)), dot(-0.52, 0.2, 0.34), fill([(-0.84, 0.0), (-0.82, -0.34), (-0.56, -0.1)]),
            fill([(-0.48, -0.1), (-0.3, -0.36), (-0.22, 0.02)]), line([(0.8, 0.2), (0.75, 0.6), (0.1, 0.62), (-0.42, 0.6)], 0.15, 2),
            line([(-0.72, 0.22), (-0.64, 0.28), (-0.58, 0.22)], 0.045, 0), line([(-0.46, 0.22), (-0.4, 0.28), (-0.34, 0.22)], 0.045, 0),
            *[line([(x, -0.2 + abs(x - 0.2) * 0.3), (x + 0.08, 0.1)], 0.07, 2, 0) for x in (0.0, 0.22, 0.44)]]  # fmt: skip


@motif("bebek-setaman", "bebek setaman", "ducks in a garden")
def bebek() -> list[Part]:
    duck = [fill(oval(0.1, 0.2, 0.52, 0.32)), line([(-0.26, 0.12), (-0.4, -0.2), (-0.34, -0.4)], 0.2), dot(-0.38, -0.44, 0.19),
            fill([(-0.52, -0.5), (-0.84, -0.36), (-0.5, -0.32)], 2), dot(-0.42, -0.48, 0.045, 0), leaf(0.0, 0.3, 70, 0.55, 0.3, 2),
            fill([(0.5, 0.1), (0.84, -0.16), (0.66, 0.3)])]  # fmt: skip
    waves = [
        line([(-0.9, y), (-0.6, y - 0.1), (-0.3, y), (0, y - 0.1), (0.3, y), (0.6, y - 0.1), (0.9, y)], 0.06, t)
        for y, t in ((0.68, 1), (0.88, 2))
    ]
    return [
        *duck,
        *waves,
        *moved(around(5, [leaf(0, 0, 0, 1, 0.6)]), 0.5, -0.62, 0.26),
        dot(0.5, -0.62, 0.08, 2),
        line([(0.5, -0.4), (0.4, -0.1)], 0.05, 1, 0),
    ]


@motif("kembang-kenanga", "kembang kenanga", "ylang-ylang flower")
def kenanga() -> list[Part]:
    up = [leaf(0, -0.05, a, 0.92, 0.2, 1, 0.16) for a in (0, 60, 120, 180, 240, 300)]
    return [
        *up,
        *[leaf(0, 0, a, 0.55, 0.14, 2, -0.1) for a in (30, 90, 150, 210, 270, 330)],
        dot(0, 0, 0.15),
        dot(0, 0, 0.07, 0),
    ]


@motif("kembang-rukem", "kembang rukem", "rukem flower")
def rukem() -> list[Part]:
    return [
        *around(6, [dot(0, -0.5, 0.24), dot(0, -0.5, 0.1, 0)]),
        dot(0, 0, 0.26, 2),
        dot(0, 0, 0.1, 0),
        *around(6, [leaf(0, -0.5, 0, 0.48, 0.16, 2)], 30),
    ]


@motif("kembang-rukem-berantai", "kembang rukem berantai", "chained rukem flowers")
def rukem_chain() -> list[Part]:
    links = both(
        [line([(0.5, 0), (0.75, -0.24), (1.0, 0)], 0.06, 2), line([(0.5, 0), (0.75, 0.24), (1.0, 0)], 0.06, 2)]
    )
    links += [(k, p[:, ::-1], s, t) for k, p, s, t in links]
    return [*moved(rukem(), 0, 0, 0.56), *links]


@motif("kembang-setaman", "kembang setaman", "garden of flowers")
def setaman() -> list[Part]:
    bloom = [*around(5, [leaf(0, -0.1, 0, 0.9, 0.62)]), dot(0, 0, 0.28, 2)]
    stem = [line([(0, 0.95), (0, 0.4), (0, -0.2)], 0.07), *both([line([(0, 0.7), (0.4, 0.45), (0.55, 0.1)], 0.06), line([(0, 0.35), (0.25, 0.1), (0.3, -0.3)], 0.06),
            leaf(0.05, 0.8, 70, 0.5, 0.18, 2), leaf(0.3, 0.5, 100, 0.4, 0.16, 2)])]  # fmt: skip
    return [
        *stem,
        *moved(bloom, 0, -0.6, 0.36),
        *both(moved(bloom, 0.62, -0.05, 0.28) + moved(bloom, 0.42, -0.5, 0.2)),
        *both([leaf(0, 0.95, 80, 0.5, 0.2)]),
    ]


@motif("kembang-setangkai", "kembang setangkai", "single stemmed flower")
def setangkai() -> list[Part]:
    return [line([(0, 0.95), (0.08, 0.4), (0, -0.15)], 0.08), leaf(0.05, 0.62, 55, 0.62, 0.24, 2), leaf(0.06, 0.4, -55, 0.62, 0.24, 2),
            *[leaf(0, -0.1, a, 0.82 - abs(a) / 300, 0.28, 1 + (i % 2)) for i, a in enumerate((-72, -36, 0, 36, 72))], dot(0, -0.12, 0.16), dot(0, -0.12, 0.07, 0)]  # fmt: skip


@motif("kembang-sumping", "kembang sumping", "ear-ornament flower")
def sumping() -> list[Part]:
    half = [line([(0, 0.85), (0.5, 0.7), (0.8, 0.2), (0.6, -0.3), (0.25, -0.2), (0.3, 0.15), (0.5, 0.15)], 0.13), leaf(0.75, -0.1, 25, 0.6, 0.22, 2),
            leaf(0.5, -0.3, 8, 0.5, 0.2), dot(0.3, 0.5, 0.09, 2)]  # fmt: skip
    return [*both(half), leaf(0, 0.1, 0, 1.0, 0.3), dot(0, -0.3, 0.08, 2), diamond(0, 0.42, 0.17, 2)]


@motif("kuda-laut", "kuda laut", "seahorse")
def kuda() -> list[Part]:
    body = curve([(-0.16, -0.62), (0.16, -0.5), (0.2, -0.1), (-0.1, 0.2), (0.02, 0.55), (0.1, 0.7)])
    return [("line", body, 0.26, 1), fill(oval(0.08, -0.1, 0.24, 0.34)), coil(-0.05, 0.72, 0.2, -20, 1.15, 0.12), dot(-0.12, -0.66, 0.2),
            fill([(-0.2, -0.66), (-0.7, -0.56), (-0.68, -0.44), (-0.12, -0.5)]), dot(-0.16, -0.7, 0.05, 0),
            *[leaf(0.02 + 0.1 * i, -0.8 + 0.1 * i, 20 + 16 * i, 0.26, 0.1, 2) for i in range(3)], leaf(0.28, 0.02, 70, 0.5, 0.36, 2),
            *[line([(-0.1, -0.25 + 0.16 * i), (0.24, -0.2 + 0.16 * i)], 0.05, 2, 0) for i in range(3)]]  # fmt: skip


@motif("bunga-hon", "bunga hon", "hon flower")
def hon() -> list[Part]:
    return [*around(8, [fill([(0, -0.98), (0.17, -0.62), (0, -0.26), (-0.17, -0.62)])]), *around(8, [diamond(0, -0.64, 0.08, 2)]),
            *around(8, [dot(0, -0.86, 0.07, 2)], 22.5), dot(0, 0, 0.2, 2), dot(0, 0, 0.09, 0)]  # fmt: skip


@motif("pucuk-rebung", "pucuk rebung", "bamboo shoots")
def rebung() -> list[Part]:
    tri = [fill([(-0.9, 0.98), (0, -0.98), (0.9, 0.98)]), fill([(-0.64, 0.84), (0, -0.56), (0.64, 0.84)], 0), fill([(-0.46, 0.72), (0, -0.3), (0.46, 0.72)], 2),
           fill([(-0.26, 0.6), (0, -0.02), (0.26, 0.6)], 0)]  # fmt: skip
    return [*tri, diamond(0, 0.42, 0.12, 1), *both([leaf(0.48, 0.02, 30, 0.3, 0.14)])]


from . import motifs_cast, motifs_wax  # noqa: E402,F401  those that are cast and of batik beside the woven ones


def parts(slug: str) -> list[Part]:
    return MOTIFS[slug][2]()


@lru_cache(256)
def figure(slug: str, width: int, height: int) -> Array:
    """The motif as woven cells: uint8 rows × columns of 0 (ground), 1 and 2."""
    k = 6
    layers = []
    for wanted in (1, 2):
        image = Image.new("L", (width * k, height * k), 0)
        pen = ImageDraw.Draw(image)
        for kind, points, size, tone in parts(slug):
            _ink(
                pen,
                kind,
                points,
                max(size, 1.5 / width) if kind == "line" else size,
                255 if tone == wanted else 0,
                width * k,
                height * k,
            )
        layers.append(np.asarray(image.reduce(k), np.float32))
    out = np.zeros((height, width), np.uint8)
    out[layers[0] > 105] = 1
    out[layers[1] > 105] = 2
    out.flags.writeable = False
    return out


def _ink(
    pen: ImageDraw.ImageDraw, kind: str, points: Array, size: float, ink: int, w: float, h: float, pad: float = 0
) -> None:
    px = [((x + 1) / 2 * w, (y + 1) / 2 * h) for x, y in points]
    r = size * min(w, h) / 2 + pad
    if kind == "fill":
        pen.polygon(px, fill=ink)
        if pad:
            pen.line([*px, px[0]], fill=ink, width=round(2 * pad), joint="curve")
        return
    if kind == "line":
        r = size * min(w, h) / 4 + pad
        pen.line(px, fill=ink, width=max(1, round(2 * r)), joint="curve")
        px = [px[0], px[-1]]
    for x, y in px:
        pen.ellipse((x - r, y - r, x + r, y + r), fill=ink)


@lru_cache(64)
def stencil(slug: str, size: int, outline: float = 0.035, angle: int = 0) -> tuple[Array, Array, Array]:
    """The motif drawn finely: coverage 0..1 of (wax outline with inner lines, main fill, accent fill)."""
    k = 2
    n = int(size * k)
    main, accent, wax = (Image.new("L", (n, n), 0) for _ in range(3))
    pens = [ImageDraw.Draw(i) for i in (main, accent, wax)]
    box = 0.68 if angle else 0.94
    for kind, points, width, tone in parts(slug):
        a = np.radians(angle)
        p = (points @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])) * box
        width *= box
        fine = kind == "line" and width < 0.05
        pad = 0 if fine else outline * n / 4
        _ink(pens[2], kind, p, width, 0 if fine else 255, n, n, pad)
        _ink(pens[2], kind, p, width, 0, n, n, -0.0)
        for i in (0, 1):
            _ink(pens[i], kind, p, width, 255 if tone == i + 1 else 0, n, n, pad)
    grey = [np.asarray(i.reduce(k), np.float32) / 255 for i in (wax, main, accent)]
    for g in grey:
        g.flags.writeable = False
    return grey[0], grey[1], grey[2]
