"""What the hint lets through and what it catches, sentence by sentence."""

from __future__ import annotations

import time

import pytest

from marketplace.conversations.leaks import Leak, find_leaks

PASSES = [
    # prices
    "Harganya Rp1.250.000 sudah termasuk kotak?",
    "Kalau 850rb boleh, Bu?",
    "Saya tawar 1,25 jt untuk dua helai.",
    "Total Rp 12.500.000,- untuk 10 lembar",
    "Ongkos kirimnya 18.000 atau 25.000?",
    "IDR 4.200.000 per piece, is that right?",
    "harga 150000 per meter, ambil 12 meter",
    "DP 50% berarti Rp925.000, sisanya Rp925.000",
    "Untuk 812.345.678 rupiah kami beli satu galeri",
    # measures, quantities, days
    "Ukurannya 180 x 80 cm atau 200x110?",
    "Saya perlu 100 pcs, 25 merah, 25 biru, 50 hijau.",
    "Acaranya 12-12-2026 jam 08.30 sampai 16.00",
    "Tanggal 08/12/2026 pukul 10:15 saya mampir.",
    "Panjang 2,10 m lebar 1,15 m, berat 310 gram",
    "Satu merah, dua biru, tiga hijau ya Bu.",
    "Saya pesan dua puluh lima lembar, dua belas di antaranya ungu.",
    "Ukuran 10, 12, 14, 16, 18 ada semua?",
    "Tahun 2019 2020 2021 2022 saya sudah beli di sini",
    "Can you make 3 pieces of 2.5 m by 1.1 m in 45 days?",
    "1. merah 2. biru 3. hijau 4. kuning 5. ungu",
    # places
    "Kode pos saya 33311, Mentok.",
    "Jalan Merdeka No. 12 RT 03 RW 07, 33684",
    "Kirim ke Gang Mawar 5, kode pos 12510 atau 12520?",
    # permits and papers
    "NIB kami 9120001234567, boleh dicek.",
    "NIB: 0220001234567",
    "Nomor induk berusaha (NIB) 8120112345678 sudah terbit",
    "Izin PIRT 2061971010123-27 tercantum di kemasan",
    "No. sertifikat halal ID33110000123450321",
    "NPWP 09.254.294.3-407.000",
    # tracking numbers
    "Resinya JP1234567890 ya, dikirim tadi pagi.",
    "Nomor resi: 012890001234567 (JNE)",
    "resi 0812 3456 7890 12",
    "SiCepat 004012345678",
    "AWB 10001234567890 sudah jalan",
    "tracking SPXID041234567890",
    "JNE 5409 0012 3456 7890",
    "Nomor lacaknya 888123456789, kurir AnterAja",
    # orders and codes
    "Pesanan 3f9k2m8qpz sudah sampai, terima kasih!",
    "Kode pembelian 5n652f96tthx",
    "SKU KC-0812-345-678",
    # ordinary talk
    "Apakah bahannya sutra asli?",
    "Boleh minta foto bagian belakangnya?",
    "Rekening toko tercantum di halaman pembayaran, ya.",
    "Pembayaran lewat bank mana saja?",
    "Saya sudah transfer tepat Rp1.850.123 tadi",
    "Saya sudah transfer ke rekening Kriyaloka dari rekening suami saya.",
    "Uangnya sudah masuk ke rekening saya, terima kasih.",
    "Tolong kirim ke saya minggu depan, atau ke rumah kami.",
    "Can I pay by card, or transfer to your bank? Please send it to my hotel.",
    "Nanti saya kabari lewat pesan di sini.",
    "Motifnya @sanggar memang bagus",
    "Lihat karya @sanggar, bagus sekali. Lihat juga @galeri. Memang mahal.",
    "Dana desa membantu kami membeli 4 alat tenun",
    "Look at the picture: is it darker in real life?",
    "Toko kami buka jam 8 sampai 4, hari Minggu tutup.",
    "Bank sampah kami punya 12 anggota",
    "Usaha mandiri sejak 1998",
    "",
]  # fmt: skip

