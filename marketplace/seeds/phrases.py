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
