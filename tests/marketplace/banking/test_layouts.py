"""Statements as banks write them: every form is read to the sen, and what cannot be read is told and never guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import clock
from catalog.errors import Invalid
from marketplace.banking.layouts import read
from marketplace.banking.layouts.paper import Paper
from marketplace.banking.layouts.values import HIGHEST, read_day, read_side, read_sum
from marketplace.shipping.tables import decode

NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)
KLIKBCA = """Informasi Rekening - Mutasi Rekening
No. rekening : 1234567890
Nama : KRIYALOKA CONTOH
Periode : 25/12/2025 - 05/01/2026
Kode Mata Uang : Rp

Tanggal Transaksi,Keterangan,Cabang,Jumlah,,Saldo
'30/12,'TRSF E-BANKING CR 3012/FTSCY/WS95051     150123.00 SARI CONTOH,'0000,150123.00,CR,1150123.00
'02/01,'BIAYA ADM,'0000,"10,000.50",DB,1140122.50
'PEND,'TRSF E-BANKING DB,'0000,25000.00,DB,0.00
"Saldo Awal : 1,000,000.00"
Mutasi Kredit : 150,123.00
"Saldo Akhir : 1,140,122.50"
"""
KLIKBCA_BISNIS = """Tanggal Transaksi,"Keterangan","Cabang","Jumlah"
01/01/2026,"TRSF E-BANKING DB 0101/FTFVA","0000","287,490.00 DB","120,604,675.40"
01/01/2026,"TRSF E-BANKING CR 0101/FTSCY","0000","799,700.00 CR"
"""
MANDIRI_MCM = """Account No,Date,Val. Date,Transaction Code,Description,Description,Reference No.,Debit,Credit
1060012345678,22/01/26,22/01/26,7820,"MCM InhouseTrf DARI CONTOH  ","G0750709 2201 ",WLST1e62,".00","41,300.00"
1060012345678,23/01/26,23/01/26,6902,"BIAYA","",,"2,500.00",".00"
"""
MANDIRI_KOPRA = """AccountNo;Ccy;PostDate;Remarks;AdditionalDesc;Credit Amount;Debit Amount;Close Balance
1060012345678;IDR;03 August 2026 11:27:10;TITIPAN;Trf Inw CN BANK CENTRAL ASIA;1000000.00;0.00;14838932.64
1060012345678;IDR;04 Agustus 2026 09:00:00;GAJI;KE CONTOH;0.00;750000.00;14088932.64
"""
BRI_QLOLA = (
    "ID,NOREK,TGL_TRAN,TGL_EFEKTIF,JAM_TRAN,SEQ,DESK_TRAN,SALDO_AWAL_MUTASI,MUTASI_DEBET,MUTASI_KREDIT,"
    "SALDO_AKHIR_MUTASI,GLSIGN,TRUSER,KODE_TRAN,KODE_TRAN_TELLER,TRREMK,TLBDS1,TLBDS2,REMARK_CUSTOM\n"
    '"1","588010370815","2026-07-10 23:44:44","2026-07-10 23:44:44","234444","143801","BRIVA 3013","7173313.00",'
    '"70000.00",".00","7103313.00","Db","8888079","4","6670","","","",""\n'
)
BRI_WEB = """Tanggal Transaksi,Uraian Transaksi,Teller,Debet,Kredit,Saldo
10/07/26,TRANSFER DARI CONTOH,8888079,0.00,"150,123.00","7,323,436.00"
"""
WALLET = """No\tTanggal\tKeterangan\tDebit\tKredit\tSaldo
1\t02/01/2026\tTRANSFER\tRp 100.000,00\t-\tRp 900.000,00
2\t03/01/2026\tBUNGA\t-\tRp 5.000,25\tRp 905.000,25
"""
QRIS = "Waktu Transaksi;RRN;Nominal\n2026-10-01 09:12:55;000412345;150.123\n2026-10-01 09:15:01;000412399;-2.000\n"


def lines(statement: str, layout: str = "", **columns: str) -> tuple[Paper, list[tuple[date, int, int, str]]]:
    with clock.frozen(NOW):
        paper = read(statement, layout, columns)
        found = [paper.line(row)[0] for row in paper.rows]
    return paper, [(one.booked_on, one.rupiah, one.sen, one.text) for one in found if one]


def test_klikbca_with_days_of_two_years_sen_and_what_is_not_booked_yet() -> None:
    paper, found = lines(KLIKBCA)
    assert (paper.layout, paper.account, paper.opening, paper.closing) == ("bca", "1234567890", 1_000_000, 1_140_122)
    assert [one[:3] for one in found] == [(date(2025, 12, 30), 150_123, 0), (date(2026, 1, 2), -10_000, -50)]
    assert found[0][3] == "TRSF E-BANKING CR 3012/FTSCY/WS95051 150123.00 SARI CONTOH"
    with clock.frozen(NOW):
        line, wrong = paper.line(paper.rows[2])
    assert (line, [one.field for one in wrong], paper.rows[2].number) == (None, ["day"], 10)


@pytest.mark.parametrize(
    ("text", "layout", "account", "wanted"),
    [
        (KLIKBCA_BISNIS, "bca", "", [(date(2026, 1, 1), -287_490), (date(2026, 1, 1), 799_700)]),
        (MANDIRI_MCM, "mandiri", "1060012345678", [(date(2026, 1, 22), 41_300), (date(2026, 1, 23), -2_500)]),
        (MANDIRI_KOPRA, "mandiri", "1060012345678", [(date(2026, 8, 3), 1_000_000), (date(2026, 8, 4), -750_000)]),
        (BRI_QLOLA, "bri", "588010370815", [(date(2026, 7, 10), -70_000)]),
        (BRI_WEB, "bri", "", [(date(2026, 7, 10), 150_123)]),
        (WALLET, "generic", "", [(date(2026, 1, 2), -100_000), (date(2026, 1, 3), 5_000)]),
        (QRIS, "generic", "", [(date(2026, 10, 1), 150_123), (date(2026, 10, 1), -2_000)]),
    ],
)
def test_every_form_is_recognised_by_itself(text: str, layout: str, account: str, wanted: list[object]) -> None:
    paper, found = lines(text)
    assert (paper.layout, paper.account) == (layout, account)
    assert [(one[0], one[1]) for one in found] == wanted
    assert lines(text.replace("\n", "\r\n"))[1] == found
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        assert lines(decode(text.encode(encoding)))[1] == found


def test_columns_may_be_named_by_hand() -> None:
    text = "Kapan|Dari siapa|Rupiah masuk|Lain\n01-02-2026|Sari|150.123|x\n"
    with pytest.raises(Invalid) as error:
        lines(text)
    assert error.value.field == "file"
    _paper, found = lines(text, day="Kapan", credit="rupiah masuk", text="Dari siapa")
    assert found == [(date(2026, 2, 1), 150_123, 0, "Sari")]
    with pytest.raises(Invalid):
        lines(text, day="Kapan", credit="there is none")


@pytest.mark.parametrize(
    "text",
    ["", "not a table", "Tanggal,Keterangan\n1/1/2026,x", KLIKBCA_BISNIS.split("\n")[0], "a\0b", 'Tanggal;Jumlah\n"1'],
)
def test_what_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as error:
        lines(text)
    assert error.value.field == "file"


def test_several_accounts_in_one_file_are_refused() -> None:
    with pytest.raises(Invalid):
        lines(MANDIRI_KOPRA + "999;IDR;04 August 2026 09:00:00;x;y;1.00;0.00;1.00\n")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("31/02/2026,x,0000,1000.00,CR,0", "day"),
        ("01/13/2026,x,0000,1000.00,CR,0", "day"),
        ("01/01/2031,x,0000,1000.00,CR,0", "day"),
        (",x,0000,1000.00,CR,0", "day"),
        ("01/01/2026,x,0000,12.50.00,CR,0", "sum"),
        ("01/01/2026,x,0000,abc,CR,0", "sum"),
        ("01/01/2026,x,0000,0.00,CR,0", "sum"),
        ("01/01/2026,x,0000,,CR,0", "sum"),
        ("01/01/2026,x,0000,1000.00,,0", "side"),
        ("01/01/2026,x,0000,1000.00,??,0", None),
        ("01/01/2026,x,0000,1000.00,maybe,0", "side"),
        ("01/01/2026,x,0000,99999999999999999.00,CR,0", "sum"),
    ],
)
def test_a_wrong_cell_is_named(row: str, field: str | None) -> None:
    with clock.frozen(NOW):
        paper = read(f"Tanggal Transaksi,Keterangan,Cabang,Jumlah,,Saldo\n{row}\n", "bca")
        line, wrong = paper.line(paper.rows[0])
    assert line is None
    assert [one.field for one in wrong] == [field or "side"]


def test_money_both_ways_in_one_line_is_refused() -> None:
    with clock.frozen(NOW):
        paper = read(BRI_WEB.replace("0.00,", "5.00,", 1))
        assert paper.line(paper.rows[0])[1][0].field == "credit"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1,250,000.00", (1_250_000, 0)), ("1.250.000,00", (1_250_000, 0)), ("1250000", (1_250_000, 0)),
        ("1.250", (1_250, 0)), ("1,250", (1_250, 0)), ("1.25", (1, 25)), ("12,5", (12, 50)), (".00", (0, 0)),
        ("", (0, 0)), ("-", (0, 0)), ("Rp 5.000,00", (5_000, 0)), ("IDR 5,000.10", (5_000, 10)), ("-1.000,05", (-1_000, -5)),
        ("(7,500.00)", (-7_500, 0)), ("7500-", (-7_500, 0)), ("+40.000", (40_000, 0)), ("287,490.00 DB", (-287_490, 0)),
        ("287,490.00 CR", (287_490, 0)), ("'1000.00", (1_000, 0)), ("-Rp1.500", (-1_500, 0)), ("0.5", (0, 50)),
        ("1,2", (1, 20)),
    ],
)  # fmt: skip
def test_sums_are_read_as_banks_write_them(text: str, wanted: tuple[int, int]) -> None:
    assert read_sum(text) == wanted


@pytest.mark.parametrize(
    "text", ["12,34,567", "1.2.3", "1e5", "٣", "1,250.000", "1..0", "--5", "12,345,67.8", "1.000.00,0.0", "5%"]
)
def test_what_is_no_sum_is_never_guessed(text: str) -> None:
    with pytest.raises(Invalid):
        read_sum(text)


@given(
    st.integers(0, HIGHEST), st.integers(0, 99), st.sampled_from([",.", ".,", " ."]), st.booleans(),
    st.sampled_from(["", "Rp", "Rp ", "IDR "]), st.sampled_from(["", "-", " DB", " CR"]),
)  # fmt: skip
def test_every_sum_is_read_back_in_every_way_of_writing(
    rupiah: int, sen: int, marks: str, grouped: bool, sign: str, side: str
) -> None:
    digits = f"{rupiah:,}".replace(",", marks[0].strip()) if grouped else str(rupiah)
    written = f"{digits}{marks[1]}{sen:02d}"
    text = f"-{sign}{written}" if side == "-" else f"{sign}{written}{side}"
    factor = -1 if side in ("-", " DB") else 1
    assert read_sum(text) == (factor * rupiah, factor * sen)


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_sums_and_days(text: str) -> None:
    for reading in (lambda: read_sum(text), lambda: read_day(text, None, date(2026, 11, 28)), lambda: read_side(text)):
        try:
            reading()
        except Invalid as error:
            assert error.field


@given(st.dates(date(2024, 3, 1), date(2026, 11, 28)))
def test_days_are_read_in_every_way_of_writing(day: date) -> None:
    last = date(2026, 11, 28)
    for form in ("%d/%m/%Y", "%d-%m-%y", "%Y-%m-%d 10:11:12", "%d %B %Y 10:11:12", "%d %b %Y", "%d.%m.%Y"):
        assert read_day(day.strftime(form), None, last) == day
    latest = read_day(day.strftime("%d/%m"), None, last)
    assert latest <= last
    assert (latest.day, latest.month) == (day.day, day.month)
    if latest != day:
        assert latest.year > day.year


def test_a_day_outside_of_the_statement_is_refused() -> None:
    for text in ("24/12/2025", "06/01/2026"):
        with pytest.raises(Invalid):
            read_day(text, date(2025, 12, 25), date(2026, 1, 5))
    assert read_day("29/02", None, date(2026, 11, 28)) == date(2024, 2, 29)
