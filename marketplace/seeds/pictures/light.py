"""Paper, light and shadow: the stage on which every picture is drawn.

A scene is measured in units: the shorter side of the frame is 1000 units wide at zoom 1, the origin is the
middle of the frame, x grows to the right and y downwards. Arrays are float32, colours linear-ish 0..1.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

Array = np.ndarray
Points = list[tuple[float, float]] | Array
LIGHT = (-0.46, -0.62, 0.636)
PAPER = ("#f5efe4", "#e2d8c6")


def rgb(code: str) -> Array:
    """The colour `#rrggbb` as three float32 between 0 and 1."""
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255


def dice(*key: object) -> np.random.Generator:
    """A random generator that depends only on the key: equal keys, equal numbers, in every process."""
    return np.random.default_rng(zlib.crc32(repr(key).encode()))


def resize(a: Array, shape: tuple[int, int], how: int = Image.Resampling.BICUBIC) -> Array:
    """The 2-d float array at another (rows, columns)."""
    image = Image.fromarray(np.ascontiguousarray(a, np.float32))
    return np.asarray(image.resize((shape[1], shape[0]), how), np.float32)


def noise(shape: tuple[int, int], cell: float | tuple[float, float], *key: object) -> Array:
    """Smooth noise of about unit variance with features of `cell` pixels (rows, columns)."""
    ch, cw = cell if isinstance(cell, tuple) else (cell, cell)
    if max(ch, cw) <= 6:
        tile = _tile(max(1.0, round(ch * 2) / 2), max(1.0, round(cw * 2) / 2))
        start = dice("tile", *key).integers(len(tile), size=2)
        return tile[(np.arange(shape[0]) + start[0]) % len(tile)][:, (np.arange(shape[1]) + start[1]) % len(tile)]
    small = (max(2, int(shape[0] / max(ch, 1)) + 2), max(2, int(shape[1] / max(cw, 1)) + 2))
    return resize(dice("noise", *key).standard_normal(small, np.float32), shape)


def clouds(shape: tuple[int, int], cell: float, *key: object) -> Array:
    """Three octaves of noise."""
    parts = [noise(shape, max(2, cell / 2**i), i, *key) * 0.55**i for i in range(3)]
    return (parts[0] + parts[1] + parts[2]) / 1.2


def blur(a: Array, radius: float) -> Array:
    """A soft float blur of about `radius` pixels: shrink, smooth, grow."""
    if radius < 0.4:
        return a
    h, w = a.shape
    f = max(1.0, radius / 1.6)
    small = resize(a, (max(2, round(h / f)), max(2, round(w / f))), Image.Resampling.BOX) if f > 1.2 else a
    for _ in range(2):
        p = np.pad(small, 1, mode="edge")
        rows = p[:-2] + p[1:-1] * 2 + p[2:]
        small = (rows[:, :-2] + rows[:, 1:-1] * 2 + rows[:, 2:]) / 16
    return resize(small, (h, w)) if small.shape != a.shape else small.astype(np.float32)


def slope(h: Array) -> tuple[Array, Array]:
    """Central differences of a height in pixels: (down the columns, along the rows)."""
    gy, gx = np.zeros_like(h), np.zeros_like(h)
    if h.shape[0] > 2 and h.shape[1] > 2:
        gy[1:-1] = (h[2:] - h[:-2]) * 0.5
        gx[:, 1:-1] = (h[:, 2:] - h[:, :-2]) * 0.5
    return gy, gx


def normal(h: Array, nx: Array | float = 0, ny: Array | float = 0, nz: Array | float = 1) -> tuple[Array, ...]:
    """Unit normals of a surface (facing the eye at z) after a relief `h` in pixels is laid on it."""
    gy, gx = slope(h)
    x, y = nx - gx, ny - gy
    k = 1 / np.sqrt(x * x + y * y + nz * nz + 1e-9)
    return x * k, y * k, nz * k


def lambert(n: tuple[Array, ...], wrap: float = 0.25) -> Array:
    """How much light a matt surface returns, soft in the shade."""
    d = n[0] * LIGHT[0] + n[1] * LIGHT[1] + n[2] * LIGHT[2]
    return np.clip((d + wrap) / (0.636 + wrap), 0, 1.6)


def gloss(n: tuple[Array, ...], power: float = 40, light: tuple[float, float, float] = LIGHT) -> Array:
    """A highlight: Blinn's half vector with the eye straight above."""
    hx, hy, hz = light[0], light[1], light[2] + 1
    k = 1 / (hx * hx + hy * hy + hz * hz) ** 0.5
    d = np.clip((n[0] * hx + n[1] * hy + n[2] * hz) * k, 0, 1)
    return d**power