CAUGHT = [
    # phones
    ("Hubungi saya di 081234567890", Leak.PHONE),
    ("WA 0812-3456-7890 ya", Leak.PHONE),
    ("0812 3456 7890", Leak.PHONE),
    ("0812.3456.7890", Leak.PHONE),
    ("0 8 1 2 3 4 5 6 7 8 9 0", Leak.PHONE),
    ("+62 812 3456 7890", Leak.PHONE),
    ("6281234567890 langsung saja", Leak.PHONE),
    ("(0812) 3456-7890", Leak.PHONE),
    ("08 12 34 56 78 90", Leak.PHONE),
    ("0_8_1_2_3_4_5_6_7_8_9_0", Leak.PHONE),
    ("nol delapan satu dua tiga empat lima enam tujuh delapan sembilan nol", Leak.PHONE),
    ("nol delapan dua belas, tiga empat lima enam, tujuh delapan sembilan nol", Leak.PHONE),
    ("kosong lapan? bukan: kosong delapan satu tiga - enam tujuh delapan sembilan - satu dua tiga empat", Leak.PHONE),
    ("0812 tiga empat lima enam 7890", Leak.PHONE),
    ("zero eight one two three four five six seven eight nine", Leak.PHONE),
    ("O812 3456 789O", Leak.PHONE),
    ("call me: o8i2345678go".replace("go", "90"), Leak.PHONE),
    ("0️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣9️⃣", Leak.PHONE),
    ("０８１２３４５６７８９０", Leak.PHONE),
    ("٠٨١٢٣٤٥٦٧٨٩٠", Leak.PHONE),
    ("0812\u200b3456\u200b7890", Leak.PHONE),
    ("Kantor: 0717-421234", Leak.PHONE),
    ("telp (021) 7654321", Leak.PHONE),
    ("My number is +65 8123 4567", Leak.PHONE),
    ("hp 8123456789", Leak.PHONE),
    ("812-3456-7890 tanpa nol", Leak.PHONE),
    ("saya mau 2 lembar, 0812 3456 7890, 3 hari lagi", Leak.PHONE),
    ("harga Rp1.250.000, nego 081234567890", Leak.PHONE),
    ("nomor 08123456789 2 helai", Leak.PHONE),
    # mail
    ("ratna@contoh.example", Leak.EMAIL),
    ("Kirim ke Ratna.Cual+toko@gmail.com", Leak.EMAIL),
    ("ratna (at) gmail (dot) com", Leak.EMAIL),
    ("ratna[at]contoh[dot]co[dot]id", Leak.EMAIL),
    ("ratna @ gmail . com", Leak.EMAIL),
    ("ratna@gmail,com", Leak.EMAIL),
    ("ratnacual gmail titik com", Leak.EMAIL),
    ("ratna at yahoo dot com", Leak.EMAIL),
    # links
    ("https://wa.me/6281234567890", Leak.LINK),
    ("wa . me / 62812", Leak.LINK),
    ("klik api.whatsapp.com/send?phone=62812", Leak.LINK),
    ("grup: https://chat.whatsapp.com/AbCdEf", Leak.LINK),
    ("t.me/ratnacual", Leak.LINK),
    # accounts
    ("Transfer ke BCA 1234567890 a.n. Ratna", Leak.ACCOUNT),
    ("rek BRI 0123-01-012345-50-1", Leak.ACCOUNT),
    ("no rekening 123 456 7890", Leak.ACCOUNT),
    ("mandiri 112 00 1234567 8 atas nama Ratna", Leak.ACCOUNT),
    ("rekening bca satu dua tiga empat lima enam tujuh delapan sembilan nol", Leak.ACCOUNT),
    ("gopay ke 081234567890", Leak.ACCOUNT),
    ("1234567890 BCA an Ratna", Leak.ACCOUNT),
    ("bayar ke dana 0812 3456 7890 saja", Leak.ACCOUNT),
    # paid aside, before any number is named
    ("Tolong transfer ke rekening saya saja", Leak.ACCOUNT),
    ("Lebih murah kalau bayarnya langsung ke BCA saya.", Leak.ACCOUNT),
    ("transfer langsung ke kami ya", Leak.ACCOUNT),
    ("Kirimkan uangnya lewat gopay suami", Leak.ACCOUNT),
    ("tf ke rekeningku aja", Leak.ACCOUNT),
    ("You can transfer it to my own bank account instead.", Leak.ACCOUNT),
    ("Just pay me directly, it is cheaper.", Leak.ACCOUNT),
]  # fmt: skip


@pytest.mark.parametrize("text", PASSES)
def test_lets_through(text: str) -> None:
    assert find_leaks(text) == []


@pytest.mark.parametrize(("text", "leak"), CAUGHT, ids=[text for text, _ in CAUGHT])
def test_catches(text: str, leak: Leak) -> None:
    assert leak in find_leaks(text)


def test_names_each_kind_once_in_a_fixed_order() -> None:
    text = "wa.me/62 atau ratna@contoh.example atau 0812 3456 7890, 0813 3456 7890, BCA 1234567890"
    assert find_leaks(text) == [Leak.PHONE, Leak.EMAIL, Leak.LINK, Leak.ACCOUNT]


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 2000,
        "nol " * 1000,
        "0812" * 1000,
        "a@" * 2000,
        "." * 4000,
        "+" * 4000,
        "wa. " * 1000,
        "rp " * 1300,
        "1.111." * 650,
        "transfer ke " * 300,
    ],
)
def test_a_long_text_takes_no_time(text: str) -> None:
    began = time.perf_counter()
    find_leaks(text)
    assert time.perf_counter() - began < 0.5
