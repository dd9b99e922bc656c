"""Motifs of Bangka Belitung's batik: leaves, fish, glasses of coffee, and what the islands eat."""

from __future__ import annotations

import numpy as np

from .light import oval
from .motifs import Part, around, both, coil, diamond, dot, fill, leaf, line, motif, moved


def _veined(x: float, y: float, angle: float, length: float, width: float, tone: int = 1, veins: int = 6) -> list[Part]:
    out = [leaf(x, y, angle, length, width, tone)]
    a = np.radians(angle)
    s, c = np.sin(a), np.cos(a)

    def at(u: float, v: float) -> tuple[float, float]:
        return (x + u * c + v * s, y + u * s - v * c)

    out.append(line([at(0, 0), at(0, length * 0.94)], 0.035, 2 if tone == 1 else 1, 0))
    for i in range(1, veins + 1):
        v = length * i / (veins + 1.2)
        u = width * 0.36 * np.sin(np.pi * (i / (veins + 1.2)) ** 0.8)
        for side in (-1, 1):
            out.append(line([at(0, v), at(side * u, v + length * 0.09)], 0.022, 2 if tone == 1 else 1, 0))
    return out


@motif("daun-simpor", "daun simpor", "simpor leaf")
def simpor() -> list[Part]:
    return [*_veined(0, 0.75, 0, 1.65, 1.15, 1, 8), line([(0, 0.7), (0.06, 0.98)], 0.08, 1, 0), *moved(around(5, [leaf(0, -0.1, 0, 0.9, 0.7, 2)]), 0.66, 0.66, 0.3),
            dot(0.66, 0.66, 0.09, 1)]  # fmt: skip