def step(a: Array, low: float, high: float) -> Array:
    """Smoothstep."""
    t = np.clip((a - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


@lru_cache(16)
def _room(polish: float) -> Array:
    """What cast metal reflects by the normal's (y, x): a window upper left, a dark horizon, warm paper below."""
    ny, nx = np.mgrid[-1:1:601j, -1:1:601j].astype(np.float32)
    nz = np.sqrt(np.clip(1 - nx * nx - ny * ny, 0.0004, 1))
    rx, ry, rz = 2 * nz * nx, 2 * nz * ny, 2 * nz * nz - 1
    e = 0.44 + 0.40 * step(-ry, -0.35, 0.95) + 0.16 * np.clip(rz, 0, 1)
    e -= 0.34 * polish * np.exp(-np.square((ry - 0.2) / 0.22)) * step(np.abs(rx) + np.abs(ry), 0.14, 0.7)
    box = np.exp(-np.square(np.square((rx + 0.5) / 0.36) + np.square((ry + 0.56) / 0.3)))
    side = np.exp(-np.square(np.square((rx - 0.82) / 0.16) + np.square((ry + 0.1) / 0.6)))
    e += (0.58 * box + 0.24 * side) * (0.45 + 0.55 * polish)
    e -= 0.3 * step(rx + ry, 0.5, 1.4)
    warm = step(ry, 0.25, 0.95) * 0.32
    cool = 0.04 * step(-ry, 0.1, 0.9)
    return np.stack([e + warm * 0.56 - cool, e + warm * 0.47, e + warm * 0.36 + cool], 2).astype(np.float32)


def sheen(n: tuple[Array, ...], tint: Array, polish: float = 1.0, w: Window | None = None) -> Array:
    """Cast metal in its room; given its window, the reflection also wanders with the place as for a near eye."""
    x, y = n[0], n[1]
    if w is not None:
        x = x + w.x * 0.00022 + w.y * 0.00005
        y = y + w.y * 0.00026
    ix = np.clip(x * 300 + 300.5, 0, 600).astype(np.int32)
    iy = np.clip(y * 300 + 300.5, 0, 600).astype(np.int32)
    return (_room(polish) * tint).reshape(-1, 3)[iy * 601 + ix]


class Window:
    """A rectangle of the scene: array slices and the unit coordinates of its pixels (broadcastable)."""

    def __init__(self, scene: Scene, x0: float, y0: float, x1: float, y1: float):
        s = scene.scale
        self.left = int(np.clip((x0 - scene.x0) * s, 0, scene.width - 1))
        self.top = int(np.clip((y0 - scene.y0) * s, 0, scene.height - 1))
        self.right = int(np.clip((x1 - scene.x0) * s + 1, self.left + 1, scene.width))
        self.bottom = int(np.clip((y1 - scene.y0) * s + 1, self.top + 1, scene.height))
        self.scale = s
        self.scene = scene
        self.shape = (self.bottom - self.top, self.right - self.left)
        cols = (np.arange(self.left, self.right, dtype=np.float32) + 0.5) / s + scene.x0
        rows = (np.arange(self.top, self.bottom, dtype=np.float32) + 0.5) / s + scene.y0
        self.x, self.y = cols[None, :], rows[:, None]

    def pixel(self, points: Points, over: int = 1) -> list[tuple[float, float]]:
        s, scene = self.scale, self.scene
        return [(((x - scene.x0) * s - self.left) * over, ((y - scene.y0) * s - self.top) * over) for x, y in points]

    def mask(self, *shapes: tuple[str, Points, float]) -> Array:
        """Coverage 0..1 of shapes: ("fill", points, tone), ("line", points, width), ("dot", [(x, y)], radius).

        A negative tone of a fill cuts away; widths and radii are in units.
        """
        k = 2
        image = Image.new("L", (self.shape[1] * k, self.shape[0] * k), 0)
        pen = ImageDraw.Draw(image)
        for kind, points, size in shapes:
            p = self.pixel(points, k)
            if kind == "fill":
                pen.polygon(p, fill=int(255 * size) if size > 0 else 0)
            else:
                r = abs(size) * self.scale * k / (2 if kind == "line" else 1)
                ink = 255 if size > 0 else 0
                if kind == "line":
                    pen.line(p, fill=ink, width=max(1, round(2 * r)), joint="curve")
                    ends = [p[0], p[-1]] if r > 1.5 else []
                else:
                    ends = p
                for x, y in ends:
                    pen.ellipse((x - r, y - r, x + r, y + r), fill=ink)
        return np.asarray(image.reduce(k), np.float32) / 255

    def noise(self, cell: float | tuple[float, float], *key: object) -> Array:
        """Noise with features of `cell` units."""
        cells = cell if isinstance(cell, tuple) else (cell, cell)
        return noise(self.shape, (cells[0] * self.scale, cells[1] * self.scale), *key)


class Scene:
    """A sheet of paper in the light, on which things are put one after the other."""

    def __init__(
        self,
        width: int,
        height: int,
        zoom: float = 1,
        look: tuple[float, float] = (0, 0),
        paper: tuple[str, str] = PAPER,
        seed: int = 0,
    ):
        self.width, self.height, self.seed = width, height, seed
        self.scale = min(width, height) / 1000 * zoom
        self.x0, self.y0 = look[0] - width / 2 / self.scale, look[1] - height / 2 / self.scale
        self.paper = paper
        self._rgb: Array | None = None

    @property
    def rgb(self) -> Array:
        """The pixels so far; bare paper at first."""
        if self._rgb is None:
            self._rgb = _paper(self.width, self.height, *self.paper).copy()
        return self._rgb

    @rgb.setter
    def rgb(self, pixels: Array) -> None:
        self._rgb = pixels

    def window(self, x0: float, y0: float, x1: float, y1: float) -> Window:
        return Window(self, x0, y0, x1, y1)

    def all(self) -> Window:
        return Window(self, self.x0, self.y0, self.x0 + self.width / self.scale, self.y0 + self.height / self.scale)

    def put(self, w: Window, colour: Array, cover: Array) -> None:
        """Lay a colour (rows, columns, 3) or (3,) over the window where it covers."""
        part = self.rgb[w.top : w.bottom, w.left : w.right]
        colour, cover = np.asarray(colour, np.float32), np.asarray(cover, np.float32)
        part += (colour - part) * cover[..., None]

    def shade(self, w: Window, dark: Array) -> None:
        """Darken the window; shadows are warm."""
        part = self.rgb[w.top : w.bottom, w.left : w.right]
        part *= 1 - np.asarray(dark, np.float32)[..., None] * np.array([0.92, 1.0, 1.06], np.float32)

    def shadow(self, shape: Points, dx: float, dy: float, soft: float, strength: float = 0.4) -> None:
        """The soft shadow of an outline, moved by (dx, dy) units."""
        p = np.asarray(shape, np.float32)
        (x0, y0), (x1, y1) = p.min(0) + (dx, dy), p.max(0) + (dx, dy)
        w = self.window(x0 - soft * 3, y0 - soft * 3, x1 + soft * 3, y1 + soft * 3)
        f = max(1.0, soft * self.scale / 2.5)
        small = (max(3, int(w.shape[0] / f)), max(3, int(w.shape[1] / f)))
        image = Image.new("L", (small[1] * 4, small[0] * 4), 0)
        kx, ky = small[1] * 4 / w.shape[1], small[0] * 4 / w.shape[0]
        ImageDraw.Draw(image).polygon([(x * kx, y * ky) for x, y in w.pixel(p + (dx, dy))], fill=255)
        m = blur(np.asarray(image.reduce(4), np.float32) / 255, soft * self.scale / f)
        self.shade(w, np.clip(resize(m, w.shape), 0, 1) * strength)

    def stand(self, cx: float, cy: float, rx: float, ry: float, strength: float = 0.5) -> None:
        """The shadow of something that stands on the paper on an oval foot."""
        self.shadow(oval(cx, cy, rx, ry), rx * 0.22, ry * 0.25 + 10, rx * 0.2 + 10, strength * 0.75)
        self.shadow(oval(cx, cy, rx * 0.98, ry * 0.95), 4, 6, 9, strength)

    def finish(self) -> Image.Image:
        """The picture with its last grain."""
        g = _grain()
        n = g.shape[0]
        oy, ox = self.seed * 37 % n, self.seed * 91 % n
        rows = (np.arange(self.height) + oy) % n
        cols = (np.arange(self.width) + ox) % n
        self.rgb += g[rows][:, cols][..., None]
        np.clip(self.rgb, 0, 1, out=self.rgb)
        self.rgb *= 255
        return Image.fromarray(self.rgb.astype(np.uint8))


@lru_cache(4)
def _paper(width: int, height: int, top: str, foot: str) -> Array:
    t = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    u = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    glow = 1 + 0.035 * np.exp(-np.square((u + 0.35) / 0.9) - np.square((t - 0.25) / 0.45)) - 0.05 * u * u * t
    glow += noise((height, width), 5, "paper") * 0.004 + noise((height, width), 60, "paper") * 0.0015
    return (rgb(top) * (1 - t[..., None]) + rgb(foot) * t[..., None]) * glow[..., None]


@lru_cache(64)
def _tile(ch: float, cw: float) -> Array:
    n = 640
    small = (int(n / ch) + 2, int(n / cw) + 2)
    return resize(dice("tile", ch, cw).standard_normal(small, np.float32), (n, n))


@lru_cache(1)
def _grain() -> Array:
    return dice("grain").standard_normal((512, 512), np.float32) * 0.0075


def oval(cx: float, cy: float, rx: float, ry: float, turn: float = 0, n: int = 72) -> Array:
    """Points of an ellipse."""
    a = np.linspace(0, 2 * np.pi, n, endpoint=False)
    x, y = np.cos(a) * rx, np.sin(a) * ry
    c, s = np.cos(turn), np.sin(turn)
    return np.stack([cx + x * c - y * s, cy + x * s + y * c], 1)


def curve(points: Points, n: int = 12, closed: bool = False) -> Array:
    """A smooth line through the points (Catmull-Rom), n steps between two of them."""
    p = np.asarray(points, float)
    p = np.vstack([p[-1:], p, p[:2]]) if closed else np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, n, endpoint=False)[:, None]
    out = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        out.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    if not closed:
        out.append(p[-2:-1])
    return np.vstack(out)


def inflate(mask: Array, radius: float, power: float = 0.5) -> Array:
    """A pillow height 0..1 over a mask: round at its rim within `radius` pixels."""
    m = blur(mask, radius) * 0.6 + blur(mask, radius * 0.4) * 0.4
    return (
        np.sqrt(np.clip(2 * m - 1 + 0.12, 0, 1)) if power == 0.5 else np.clip(2 * m - 1 + 0.12, 0, 1) ** power
    ) * np.clip(mask * 1.5, 0, 1)
