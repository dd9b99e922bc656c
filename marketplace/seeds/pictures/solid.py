"""Turned solids: what a lathe, a mould or a plaiter's form makes, seen from a little above.

A profile is a list of (radius, height) from the foot to the top. The eye looks with parallel rays at `tilt`
radians above the table. A row of the picture meets the slices of the solid in one running maximum, so the whole
visible surface is found by a sorted search, exactly and quickly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .light import Array, Scene, Window, normal

Profile = list[tuple[float, float]]


@dataclass
class Surface:
    """What is seen of a solid inside a window: coverage, place on the surface and unit normals to the eye."""

    window: Window
    cover: Array
    angle: Array
    height: Array
    along: Array
    radius: Array
    n: tuple[Array, Array, Array]
    inside: Array

    def relief(self, h: Array) -> tuple[Array, ...]:
        """The normals after a relief in pixels."""
        return normal(h, *self.n)


def dense(profile: Profile, n: int = 360, smooth: int = 5) -> tuple[Array, Array, Array]:
    """Radius, height and length along the profile at n heights, corners eased."""
    p = np.asarray(profile, float)
    z = np.linspace(p[0, 1], p[-1, 1], n)
    r = np.interp(z, p[:, 1], p[:, 0])
    if smooth > 1:
        padded = np.pad(r, smooth, mode="edge")
        k = np.hanning(2 * smooth + 3)[1:-1]
        r = np.convolve(padded, k / k.sum(), "valid")[: len(r)]
    arc = np.concatenate([[0], np.cumsum(np.hypot(np.diff(r), np.diff(z)))])
    return r.astype(np.float32), z.astype(np.float32), arc.astype(np.float32)


def turn(
    scene: Scene,
    at: tuple[float, float],
    outer: Profile,
    tilt: float = 0.42,
    inner: Profile | None = None,
    oval: float = 1.0,
    smooth: int = 5,
    through: bool = False,
) -> Surface:
    """See a solid of revolution whose foot's middle is at `at`; `inner` is the hollow of an open vessel.

    `oval` widens it to the sides; a hollow `through` has no floor. `height`, `along` and `radius` are in units, `angle` is 0 to the right and
    a quarter turn towards the eye.
    """
    r, z, arc = dense(outer, smooth=smooth)
    ce, se = float(np.cos(tilt)), float(np.sin(tilt))
    cx, cy = float(at[0]), float(at[1])
    top = cy - (z * ce + r * se).max() - 2
    low = cy - (z * ce - r * se).min() + 2
    w = scene.window(cx - r.max() * oval - 2, top, cx + r.max() * oval + 2, low)
    x = ((w.x[0] - cx) / oval).astype(np.float32)
    y = (w.y[:, 0] - cy).astype(np.float32)
    order = slice(None, None, -1)
    best, _, sil = _search(r[order], z[order], x, y, ce, se, False)
    inside = np.zeros(w.shape, bool)
    if inner is not None:
        ri, zi, arci = dense(inner, smooth=smooth)
        hollow, found, _ = _search(ri[order], zi[order], x, y, ce, se, True)
        s_rim = (y + zi[-1] * ce) / se
        inside = (ri[-1] ** 2 - s_rim**2)[:, None] >= np.square(x)[None]
        if through:
            sil = np.where(inside & ~found, 0, sil)
            inside &= found
        best = np.where(inside, hollow, best)
    s = (y[:, None] + best * ce) / se
    rad = np.sqrt(np.square(x)[None] + s * s) + 1e-6
    nr, nz, along = _profile_normals(r, z, arc, best)
    if inner is not None:
        ir, iz, ia = _profile_normals(ri, zi, arci, best)
        nr, nz, along = np.where(inside, -ir, nr), np.where(inside, -iz, nz), np.where(inside, ia, along)
    cosa, sina = x[None] / rad, s / rad
    n = (nr * cosa / oval, -(nz * ce - nr * sina * se), nr * sina * ce + nz * se)
    k = 1 / np.sqrt(n[0] ** 2 + n[1] ** 2 + n[2] ** 2 + 1e-9)
    f = np.float32
    return Surface(
        w,
        sil.astype(f),
        np.arctan2(s, x[None]).astype(f),
        best.astype(f),
        along.astype(f),
        rad.astype(f),
        (
            (n[0] * k).astype(f),
            (n[1] * k).astype(f),
            np.maximum(n[2] * k, 0.02).astype(f),
        ),
        inside,
    )


def _search(r: Array, z: Array, x: Array, y: Array, ce: float, se: float, hollow: bool) -> tuple[Array, Array, Array]:
    """Height where each pixel's ray meets the slices (sorted from the top down), whether, and coverage."""
    c = r[:, None] ** 2 - np.square((y[None] + z[:, None] * ce) / se)
    run = np.minimum.accumulate(c, 0) if hollow else np.maximum.accumulate(c, 0)
    last = len(z) - 1
    x2 = np.square(x)
    index = np.empty((len(y), len(x)), np.int32)
    sign = np.float32(-1 if hollow else 1)
    ladder, x2h = np.ascontiguousarray(run.T) * sign, x2 * sign
    for row in range(len(y)):
        index[row] = np.searchsorted(ladder[row], x2h, side="right" if hollow else "left")
    seen = index <= last
    i = np.clip(index, 0, last)
    j = np.clip(i - 1, 0, last)
    rows = np.arange(len(y))[:, None]
    flat = np.ascontiguousarray(c.T).reshape(-1)
    start = rows.astype(np.int32) * len(z)
    gi, gj = flat[start + i] - x2, flat[start + j] - x2
    d = gi - gj
    t = np.clip(np.where(np.abs(d) > 1e-9, gi / np.where(np.abs(d) > 1e-9, d, 1), 0), 0, 1)
    best = z[i] + (z[j] - z[i]) * t
    g = run[-1][:, None] - x2
    gy = np.gradient(run[-1]) if len(y) > 1 else np.zeros(len(y))
    gx = 2 * np.abs(x) * (x[1] - x[0] if len(x) > 1 else 1)
    return best, seen, np.clip(g / np.sqrt(gy[:, None] ** 2 + gx[None] ** 2 + 1e-6) + 0.5, 0, 1)


def _profile_normals(r: Array, z: Array, arc: Array, at: Array) -> tuple[Array, Array, Array]:
    dr, dz = np.gradient(r), np.gradient(z)
    k = 1 / np.hypot(dr, dz)
    table = np.stack([dz * k, -dr * k, arc]).astype(np.float32)
    f = np.clip((at - z[0]) / (z[-1] - z[0]) * (len(z) - 1), 0, len(z) - 1.001)
    i = f.astype(np.int32)
    t = f - i
    got = table[:, i] * (1 - t) + table[:, i + 1] * t
    return got[0], got[1], got[2]
