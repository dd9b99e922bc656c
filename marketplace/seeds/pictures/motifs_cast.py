"""What casters and carvers put on key rings and plaques: ships, the island, the moon."""

from __future__ import annotations

import numpy as np

from .islands import OUTLINES
from .light import curve
from .motifs import Part, dot, fill, line, motif


@motif("kapal-keruk", "kapal keruk", "tin dredger")
def keruk() -> list[Part]:
    decks = []
    for k in range(2):
        left, right, low = -0.3 + 0.09 * k, 0.84 - 0.1 * k, 0.24 - 0.26 * k
        decks += [fill([(left, low), (right, low), (right, low - 0.26), (left, low - 0.26)])]
        decks += [dot(-0.1 + 0.2 * i, low - 0.12, 0.055, 0) for i in range(4)]
    funnels = [fill([(x - 0.07, -0.26), (x - 0.05, -0.74), (x + 0.05, -0.74), (x + 0.07, -0.26)]) for x in (0.24, 0.5)]
    gallows = [line([(-0.62, 0.3), (-0.42, -0.86), (-0.26, 0.3)], 0.08, 1, 0)]
    for k in range(4):
        y = 0.02 - 0.24 * k
        gallows += [line([(-0.57 + 0.035 * k, y), (-0.31 - 0.03 * k, y)], 0.06, 1, 0)]
    ladder = [line([(-0.3, -0.1), (-0.97, 0.6)], 0.1, 2, 0)]
    ladder += [dot(-0.32 - 0.16 * i, -0.14 + 0.165 * i, 0.085) for i in range(5)]
    ropes = [line([(-0.42, -0.86), end], 0.035, 2, 0) for end in ((0.3, -0.3), (-0.95, 0.5))]
    hull = fill([(-0.74, 0.3), (0.95, 0.3), (0.8, 0.64), (-0.6, 0.64)])
    return [hull, *decks, *funnels, *gallows, *ladder, *ropes, *_sea(0.76)]


@motif("kapal-pinisi", "kapal pinisi", "pinisi ship")
def pinisi() -> list[Part]:
    hull = [(-0.72, 0.3), *curve([(-0.72, 0.3), (-0.56, 0.58), (0, 0.66), (0.6, 0.56), (0.78, 0.22)]), (0.3, 0.34)]
    masts = [line([(x, 0.34), (x, top)], 0.05, 1, 0) for x, top in ((-0.22, -0.86), (0.28, -0.92))]
    sails = [
        fill([(-0.26, -0.5), (-0.26, 0.22), (-0.68, 0.22), (-0.56, -0.24)]),
        fill([(0.24, -0.54), (0.24, 0.22), (-0.18, 0.22), (-0.18, -0.3)]),
        fill([(-0.26, -0.8), (-0.26, -0.56), (-0.5, -0.34)], 2),
        fill([(0.24, -0.86), (0.24, -0.6), (-0.14, -0.4)], 2),
        *[fill([(0.32, -0.76 + 0.2 * k), (0.42 + 0.16 * k, 0.12), (0.36, 0.22)], 1 + k % 2) for k in range(3)],
    ]
    return [fill(hull), line([(0.76, 0.22), (1.0, 0.06)], 0.05, 1, 0), *masts, *sails, *_sea(0.76)]


@motif("peta-bangka", "peta Bangka Belitung", "map of Bangka Belitung")
def peta() -> list[Part]:
    lands = [np.asarray(one, float) for one in OUTLINES]
    low, high = np.vstack(lands).min(0), np.vstack(lands).max(0)
    return [fill((one - (low + high) / 2) / (high - low).max() * 1.96) for one in lands]


@motif("bulan-sabit", "bulan sabit", "crescent")
def sabit() -> list[Part]:
    outer, inner = np.radians(np.linspace(42, 318, 40)), np.radians(np.linspace(304, 56, 40))
    moon = np.vstack(
        [
            np.stack([np.cos(outer), np.sin(outer)], 1) * 0.9,
            np.stack([np.cos(inner), np.sin(inner)], 1) * 0.74 + (0.26, 0),
        ]
    )
    points = np.radians(np.arange(10) * 36 - 90)
    star = np.stack([np.cos(points), np.sin(points)], 1) * np.where(np.arange(10) % 2, 0.11, 0.27)[:, None] + (0.42, 0)
    return [fill(moon), fill(star, 2)]


def _sea(y: float) -> list[Part]:
    return [
        line([(-0.95 + 0.05 * k, y + 0.13 * k), (-0.5, y - 0.06 + 0.13 * k), (0, y + 0.02 + 0.13 * k), (0.5, y - 0.06 + 0.13 * k), (0.95 - 0.05 * k, y + 0.13 * k)], 0.05, 2)
        for k in range(2)
    ]  # fmt: skip