@motif("katis-rambai", "katis rambai", "rambai fruit and papaya leaf")
def katis_rambai() -> list[Part]:
    cluster = [
        dot(-0.1 + 0.18 * (i % 3) + 0.09 * (i // 3 % 2), 0.02 + 0.2 * (i // 3), 0.1, 1 + i % 2) for i in range(12)
    ]
    return [
        line([(0, -0.95), (0.05, -0.5), (0.05, 0.0)], 0.05),
        *cluster,
        *_veined(0, -0.6, -100, 0.9, 0.4),
        *_veined(0, -0.5, 95, 0.85, 0.4),
        leaf(0, -0.7, -40, 0.4, 0.2, 2),
    ]


@motif("daun-katis", "daun katis", "papaya leaf")
def daun_katis() -> list[Part]:
    lobes = [
        p
        for a in (-120, -80, -40, 0, 40, 80, 120)
        for p in (
            leaf(0, 0.15, a, 0.95 - abs(a) / 400, 0.34),
            line([(0, 0.15), (np.sin(np.radians(a)) * 0.75, 0.15 - np.cos(np.radians(a)) * 0.75)], 0.04, 2, 0),
        )
    ]
    return [*lobes, line([(0, 0.15), (0.05, 0.95)], 0.08, 1, 0), dot(0, 0.15, 0.09, 2)]


@motif("ikan-cempedik", "ikan cempedik", "cempedik fish")
def cempedik() -> list[Part]:
    scales = [coil(x, y, 0.12, 90, 0.5, 0.03, 2) for x in (-0.2, 0.0, 0.2, 0.4) for y in (-0.12, 0.04, 0.2)]
    return [fill([(-0.85, 0.02), (-0.5, -0.3), (0.0, -0.4), (0.5, -0.2), (0.66, 0), (0.5, 0.2), (0, 0.38), (-0.5, 0.28)]), fill([(0.55, 0), (0.98, -0.42), (0.84, 0), (0.98, 0.42)], 2),
            fill([(-0.2, -0.36), (0.05, -0.68), (0.34, -0.3)], 2), fill([(-0.1, 0.36), (0.1, 0.6), (0.24, 0.3)], 2), dot(-0.58, -0.06, 0.08, 0), dot(-0.58, -0.06, 0.035, 1),
            line([(-0.4, -0.28), (-0.32, 0.0), (-0.4, 0.26)], 0.04, 2), *scales, line([(-0.95, 0.8), (-0.5, 0.7), (0, 0.82), (0.5, 0.7), (0.95, 0.8)], 0.05, 2)]  # fmt: skip


@motif("gelas-kopi", "gelas kopi", "coffee glass")
def kopi() -> list[Part]:
    return [fill([(-0.42, -0.2), (0.42, -0.2), (0.32, 0.7), (-0.32, 0.7)]), fill([(-0.37, 0.0), (0.37, 0.0), (0.3, 0.62), (-0.3, 0.62)], 2), fill(oval(0, -0.2, 0.42, 0.1), 2),
            line([(0.4, 0), (0.72, 0.05), (0.66, 0.4), (0.34, 0.42)], 0.08), fill(oval(0, 0.82, 0.75, 0.13)), *[line([(x, -0.36), (x + 0.1, -0.55), (x - 0.08, -0.75), (x + 0.06, -0.95)], 0.05, 1) for x in (-0.2, 0, 0.2)],
            line([(-0.22, 0.1), (-0.18, 0.5)], 0.05, 0, 0)]  # fmt: skip


@motif("dambus", "dambus", "dambus lute")
def dambus() -> list[Part]:
    return [fill([(-0.05, -0.35), (0.05, -0.35), (0.36, 0.3), (0.3, 0.75), (0, 0.95), (-0.3, 0.75), (-0.36, 0.3)]), dot(0, 0.5, 0.17, 2), dot(0, 0.5, 0.08, 0), line([(0, 0.3), (0, -0.6)], 0.12, 1, 0),
            line([(0, -0.55), (0.05, -0.8), (0.28, -0.9), (0.36, -0.74)], 0.1), dot(0.2, -0.92, 0.09), leaf(0.16, -0.96, 30, 0.2, 0.07, 2), *both([line([(0, -0.5 - 0.1 * i), (0.18, -0.52 - 0.1 * i)], 0.05, 2, 0) for i in range(3)]),
            line([(-0.18, 0.76), (0.18, 0.76)], 0.06, 2, 0), *both([line([(0.03, -0.4), (0.05, 0.74)], 0.02, 2, 0)])]  # fmt: skip


@motif("ketuyut", "ketuyut", "ketuyut pitcher plant")
@motif("kantung-semar", "kantung semar", "pitcher plant")
def semar() -> list[Part]:
    def pitcher(x: float, y: float, k: float) -> list[Part]:
        return moved([fill([(-0.3, -0.4), (0.3, -0.4), (0.4, 0.2), (0.2, 0.8), (-0.1, 0.9), (-0.36, 0.5), (-0.38, 0)]), fill(oval(0, -0.4, 0.34, 0.13), 2), leaf(0.3, -0.42, -58, 0.75, 0.34, 1),
                      *[dot(-0.12 + 0.2 * (i % 2), -0.1 + 0.2 * i, 0.06, 2) for i in range(4)], line([(-0.1, 0.9), (0.2, 1.1), (0.6, 0.7), (0.7, 0.2)], 0.06)], x, y, k)  # fmt: skip

    return [*pitcher(-0.42, 0.1, 0.66), *pitcher(0.34, -0.35, 0.48), *_veined(0.85, 0.85, -50, 1.0, 0.34, 1)]


@motif("balok-timah", "balok timah", "tin ingots")
def balok() -> list[Part]:
    def bar(x: float, y: float) -> list[Part]:
        return [
            fill([(x - 0.42, y + 0.2), (x - 0.32, y - 0.08), (x + 0.32, y - 0.08), (x + 0.42, y + 0.2)]),
            fill([(x - 0.32, y - 0.08), (x - 0.22, y - 0.22), (x + 0.4, y - 0.22), (x + 0.32, y - 0.08)], 2),
            diamond(x, y + 0.06, 0.08, 0),
        ]

    return [
        *bar(-0.46, 0.6),
        *bar(0.46, 0.6),
        *bar(0, 0.14),
        *[
            line([(0, -0.2), (np.sin(a) * 0.7, -0.2 - np.cos(a) * 0.7)], 0.05, 1 + i % 2, 0)
            for i, a in enumerate(np.radians([-60, -30, 0, 30, 60]))
        ],
    ]


@motif("resam", "resam", "resam fern")
@motif("pakis", "pakis", "fern")
def pakis() -> list[Part]:
    out = [
        line([(0.1, 0.98), (0.0, 0.3), (-0.1, -0.3), (0.05, -0.6)], 0.07),
        coil(0.24, -0.62, 0.24, 180, 1.2, 0.08, 2),
    ]
    for i in range(8):
        y, k = 0.8 - i * 0.17, 0.72 - i * 0.055
        out += [leaf(0.02 - 0.015 * i, y, 62, k, 0.14, 1, 0.05), leaf(0.02 - 0.015 * i, y, -62, k, 0.14, 1, -0.05)]
    return out


@motif("lada", "lada", "pepper vine")
def lada() -> list[Part]:
    def spike(x: float, y: float) -> list[Part]:
        return [
            p
            for i in range(6)
            for p in (
                dot(x - 0.06 + 0.02 * i, y + 0.13 * i, 0.07, 2),
                dot(x + 0.07 + 0.02 * i, y + 0.05 + 0.13 * i, 0.07, 2),
            )
        ]

    return [
        line([(-0.7, -0.95), (-0.1, -0.6), (0.1, 0.0), (-0.1, 0.5), (0.2, 0.98)], 0.06),
        *_veined(-0.1, -0.6, 70, 0.85, 0.5),
        *_veined(0.1, 0.1, -75, 0.9, 0.52),
        *spike(0.42, -0.1),
        *spike(-0.5, 0.3),
        coil(0.32, 0.8, 0.15, 180, 1, 0.05),
    ]


@motif("rusip", "rusip", "rusip anchovies")
def rusip() -> list[Part]:
    out: list[Part] = []
    for i, (x, y) in enumerate([(-0.35, -0.6), (0.35, -0.3), (-0.3, 0.05), (0.35, 0.35), (-0.3, 0.68)]):
        out += [
            fill(
                [
                    (x - 0.5, y),
                    (x - 0.2, y - 0.13),
                    (x + 0.3, y - 0.06),
                    (x + 0.5, y - 0.14),
                    (x + 0.46, y + 0.12),
                    (x + 0.28, y + 0.05),
                    (x - 0.2, y + 0.12),
                ],
                1 + i % 2,
            ),
            dot(x - 0.36, y - 0.02, 0.035, 0),
        ]
    return out


@motif("terung-ketukat", "terung ketukat", "small round aubergine")
def terung() -> list[Part]:
    return [fill(oval(-0.2, 0.3, 0.42, 0.5)), fill(oval(0.5, 0.1, 0.28, 0.34)), *[leaf(-0.2, -0.18, a, 0.3, 0.16, 2) for a in (-140, -180, 140, 100, -100)], *[leaf(0.5, -0.22, a, 0.22, 0.12, 2) for a in (-140, 180, 140)],
            line([(-0.2, -0.2), (0.0, -0.6), (0.4, -0.7), (0.5, -0.24)], 0.06), *_veined(0.1, -0.62, -60, 0.8, 0.4), line([(-0.4, 0.1), (-0.44, 0.4)], 0.06, 0, 0)]  # fmt: skip


@motif("ruang-kosong", "ruang kosong", "open space")
def ruang() -> list[Part]:
    return [
        line(oval(0, 0, 0.85, 0.85, 0, 48), 0.06, 1, 0),
        line(oval(0.1, 0.05, 0.55, 0.55, 0, 40), 0.05, 2, 0),
        line(oval(0.2, 0.1, 0.26, 0.26, 0, 32), 0.05, 1, 0),
    ]


@motif("gi-nganggung", "gi nganggung", "nganggung feast trays")
def nganggung() -> list[Part]:
    a = np.linspace(np.pi, 2 * np.pi, 24)
    dome = np.stack([np.cos(a) * 0.78, np.sin(a) * 0.8 + 0.4], 1)
    return [fill(dome), *[line(np.stack([np.cos(a) * 0.78 * k, np.sin(a) * 0.8 * 1 + 0.4], 1), 0.04, 2, 0) for k in (0.33, 0.66)], *[line([(-0.76, 0.36 - 0.2 * i), (0, 0.3 - 0.25 * i), (0.76, 0.36 - 0.2 * i)], 0.04, 2) for i in range(3) if i],
            dot(0, -0.46, 0.1, 2), fill([(-0.95, 0.4), (0.95, 0.4), (0.72, 0.62), (-0.72, 0.62)], 2), fill([(-0.4, 0.62), (0.4, 0.62), (0.5, 0.85), (-0.5, 0.85)])]  # fmt: skip


@motif("udang-belacan", "udang belacan", "shrimp")
def udang() -> list[Part]:
    out = [
        line([(-0.62, -0.42), (-0.1, -0.62), (0.42, -0.36), (0.56, 0.12), (0.3, 0.52), (-0.1, 0.6)], 0.3),
        fill([(-0.55, -0.62), (-0.95, -0.4), (-0.55, -0.26)]),
        dot(-0.6, -0.46, 0.05, 0),
    ]
    out += [
        line([p, q], 0.05, 2, 0)
        for p, q in (
            ((-0.1, -0.78), (-0.05, -0.46)),
            ((0.25, -0.68), (0.16, -0.36)),
            ((0.58, -0.34), (0.3, -0.16)),
            ((0.72, 0.08), (0.42, 0.1)),
            ((0.6, 0.42), (0.34, 0.28)),
        )
    ]
    out += [leaf(-0.12, 0.6, a, 0.36, 0.16, 2) for a in (-60, -95, -130)]
    return [
        *out,
        line([(-0.8, -0.46), (-0.6, -0.9), (0.2, -0.98), (0.9, -0.8)], 0.035, 2),
        *[
            line([(x, y), (x - 0.2, y + 0.3)], 0.05, 1, 0)
            for x, y in ((-0.3, -0.4), (-0.05, -0.3), (0.18, -0.15), (0.25, 0.1))
        ],
    ]


@motif("pinang-beleh", "pinang beleh empat", "areca nut in four")
def pinang() -> list[Part]:
    return [
        *around(
            4,
            [
                fill([(0, -0.06), (0.4, -0.5), (0.3, -0.86), (0, -0.96), (-0.3, -0.86), (-0.4, -0.5)]),
                fill(oval(0, -0.56, 0.2, 0.26), 2),
                line([(0, -0.78), (0, -0.34)], 0.05, 0, 0),
            ],
        ),
        *around(4, [leaf(0, -0.12, 0, 0.6, 0.14, 2)], 45),
    ]


@motif("kulat-tiung", "kulat tiung", "tiung mushroom")
def kulat() -> list[Part]:
    def cap(x: float, y: float, k: float) -> list[Part]:
        a = np.linspace(np.pi, 2 * np.pi, 20)
        top = np.vstack([np.stack([np.cos(a), np.sin(a) * 0.8], 1), [(0.6, 0.16), (0, 0.24), (-0.6, 0.16)]])
        return moved(
            [
                fill([(-0.2, 0.1), (0.2, 0.1), (0.28, 1.2), (-0.28, 1.2)], 2),
                fill(top),
                *[dot(u, v, 0.1, 0) for u, v in ((-0.4, -0.3), (0.1, -0.5), (0.5, -0.25))],
                *[line([(u * 1.6, 0.12), (u, 0.3)], 0.04, 0, 0) for u in (-0.12, 0, 0.12)],
            ],
            x,
            y,
            k,
        )

    return [
        *cap(-0.25, -0.2, 0.62),
        *cap(0.5, 0.2, 0.42),
        *cap(-0.72, 0.5, 0.26),
        line([(-0.9, 0.86), (-0.3, 0.78), (0.3, 0.84), (0.9, 0.76)], 0.06, 1),
    ]


@motif("mentilen", "mentilen", "tarsier")
def mentilen() -> list[Part]:
    return [line([(0.62, -0.98), (0.56, 0.0), (0.62, 0.98)], 0.16, 2), fill(oval(-0.05, 0.25, 0.34, 0.46)), dot(-0.1, -0.36, 0.36), *[fill(oval(-0.1 + s * 0.36, -0.66, 0.14, 0.22, s * 0.4)) for s in (-1, 1)],
            *[p for s in (-1, 1) for p in (dot(-0.1 + s * 0.17, -0.38, 0.15, 2), dot(-0.1 + s * 0.17, -0.38, 0.07, 0))], diamond(-0.1, -0.2, 0.05, 0), line([(0.14, 0.05), (0.4, -0.06), (0.6, -0.02)], 0.1), line([(0.16, 0.5), (0.4, 0.44), (0.6, 0.5)], 0.1),
            line([(-0.2, 0.66), (-0.5, 0.9), (-0.72, 0.6), (-0.6, 0.2)], 0.06)]  # fmt: skip


@motif("kera-duduk", "kera duduk", "sitting monkey")
def kera() -> list[Part]:
    return [fill(oval(0.05, 0.3, 0.42, 0.5)), dot(-0.15, -0.42, 0.32), dot(0.18, -0.46, 0.12), fill(oval(-0.26, -0.38, 0.2, 0.2), 2), dot(-0.32, -0.44, 0.045, 0), dot(-0.14, -0.44, 0.045, 0), line([(-0.15, 0.05), (-0.5, 0.3), (-0.42, 0.0)], 0.12),
            line([(-0.1, 0.7), (-0.5, 0.5), (-0.55, 0.85)], 0.14), line([(0.4, 0.6), (0.8, 0.6), (0.85, 0.1), (0.6, -0.1), (0.72, -0.3)], 0.08, 2), leaf(-0.45, 0.0, -30, 0.4, 0.2, 2)]  # fmt: skip


@motif("tulisan-aok", "tulisan aok", "ripples of the word aok")
def aok() -> list[Part]:
    return [
        coil(-0.6, 0, 0.3, 0, 1.2, 0.09),
        coil(0, 0, 0.3, 180, 1.0, 0.09, 2),
        coil(0.6, 0, 0.3, 0, -1.2, 0.09),
        *[line([(-0.95, y), (-0.5, y - 0.16), (0, y), (0.5, y - 0.16), (0.95, y)], 0.06, 2) for y in (-0.55, 0.65)],
    ]
