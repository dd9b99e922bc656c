"""What a form is: how it is drawn, how each view is framed, how large it usually is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .light import PAPER, Scene

Draw = Callable[[Scene, "str | None", "str | None", int, int], None]
LINEN = (
    ("#8fa3a6", "#748a8e"),
    ("#b08068", "#966a54"),
    ("#7d8f78", "#66785f"),
    ("#6f7f9c", "#586885"),
    ("#b59a6a", "#9a8055"),
    ("#8a6f80", "#725a69"),
)
DUSK = (("#8a7763", "#54463a"),)


@dataclass(frozen=True)
class View:
    """One way of showing a form: which drawing, how near, where it looks, with a ruler or not, and its words."""

    drawing: int
    name: str
    name_en: str
    zoom: float = 1
    look: tuple[float, float] = (0, 0)
    ruler: bool = False


@dataclass(frozen=True)
class Form:
    """What is drawn: names for the alt text, its craft, its views, 4:5 or 5:4."""

    slug: str
    craft: str
    name: str
    name_en: str
    views: tuple[View, ...]
    draw: Draw
    aspect: str = "4:5"
    papers: tuple[tuple[str, str], ...] = (PAPER,)

    def unit(self, across: float | None = None) -> float:
        """Scene units per centimetre when the thing's longer side seen is `across` centimetres (or as usual)."""
        units, usual = SIZES.get(self.slug, (700.0, 30.0))
        return units / (across or usual)

    def rule(self, view: View, across: float | None = None) -> int:
        """The longest ruler in centimetres that the frame of a view holds."""
        room = 900 / view.zoom
        return max((c for c in (2, 5, 10, 20, 50, 100) if c * self.unit(across) <= room), default=2)


# longer side seen: scene units as drawn, usual centimetres
SIZES: dict[str, tuple[float, float]] = {
    "pewter-plaque": (800, 24), "pewter-keychain": (890, 11), "pewter-map": (860, 35), "pewter-vase": (660, 20), "pewter-cup": (380, 11), "pewter-trophy": (680, 30),
    "pewter-pinisi": (800, 28), "pewter-sailboat": (760, 18), "pewter-dredger": (860, 24), "pewter-locomotive": (880, 18), "pewter-cannon": (860, 16), "pewter-carriage": (960, 20),
    "kopiah-halus": (520, 20), "kopiah-kasar": (520, 20), "resam-bracelet": (430, 7.5), "resam-ring": (410, 2.2), "resam-hat": (760, 36), "satam-raw": (520, 4.5), "satam-ring": (620, 3.2),
    "satam-pendant": (430, 4), "satam-earrings": (560, 5), "satam-tasbih": (1050, 26), "satam-baton": (1000, 55), "lais-bag": (640, 38), "tudung-saji": (780, 55), "terindak": (800, 45),
    "keranjang": (620, 36), "nampan": (950, 45), "laundry-basket": (760, 62), "tissue-box": (560, 24), "nipah-bowl": (700, 28), "campang": (470, 14), "rattan-chair": (960, 95),
    "batok-bowl": (580, 13), "batok-plate": (780, 22), "batok-cup": (480, 10), "batok-lamp": (760, 32), "batok-mirror": (820, 45), "batok-placemat": (810, 30), "batok-spoons": (1000, 26),
    "batok-keychain": (430, 5), "lace-doily": (900, 45), "lace-coasters": (370, 11), "lace-pillow": (740, 42), "lace-bag": (620, 32), "lace-mentilin": (900, 11), "gula-aren": (410, 8),
    "lada-putih": (520, 11), "madu": (560, 14),
}  # fmt: skip
FORMS: dict[str, Form] = {}
WORDS = {
    "close": ("dari dekat", "close up"), "folded": ("terlipat", "folded"), "rolled": ("digulung", "rolled"), "hung": ("digantung", "hanging"), "above": ("dari atas", "from above"), "level": ("dari samping", "from the side"),
    "back": ("sisi belakang", "the back"), "scale": ("di samping penggaris {} cm", "beside a ruler of {} cm"), "hollow": ("bagian dalam", "the inside"), "pile": ("ditumpuk", "piled"), "near": ("dari jarak sangat dekat", "very near"),
    "angle": ("dari sudut lain", "from another angle"), "field": ("dibentangkan", "spread out"), "triangle": ("dilipat segitiga", "folded to a triangle"), "set": ("kain dan selendangnya", "the cloth and its shawl"), "edge": ("tepinya", "its edge"),
}  # fmt: skip


def fabric(
    slug: str,
    craft: str,
    name: str,
    english: str,
    draw: Draw,
    third: str,
    fourth: str,
    papers: tuple[tuple[str, str], ...] = (PAPER,),
    zooms: tuple[float, ...] = (1, 1, 1, 1),
) -> None:
    """A cloth that draws its own close view."""
    words = (("", ""), WORDS["close"], WORDS[third], WORDS[fourth])
    views = tuple(View(i, *words[i], zooms[i]) for i in range(4))
    FORMS[slug] = Form(slug, craft, name, english, views, draw, papers=papers)


def thing(
    slug: str,
    craft: str,
    name: str,
    english: str,
    draw: Draw,
    zoom: float,
    look: tuple[float, float],
    focus: tuple[float, float],
    second: str = "",
    third: str = "",
    papers: tuple[tuple[str, str], ...] = (PAPER,),
    near: float = 2.5,
) -> None:
    """An object on paper: whole, close, its further drawings or other details, beside a ruler."""
    views = [View(0, "", "", zoom, look), View(1, *WORDS["close"], near, focus)]
    if second:
        views.append(View(2, *WORDS[second], zoom * 0.98, look))
    else:
        views.append(View(0, *WORDS["near"], near * 1.5, (focus[0] * 0.3 - 40, focus[1] * 0.6 + 30)))
    if third:
        views.append(View(3, *WORDS[third], zoom * 0.98, look))
    views.append(View(0, *WORDS["scale"], zoom * 0.66, (look[0], look[1] + 60), True))
    FORMS[slug] = Form(slug, craft, name, english, tuple(views), draw, papers=papers)
