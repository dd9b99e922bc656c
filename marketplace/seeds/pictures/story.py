"""Wide pictures for collections and stories: a loom, the tin coast at dusk, ferns, a laid table, a pepper vine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image

from . import basket, cloth, food, lace, models, pewter, plaited, resam, shell, stone
from .drape import drape, lay, rect
from .light import Array, Scene, blur, clouds, curve, dice, inflate, lambert, noise, normal, rgb, step
from .metal import lot, slab, wood
from .palette import GOLD, dye


@contextmanager
def placed(scene: Scene, x: float, y: float, k: float) -> Iterator[None]:
    """Draw a thing smaller or larger with its own middle at (x, y)."""
    old = scene.scale, scene.x0, scene.y0
    scene.scale = old[0] * k
    scene.x0, scene.y0 = (old[1] - x) / k, (old[2] - y) / k
    try:
        yield
    finally:
        scene.scale, scene.x0, scene.y0 = old


def loom(scene: Scene, seed: int) -> None:
    """Warp threads run to the reed; below it lies what is already woven."""
    w = scene.all()
    ground = dye(lot(seed, "merah-manggis", "biru-tarum", "hijau-pandan", "ungu-keduduk", "toska-laut"))
    warp_n = 190
    f = (w.x / (scene.width / scene.scale) + 0.5) * warp_n * (1 + 0.05 * (w.y / 500))
    k = f - np.floor(f) - 0.5
    table = dice("warp", seed).standard_normal(512).astype(np.float32)
    tone = 1 + 0.12 * table[np.floor(f).astype(int) & 511]
    high = np.clip(1 - np.square(k * 2.5), 0, 1) ** 0.5
    dark = rgb("#2a1c18")
    scene.rgb = (
        dark + (ground * 1.1 * tone[..., None] * (0.5 + 0.6 * high)[..., None] - dark) * (np.abs(k) < 0.38)[..., None]
    ).astype(np.float32)
    depth = step(w.y, -620, -60)
    scene.rgb *= (0.45 + 0.62 * depth)[..., None]
    motif = lot(seed, "naga-bertarung", "merak", "burung-hong", "kembang-setaman", "bunga-cina")
    m = cloth.design(176, 100, motif, seed, "penganten")
    part = cloth.weave(m, ground, ground * 0.6 + 0.25, rgb("#f1e6cc"), max(4, scene.width // 170), seed, 0.4, GOLD)
    top = 40.0
    lay(scene, part, [(-700.0, top), (700.0, top), (790.0, 560.0), (-790.0, 560.0)])
    v = scene.window(-800, top - 40, 800, 520)
    scene.shade(v, np.exp(-np.square((v.y - top) / 46)) * 0.5 * np.ones_like(v.x))
    for y, tall, tint in ((-330.0, 46.0, "#8a5c34"), (-210.0, 34.0, "#a8753f"), (-30.0, 92.0, "#75492a")):
        slab(scene, rect(0, y, 1500, tall), seed + int(y), tint, 10, 14)
        if tall > 80:
            u = scene.window(-700, y - 20, 700, y + 20)
            teeth = (np.sin(u.x * 0.9) > 0.1) & (np.abs(u.y - y) < 18)
            scene.put(u, rgb("#3a2418"), teeth * 0.55)
    shuttle = np.vstack(
        [curve([(-150, 0), (-60, -34), (60, -34), (150, 0)]), curve([(150, 0), (60, 34), (-60, 34), (-150, 0)])]
    ) @ np.array([[0.97, -0.24], [0.24, 0.97]]) + (260, 300)
    slab(scene, shuttle, seed + 3, "#9a6a3c", 18, 6)
    q = scene.window(160, 260, 360, 340)
    scene.put(
        q,
        GOLD * (0.75 + 0.3 * np.abs(np.sin(q.x * 0.7)))[..., None],
        q.mask(("fill", (shuttle - (260, 300)) * 0.5 + (260, 300), 1)),
    )


def coast(scene: Scene, seed: int) -> None:
    """Granite boulders and a dredger far out, the sea holding the last light."""
    w = scene.all()
    r = dice("coast", seed)
    hz = 30.0
    t = np.clip((w.y + 500) / (hz + 500), 0, 1)
    top, mid, low = (
        rgb(c)
        for c in (
            ("#3d4a6b", "#c98a6f", "#f6d9a0"),
            ("#4a3f66", "#c9717a", "#f3c99a"),
            ("#2f5566", "#d99a6a", "#f8e2b4"),
        )[seed % 3]
    )
    sky = (
        top * (1 - step(t, 0, 0.7))[..., None]
        + mid * (step(t, 0, 0.7) * (1 - step(t, 0.6, 1)))[..., None]
        + low * step(t, 0.6, 1)[..., None]
    )
    sx = float(r.uniform(-260, 260))
    band = noise((scene.height, scene.width), (26 * w.scale, 260 * w.scale), "sky", seed)
    sky = sky * (1 + 0.05 * band)[..., None]
    sun = np.hypot(w.x - sx, w.y - hz + 70)
    sky = sky + (np.exp(-np.square(sun / 240)) * 0.3)[..., None] * rgb("#ffd9a0")
    sky = np.where((sun < 62)[..., None], rgb("#fff0cc"), sky)
    depth = np.clip((w.y - hz) / (500 - hz), 0.001, 1)
    ripple = (
        noise((scene.height, scene.width), (5 * w.scale, 70 * w.scale), "sea", seed) * (0.3 + depth)
        + noise((scene.height, scene.width), (14 * w.scale, 160 * w.scale), "swell", seed) * depth
    )
    sea = (low * 0.75 * (1 - depth[..., None]) + top * 0.72 * depth[..., None]) * (1 + 0.10 * ripple)[..., None]
    path = np.exp(-np.square((w.x - sx) / (60 + 260 * depth))) * np.clip(ripple * 0.9 + 0.3, 0, 1.5)
    sea = sea + (path * 0.5)[..., None] * rgb("#ffdca8")
    scene.rgb = np.where((w.y < hz)[..., None], sky, sea).astype(np.float32)
    scene.rgb *= (1 - 0.25 * np.exp(-np.square((w.y - hz) / 4)))[..., None]
    x = -sx * 0.7 + (120 if sx < 0 else -120)
    far = rgb("#4a3a4a")
    c = scene.window(x - 120, hz - 90, x + 120, hz + 8)
    ship = [
        ("fill", np.array([(x - 80, hz - 16), (x + 84, hz - 16), (x + 74, hz + 2), (x - 70, hz + 2)]), 1.0),
        ("fill", np.array([(x - 30, hz - 40), (x + 66, hz - 40), (x + 66, hz - 16), (x - 30, hz - 16)]), 1.0),
        ("fill", np.array([(x - 8, hz - 58), (x + 52, hz - 58), (x + 52, hz - 40), (x - 8, hz - 40)]), 1.0),
        ("line", np.array([(x - 52, hz - 16), (x - 40, hz - 84), (x - 28, hz - 16)]), 4.0),
        ("line", np.array([(x - 30, hz - 36), (x - 100, hz + 2)]), 5.0),
        ("line", np.array([(x + 30, hz - 58), (x + 30, hz - 80)]), 7.0),
    ]
    scene.put(c, far, c.mask(*ship) * 0.9)
    stones = sorted(
        (
            (
                float(r.uniform(-680, -120) if i % 2 else r.uniform(180, 700)),
                float(r.uniform(120, 470)),
                float(r.uniform(90, 260)),
            )
            for i in range(9)
        ),
        key=lambda q: q[1],
    )
    for i, (bx, by, q) in enumerate(stones):
        _boulder(scene, bx, by, q, seed * 20 + i, sx, top)


def _boulder(scene: Scene, x: float, y: float, r: float, seed: int, sun: float, shade: Array) -> None:
    shape = stone.outline(x, y, r, r * 0.78, seed, 0.12)
    w = scene.window(*(shape.min(0) - 6), *(shape.max(0) + 60))
    m = w.mask(("fill", shape, 1))
    mirror = w.mask(("fill", shape * (1, -0.35) + (0, y * 1.35 + r * 1.02), 1))
    scene.shade(w, mirror * 0.45 * (w.y > y + r * 0.6))
    h = (
        inflate(m, r * 0.5 * w.scale) * r * 0.8 * w.scale
        + clouds(w.shape, r * 0.4 * w.scale, "b", seed) * 3.5 * w.scale
        + noise(w.shape, 7 * w.scale, "g", seed) * 0.4 * w.scale
    )
    n = normal(h)
    side = 1 if sun > x else -1
    warm = np.clip(n[0] * side * 0.8 - n[1] * 0.35 + 0.05, 0, 1)
    cool = np.clip(-n[1], 0, 1) * 0.4 + 0.16
    crack = np.exp(-np.square(noise(w.shape, r * 0.5 * w.scale, "c", seed) / 0.035)) * 0.3
    c = rgb("#6d625c") * cool[..., None] + shade * 0.22 + warm[..., None] * rgb("#e0a878") * 0.85
    wet = step(w.y, y + r * 0.5, y + r * 0.74)
    scene.put(w, (c * (1 - crack - 0.4 * wet)[..., None]).astype(np.float32), m)


def _frond(scene: Scene, x: float, y: float, angle: float, length: float, seed: int, tone: Array) -> None:
    """A fern frond from its foot, leaflets in pairs."""
    r = dice("frond", seed)
    t = np.linspace(0, 1, 26)
    bend = float(r.uniform(-0.6, 0.6))
    a = np.radians(angle) + bend * t
    px = x + np.cumsum(np.sin(a)) * length / 26
    py = y - np.cumsum(np.cos(a)) * length / 26
    left: list[tuple[str, Array, float]] = []
    right: list[tuple[str, Array, float]] = []
    for i in range(2, 26):
        k = np.sin(np.pi * min(1, t[i] * 0.94 + 0.06)) ** 0.7 * length * 0.24
        for side, out in ((-1, left), (1, right)):
            b = a[i] + side * 1.12
            tip = np.array([px[i] + np.sin(b) * k, py[i] - np.cos(b) * k])
            d = np.array([np.sin(a[i]), -np.cos(a[i])]) * length * 0.017
            foot = np.array([px[i], py[i]])
            mid = (foot + tip) / 2
            out.append(("fill", np.array([foot - d, mid - d * 1.1, tip + d * 0.8, mid + d * 1.3, foot + d]), 1.0))
    pts = np.vstack([p for _, p, _ in left + right])
    w = scene.window(*(pts.min(0) - 10), *(pts.max(0) + 20))
    ml, mr = w.mask(*left), w.mask(*right)
    scene.shade(w, np.pad(blur(np.maximum(ml, mr), 7 * w.scale), ((10, 0), (8, 0)))[: w.shape[0], : w.shape[1]] * 0.5)
    grain = (1 + w.noise(16, "fern", seed) * 0.08)[..., None]
    scene.put(w, tone * 0.78 * grain, ml)
    scene.put(w, tone * 1.12 * grain, mr)
    scene.put(w, tone * 0.5 + rgb("#b08a4a") * 0.45, w.mask(("line", np.stack([px, py], 1), length * 0.011)))


def fern(scene: Scene, seed: int) -> None:
    """Resam ferns in layers, the nearest in the light."""
    w = scene.all()
    scene.rgb = (
        rgb("#1f3a2c")
        * (1 + 0.25 * clouds((scene.height, scene.width), 160 * w.scale, "under", seed))[..., None]
        * (1.1 - 0.3 * (w.y + 500) / 1000)[..., None]
    ).astype(np.float32)
    r = dice("fern", seed)
    for i in range(34):
        depth = i / 34
        tone = rgb("#27503a") * (1 - depth) + rgb("#86a855") * depth
        _frond(
            scene,
            float(r.uniform(-700, 700)),
            float(r.uniform(0, 620)),
            float(r.uniform(-70, 70)),
            float(r.uniform(360, 620)),
            seed * 50 + i,
            tone * float(r.uniform(0.85, 1.1)),
        )
    glow = np.exp(-np.square((w.x + 300) / 520) - np.square((w.y + 320) / 420))
    scene.rgb += (glow * 0.14)[..., None] * rgb("#ffe9b0")


def _leaf(scene: Scene, x: float, y: float, angle: float, length: float, seed: int, tone: Array) -> None:
    a = np.radians(angle)
    m2 = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    t = np.linspace(0, 1, 24)
    half = np.sin(np.pi * t**0.72) * length * 0.34 * (1 - 0.25 * t)
    shape = np.vstack([np.stack([half, -t * length], 1), np.stack([-half, -t * length], 1)[::-1]]) @ m2 + (x, y)
    scene.shadow(shape, 12, 18, 16, 0.4)
    w = scene.window(*(shape.min(0) - 4), *(shape.max(0) + 4))
    m = w.mask(("fill", shape, 1))
    veins = []
    for k in (-0.8, -0.42, 0, 0.42, 0.8):
        veins.append(
            (
                "line",
                np.stack([np.sin(np.pi * t**0.72) * length * 0.34 * k * (1 - 0.25 * t), -t * length], 1) @ m2 + (x, y),
                length * (0.012 if k else 0.02),
            )
        )
    v = blur(w.mask(*veins), 2 * w.scale)
    h = inflate(m, length * 0.1 * w.scale) * length * 0.09 * w.scale - v * 4 * w.scale
    n = normal(h)
    c = (
        tone * ((1 + w.noise(50, "leaf", seed) * 0.07) * (1 + 0.2 * v))[..., None]
        + v[..., None] * rgb("#d9d79a") * 0.22
    )
    shine_ = np.clip(n[0] * -0.5 - n[1] * 0.6 + n[2] * 0.35, 0, 1) ** 6 * 0.22
    scene.put(w, c * lambert(n, 0.35)[..., None] + shine_[..., None], m)


def vine(scene: Scene, seed: int) -> None:
    """Pepper on the vine: glossy leaves and hanging spikes, green, red and dry."""
    w = scene.all()
    air = clouds((scene.height, scene.width), 220 * w.scale, "air", seed)
    scene.rgb = (rgb("#b9c49a") * (1.06 - 0.2 * (w.y + 500) / 1000 + 0.07 * air)[..., None]).astype(np.float32)
    r = dice("vine", seed)
    for i in range(60):
        x, y = float(r.uniform(-720, 720)), float(r.uniform(-520, 660))
        depth = i / 60
        tone = rgb("#93ab78") * (1 - depth) + rgb(lot(seed + i, "#3f6b3c", "#4c7a40", "#35603a", "#5a8444")) * depth
        _leaf(
            scene,
            x,
            y,
            float(r.uniform(-70, 70)) + (180 if r.random() < 0.35 else 0),
            float(r.uniform(190, 320)),
            seed * 40 + i,
            tone,
        )
        if i in (34, 40, 45, 49, 53, 56, 58):
            k = (34, 40, 45, 49, 53, 56, 58).index(i)
            _spike(scene, -560 + 190 * k + float(r.uniform(-40, 40)), float(r.uniform(-400, 60)), seed * 9 + i)


def _spike(scene: Scene, x: float, y: float, seed: int) -> None:
    r = dice("spike", seed)
    stem = curve([(x, y - 40), (x + 10, y + 110), (x + r.uniform(-30, 30), y + 330)])
    w = scene.window(*(stem.min(0) - 10), *(stem.max(0) + 10))
    scene.put(w, rgb("#6f8a4a"), w.mask(("line", stem, 7)))
    for i in range(46):
        k = i / 46
        p = stem[int(k * (len(stem) - 1))]
        q = 17.0 - 4 * k
        cx, cy = p[0] + r.uniform(-24, 24) * (1 - 0.4 * k), p[1] + r.uniform(-6, 6)
        v = scene.window(cx - q, cy - q, cx + q, cy + q)
        nx, ny = (v.x - cx) / q, (v.y - cy) / q
        d2 = nx * nx + ny * ny
        n = (nx, ny, np.sqrt(np.clip(1 - d2, 0.02, 1)))
        tone = rgb("#b5392b" if r.random() < 0.16 else "#c98a3a" if r.random() < 0.08 else "#5f8f3e")
        hot = np.exp(-(np.square(nx + 0.35) + np.square(ny + 0.42)) / 0.03) * 0.5
        scene.put(
            v,
            (tone * (0.3 + 0.8 * lambert(n, 0.3))[..., None] + hot[..., None]).astype(np.float32),
            np.clip((1 - np.sqrt(d2)) * q * v.scale + 0.5, 0, 1).astype(np.float32),
        )


def _table(scene: Scene, seed: int, tone: str = "#8a6140") -> None:
    """Boards that run across the frame."""
    w = scene.all()
    board = wood(w, seed, tone)
    seam = np.exp(-np.square(((w.y + 1000 + 37 * (seed % 5)) % 230) / 2.6)) * 0.5
    glow = 1.08 - 0.22 * (np.square((w.x + 150) / 800) + np.square((w.y + 120) / 640))
    scene.rgb = (board * ((1 - seam) * glow)[..., None]).astype(np.float32)


def shells(scene: Scene, seed: int) -> None:
    """Bowls, a cup and spoons of coconut shell on a table."""
    _table(scene, seed, "#b79a72")
    for draw, x, y, k, s in (
        (shell.bowl, -300, -170, 0.92, seed),
        (shell.cup, 270, -260, 0.86, seed + 1),
        (shell.bowl, 130, 190, 1.0, seed + 5),
        (shell.keychain, 540, 180, 0.46, seed),
        (shell.spoons, -420, 240, 0.6, seed + 1),
    ):
        with placed(scene, x, y, k):
            draw(scene, None, None, s, 0)


def tin(scene: Scene, seed: int) -> None:
    """Tin ware: vase, cups, a ship."""
    _table(scene, seed, "#6b5848")
    for draw, x, y, k, s in (
        (models.pinisi, -250, -120, 0.86, seed),
        (pewter.vase, 330, -150, 0.82, seed),
        (pewter.cup, 120, 130, 0.72, seed + 2),
        (pewter.keychain, 500, 250, 0.42, seed),
    ):
        with placed(scene, x, y, k):
            draw(scene, None, ("timah-satin", "timah-kilap")[s % 2], s, 0)


def plaits(scene: Scene, seed: int) -> None:
    """A mat with a cap, a basket and a bag."""
    plaited.mat(scene, None, None, seed, 0)
    for draw, x, y, k, s in (
        (basket.basket, -300, -60, 0.86, seed + 1),
        (basket.nipah, 300, -220, 0.7, seed),
        (basket.campang, 380, 170, 0.8, seed + 2),
    ):
        with placed(scene, x, y, k):
            draw(scene, None, None, s, 0)
    with placed(scene, 10, 250, 0.86):
        resam.cap(scene, None, None, seed, 0, True)


def pantry(scene: Scene, seed: int) -> None:
    """Honey, pepper and palm sugar."""
    _table(scene, seed, "#a07c54")
    for draw, x, y, k, s in (
        (food.pepper, -330, -150, 0.85, seed * 2 + 1),
        (food.honey, 60, -190, 0.86, seed * 2),
        (food.sugar, 370, 20, 0.75, seed * 2 + 1),
    ):
        with placed(scene, x, y, k):
            draw(scene, None, None, s, 0)


def cloths(scene: Scene, seed: int) -> None:
    """One cual cloth over the whole frame."""
    motif = lot(seed, "naga-bertarung", "merak", "burung-hong", "kembang-setaman", "ubur-ubur", "kembang-gajah")
    nh = round(176 * scene.height / scene.width)
    drape(
        scene,
        cloth.sheet(
            motif,
            lot(seed + 1, "merah-manggis", "biru-tarum", "hijau-pandan", "ungu-keduduk"),
            seed,
            scene.width,
            nh=nh,
            lay_out="penganten",
        ),
        seed,
        1.2,
    )


def threads(scene: Scene, seed: int) -> None:
    """Crochet lace over a coloured table."""
    scene.rgb = np.broadcast_to(rgb(lot(seed, "#6f7f9c", "#b08068", "#7d8f78")), (scene.height, scene.width, 3)).copy()
    lace.tablecloth(scene, None, None, seed, 0)


STORIES: dict[str, tuple[Callable[[Scene, int], None], str, str]] = {
    "loom": (
        loom,
        "alat tenun dengan benang lungsi dan kain cual yang sedang ditenun",
        "a loom with warp threads and half-woven cual",
    ),
    "coast": (
        coast,
        "pantai batu granit saat senja dengan kapal keruk di kejauhan",
        "a granite coast at dusk with a dredger far out",
    ),
    "fern": (fern, "rumpun paku resam", "resam ferns"),
    "shells": (
        shells,
        "mangkuk, cangkir, dan sendok batok kelapa di atas meja",
        "coconut-shell bowls, a cup and spoons on a table",
    ),
    "pepper": (vine, "tanaman lada dengan untaian buahnya", "a pepper vine with its spikes of fruit"),
    "tin": (tin, "kapal, vas, dan cangkir pewter di atas meja", "a pewter ship, vase and cup on a table"),
    "plaits": (
        plaits,
        "keranjang, mangkuk lidi, dan kopiah resam di atas tikar",
        "a basket, a nipah bowl and a resam cap on a mat",
    ),
    "pantry": (pantry, "lada putih, madu, dan gula aren di atas meja", "white pepper, honey and palm sugar on a table"),
    "cloth": (cloths, "hamparan kain cual penuh motif", "a cual cloth full of motifs"),
    "lace": (threads, "taplak renda di atas meja", "crochet lace over a table"),
}


def story(kind: str, seed: int, width: int = 1500, height: int = 1200) -> Image.Image:
    """A wide picture of one of STORIES; raises KeyError for another kind."""
    scene = Scene(width, height, seed=seed)
    STORIES[kind][0](scene, seed)
    return scene.finish()


def story_text(kind: str) -> tuple[str, str]:
    """(Indonesian, English) alt text of a story's picture."""
    return f"Ilustrasi: {STORIES[kind][1]}.", f"Illustration: {STORIES[kind][2]}."
