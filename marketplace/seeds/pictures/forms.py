"""Every form that the example province sells, craft by craft."""

from __future__ import annotations

from functools import partial

from . import basket, batik, cloth, food, lace, models, pewter, plaited, resam, shell, stone
from .form import DUSK, FORMS, LINEN, Form, View, fabric, thing

__all__ = ["FORMS", "Form", "View"]

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
    "plakat pewter",
    "a pewter plaque",
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
fabric("printed-cloth", C, "kain motif batik", "a batik-patterned cloth", batik.printed, "folded", "hung")
fabric("batik-shirt", C, "kemeja batik", "a batik shirt", batik.shirt, "back", "hung")
fabric("batik-scarf", C, "selendang segi empat batik", "a square batik scarf", batik.scarf, "triangle", "folded")
C = "anyaman"
fabric("lais-mat", C, "tikar anyaman daun lais", "a plaited lais-leaf mat", plaited.mat, "rolled", "folded")
thing("lais-bag", C, "tas anyaman daun lais", "a plaited lais-leaf bag", plaited.bag, 1.12, (0, 30), (60, 160), "level")
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
    plaited.tissue,
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
thing("rattan-chair", C, "kursi rotan", "a rattan chair", plaited.chair, 0.99, (0, 10), (0, 60), "angle")
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
