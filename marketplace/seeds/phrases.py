"""Words that the many products for measurements are made of."""

TURNS = (
    ("", ""), ("kecil", "small"), ("sedang", "medium"), ("besar", "large"), ("pesanan", "to order"), ("tipis", "thin"),
    ("rapat", "dense"), ("harian", "for every day"), ("untuk hadiah", "as a gift"), ("bertepi garis", "with lined edge"),
)  # fmt: skip
FIRST = ("Sanggar", "Rumah", "Bengkel", "Kelompok", "Pondok", "Galeri", "Teras", "Ruang")
SECOND = (
    "Seroja",
    "Pelawan",
    "Ketapang",
    "Cempaka",
    "Samudra",
    "Serunai",
    "Bakung",
    "Teluk",
    "Rimba",
    "Karang",
    "Senja",
    "Embun",
)

NOUNS: dict[str, tuple[tuple[str, str], ...]] = {
    "tenun-cual": (("Kain cual", "Cual cloth"), ("Selendang cual", "Cual shawl"), ("Sarung cual", "Cual sarong"), ("Set cual", "Cual set")),
    "pewter": (("Cangkir pewter", "Pewter cup"), ("Vas pewter", "Pewter vase"), ("Plakat pewter", "Pewter plaque"), ("Gantungan kunci pewter", "Pewter key ring"), ("Miniatur kapal pewter", "Pewter model ship"), ("Piala pewter", "Pewter trophy")),
    "kopiah-resam": (("Kopiah resam", "Resam cap"), ("Gelang resam", "Resam bracelet"), ("Topi resam", "Resam hat")),
    "batu-satam": (("Batu satam", "Satam stone"), ("Cincin satam", "Satam ring"), ("Liontin satam", "Satam pendant"), ("Tasbih satam", "Satam prayer beads")),
    "batik": (("Kain batik", "Batik cloth"), ("Kemeja batik", "Batik shirt"), ("Selendang batik", "Batik scarf")),
    "anyaman": (("Keranjang rotan", "Rattan basket"), ("Tas lais", "Lais bag"), ("Tikar pandan", "Pandan mat"), ("Nampan lidi nipah", "Nipah-rib tray"), ("Tudung saji", "Food cover"), ("Terindak", "Terindak hat")),
    "batok-kelapa": (("Mangkuk batok", "Coconut-shell bowl"), ("Lampu batok", "Coconut-shell lamp"), ("Cermin batok", "Coconut-shell mirror"), ("Sendok batok", "Coconut-shell spoon")),
    "rajutan-renda": (("Taplak renda", "Lace tablecloth"), ("Tas rajut", "Crochet bag"), ("Tatakan gelas renda", "Lace coasters")),
    "gula-aren": (("Gula kabung", "Palm sugar"), ("Gula aren", "Palm sugar")),
    "lada-putih-muntok": (("Lada putih butir", "Whole white pepper"), ("Lada putih bubuk", "Ground white pepper")),
    "madu": (("Madu pelawan", "Pelawan honey"), ("Madu kelulut", "Kelulut honey")),
}  # fmt: skip
