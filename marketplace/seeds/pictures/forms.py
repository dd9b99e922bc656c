"""Every form that the example province sells: how it is drawn, how each view is framed, what its pictures are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from . import basket, batik, cloth, food, lace, models, pewter, resam, shell, stone
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


C = "tenun-cual"
fabric("cual-cloth", C, "kain tenun cual", "a cual woven cloth", cloth.cloth, "folded", "rolled")
fabric("cual-shawl", C, "selendang cual", "a cual shawl", cloth.shawl, "folded", "rolled")
fabric(
    "cual-pair",
    C,
    "setelan pengantin kain cual dan selendang",
    "a wedding set of cual cloth and shawl",
    cloth.pair,
    "set",
    "field",
)
fabric("cual-clutch", C, "tas genggam berlapis cual", "a clutch bag covered in cual", cloth.clutch, "angle", "level")
C = "pewter"
thing(
    "pewter-plaque",
    C,
    "plakat pewter di atas papan kayu",
    "a pewter plaque on a wooden board",
    pewter.plaque,
    1.12,
    (0, 8),
    (0, -40),
    "",
    "back",
)
thing(
    "pewter-keychain",
    C,
    "gantungan kunci pewter",
    "a pewter keychain",
    pewter.keychain,
    1.1,
    (0, -10),
    (0, 190),
    "back",
)
thing(
    "pewter-map",
    C,
    "relief peta Pulau Bangka dan Belitung dari pewter",
    "a pewter relief map of Bangka and Belitung",
    pewter.island_map,
    1.06,
    (0, 10),
    (-190, -20),
)
thing("pewter-vase", C, "vas pewter", "a pewter vase", pewter.vase, 1.3, (20, 20), (0, 60), "above", "level")
thing(
    "pewter-cup",
    C,
    "cangkir pewter",
    "a pewter beaker",
    pewter.cup,
    1.75,
    (30, 76),
    (0, 60),
    "above",
    "level",
    near=3.2,
)
thing(
    "pewter-trophy", C, "piala pewter", "a pewter trophy cup", pewter.trophy, 1.2, (10, 100), (0, -60), "above", "level"
)
thing(
    "pewter-pinisi",
    C,
    "miniatur kapal pinisi pewter",
    "a pewter model of a pinisi ship",
    models.pinisi,
    1.14,
    (-30, 50),
    (-120, 40),
)
thing(
    "pewter-sailboat",
    C,
    "miniatur perahu layar pewter",
    "a pewter model of a sailing boat",
    models.sailboat,
    1.14,
    (0, 30),
    (40, 160),
)
thing(
    "pewter-dredger",
    C,
    "miniatur kapal keruk pewter",
    "a pewter model of a tin dredger",
    models.dredger,
    1.08,
    (-10, 90),
    (-200, 120),
)
thing(
    "pewter-locomotive",
    C,
    "miniatur lokomotif pewter",
    "a pewter model of a locomotive",
    models.locomotive,
    1.07,
    (0, 110),
    (-120, 170),
)
thing(
    "pewter-cannon", C, "miniatur meriam pewter", "a pewter model of a cannon", models.cannon, 1.09, (0, 190), (80, 190)
)
thing(
    "pewter-carriage",
    C,
    "miniatur kereta kuda pewter",
    "a pewter model of a horse and carriage",
    models.carriage,
    1.0,
    (0, 120),
    (-300, 110),
)
C = "kopiah-resam"
thing(
    "kopiah-halus",
    C,
    "kopiah resam halus",
    "a fine resam fern cap",
    partial(resam.cap, fine=True),
    1.5,
    (16, 26),
    (0, 40),
    "above",
    "hollow",
)
thing(
    "kopiah-kasar",
    C,
    "kopiah resam kasar",
    "a coarse resam fern cap",
    partial(resam.cap, fine=False),
    1.5,
    (16, 26),
    (0, 40),
    "above",
    "hollow",
)
thing("resam-bracelet", C, "gelang resam", "resam fern bracelets", resam.bracelet, 1.2, (-10, 20), (120, 120), "pile")
thing("resam-ring", C, "cincin resam", "resam fern rings", resam.ring, 1.25, (10, 20), (130, 190), "near")
thing("resam-hat", C, "topi resam", "a resam fern hat", resam.hat, 1.12, (0, 10), (0, 0), "above", "level")
C = "batu-satam"
thing("satam-raw", C, "batu satam alami", "a raw satam stone", stone.raw, 1.5, (0, 10), (0, 0), "angle")
thing("satam-ring", C, "cincin batu satam", "a satam stone ring", stone.ring_, 1.4, (0, 80), (0, -110), "level")
thing(
    "satam-pendant", C, "liontin batu satam", "a satam stone pendant", stone.pendant, 1.06, (0, -20), (0, 200), "angle"
)
thing(
    "satam-earrings",
    C,
    "anting batu satam",
    "satam stone earrings",
    stone.earrings,
    1.35,
    (0, -80),
    (-160, 20),
    "angle",
)
thing("satam-tasbih", C, "tasbih batu satam", "satam stone prayer beads", stone.tasbih, 1.08, (0, 0), (0, 170))
thing(
    "satam-baton",
    C,
    "tongkat berkepala batu satam",
    "a baton with a satam stone head",
    stone.baton,
    1.05,
    (20, 20),
    (183, -330),
    "angle",
)
C = "batik-babel"
fabric(
    "batik-tulis",
    C,
    "kain batik tulis",
    "a hand-drawn batik cloth",
    partial(batik.cloth, stamped=False),
    "folded",
    "hung",
)
fabric("batik-cap", C, "kain batik cap", "a stamped batik cloth", partial(batik.cloth, stamped=True), "folded", "hung")
fabric("batik-shirt", C, "kemeja batik", "a batik shirt", batik.shirt, "back", "hung")
fabric("batik-scarf", C, "selendang segi empat batik", "a square batik scarf", batik.scarf, "triangle", "folded")
C = "anyaman"
fabric("lais-mat", C, "tikar anyaman daun lais", "a plaited lais-leaf mat", basket.mat, "rolled", "folded")
thing("lais-bag", C, "tas anyaman daun lais", "a plaited lais-leaf bag", basket.bag, 1.12, (0, 30), (60, 160), "level")
thing("tudung-saji", C, "tudung saji", "a plaited food cover", basket.cover, 1.14, (10, 0), (0, 0), "above", "level")
thing(
    "terindak",
    C,
    "terindak, topi kerucut daun",
    "a terindak, a conical leaf hat",
    basket.cone,
    1.12,
    (0, 20),
    (0, 10),
    "above",
    "level",
)
thing("keranjang", C, "keranjang rotan", "a rattan basket", basket.basket, 1.12, (10, -20), (0, 130), "above", "level")
thing("nampan", C, "nampan rotan", "a rattan tray", basket.tray, 0.98, (0, 20), (120, 40), "above", "level")
thing(
    "laundry-basket",
    C,
    "keranjang cucian rotan berpenutup",
    "a lidded rattan laundry basket",
    basket.laundry,
    1.14,
    (10, 60),
    (0, 0),
    "above",
    "level",
)
thing(
    "tissue-box",
    C,
    "kotak tisu anyaman",
    "a plaited tissue box",
    basket.tissue,
    1.2,
    (20, 70),
    (-60, 130),
    "above",
    "angle",
)
thing(
    "nipah-bowl",
    C,
    "mangkuk lidi nipah",
    "a bowl of nipah ribs",
    basket.nipah,
    1.22,
    (0, 60),
    (0, 60),
    "above",
    "level",
)
thing(
    "campang",
    C,
    "campang, kotak anyaman bertutup",
    "a campang, a lidded plaited box",
    basket.campang,
    1.6,
    (16, 70),
    (0, 60),
    "above",
    "level",
)
thing("rattan-chair", C, "kursi rotan", "a rattan chair", basket.chair, 0.99, (0, 10), (0, 60), "angle")
C = "batok-kelapa"
thing(
    "batok-bowl",
    C,
    "mangkuk batok kelapa",
    "a coconut-shell bowl",
    shell.bowl,
    1.42,
    (8, 20),
    (-80, 20),
    "above",
    "level",
)
thing(
    "batok-plate",
    C,
    "piring batok kelapa",
    "a coconut-shell plate",
    shell.plate_,
    1.14,
    (0, 10),
    (80, 60),
    "above",
    "level",
)
thing(
    "batok-cup", C, "cangkir batok kelapa", "a coconut-shell cup", shell.cup, 1.65, (40, 90), (0, 70), "above", "level"
)
thing(
    "batok-lamp",
    C,
    "lampu batok kelapa berlubang, menyala",
    "a lit lamp of pierced coconut shell",
    shell.lamp,
    1.16,
    (0, 90),
    (0, 0),
    "above",
    "level",
    DUSK,
)
thing(
    "batok-mirror",
    C,
    "cermin berbingkai koin batok",
    "a mirror framed with shell coins",
    shell.mirror,
    1.1,
    (0, 10),
    (-190, 210),
    "angle",
    "back",
)
thing(
    "batok-placemat",
    C,
    "tatakan koin batok",
    "a placemat of shell coins",
    shell.placemat,
    1.08,
    (0, 0),
    (160, 120),
    "angle",
)
thing(
    "batok-spoons",
    C,
    "sendok batok bergagang kayu",
    "shell spoons with wooden handles",
    shell.spoons,
    1.08,
    (0, 0),
    (0, -230),
    "pile",
)
thing(
    "batok-keychain",
    C,
    "gantungan kunci batok",
    "a coconut-shell keychain",
    shell.keychain,
    1.14,
    (0, -20),
    (0, 170),
    "back",
)
C = "rajutan-renda"
thing(
    "lace-doily",
    C,
    "taplak bundar rajutan renda",
    "a round crochet lace cloth",
    lace.doily,
    1.02,
    (0, 0),
    (110, 110),
    "folded",
    papers=LINEN,
)
fabric(
    "lace-tablecloth",
    C,
    "taplak meja rajutan renda",
    "a crochet lace tablecloth",
    lace.tablecloth,
    "edge",
    "near",
    LINEN,
    (1, 2.2, 1, 4),
)
thing(
    "lace-coasters",
    C,
    "tatakan gelas rajutan",
    "crochet coasters",
    lace.coasters,
    1.0,
    (0, 20),
    (200, -200),
    "pile",
    papers=LINEN,
)
thing(
    "lace-pillow",
    C,
    "sarung bantal berhias renda",
    "a cushion cover with a lace panel",
    lace.pillow,
    1.14,
    (10, 10),
    (100, 90),
    "angle",
)
thing("lace-bag", C, "tas rajutan", "a crochet bag", lace.bag, 1.14, (10, 70), (60, 160))
thing(
    "lace-mentilin",
    C,
    "gantungan kunci mentilin rajut",
    "a crochet tarsier keychain",
    lace.mentilin,
    1.04,
    (20, -30),
    (0, -40),
    "back",
)
thing(
    "gula-aren",
    "gula-aren",
    "gula aren cetak berikat daun",
    "palm sugar cakes tied in leaf",
    food.sugar,
    1.3,
    (20, 140),
    (0, 170),
    "above",
    "level",
)
thing(
    "lada-putih",
    "lada-putih-muntok",
    "lada putih Muntok",
    "Muntok white pepper",
    food.pepper,
    1.16,
    (30, 160),
    (0, 0),
    "above",
    "level",
    near=1,
)
thing(
    "madu",
    "madu",
    "madu hutan dalam stoples",
    "a jar of forest honey",
    food.honey,
    1.22,
    (40, 90),
    (0, 60),
    "above",
    "level",
)
