"""BCA: KlikBCA Individu and KlikBCA Bisnis (`Mutasi Rekening` as CSV).

    Tanggal Transaksi,Keterangan,Cabang,Jumlah,,Saldo          or  Date,Description,Branch,Amount,,Balance
    '25/09,'TRSF E-BANKING CR 2509/FTSCY/WS95051 …,'0000,150123.00,CR,850000.00
    01/01/2026,"TRSF E-BANKING DB 0101/…","0000","287,490.00 DB","120,604,675.40"

Above stand the account's number and the days, which the yearless form needs; below, what lay on the account. `PEND`
instead of a day: not booked yet.
"""

from __future__ import annotations

from marketplace.banking.layouts.paper import Columns, Layout

LAYOUT = Layout(
    "bca",
    "BCA",
    (
        Columns(
            {
                "day": ("tanggaltransaksi", "tanggal", "date", "transactiondate"),
                "text": ("keterangan", "description"),
                "branch": ("cabang", "branch", "cbg"),
                "sum": ("jumlah", "amount", "mutasi"),
                "balance": ("saldo", "balance"),
            },
            ("day", "text", "branch", "sum"),
            side_follows=True,
        ),
    ),
)
