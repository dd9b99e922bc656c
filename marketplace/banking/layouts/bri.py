"""BRI: the full export (Qlola, CMS) and that of Internet Banking.

    ID,NOREK,TGL_TRAN,TGL_EFEKTIF,JAM_TRAN,SEQ,DESK_TRAN,SALDO_AWAL_MUTASI,MUTASI_DEBET,MUTASI_KREDIT,…
    "1694","0123456789","2026-07-10 23:44:44","2026-07-10 23:44:44","234444","143801","…","7173313.00",".00","70000.00",…
    Tanggal Transaksi,Uraian Transaksi,Teller,Debet,Kredit,Saldo
    10/07/26,TRANSFER …,8888079,0.00,"150,123.00","7,323,436.00"

SEQ is no reference: a transfer and its fee share it.
"""

from __future__ import annotations

from marketplace.banking.layouts.paper import Columns, Layout

LAYOUT = Layout(
    "bri",
    "BRI",
    (
        Columns(
            {
                "day": ("tgltran",),
                "text": ("desktran", "remarkcustom"),
                "debit": ("mutasidebet", "mutasidebit"),
                "credit": ("mutasikredit",),
                "balance": ("saldoakhirmutasi",),
                "account": ("norek",),
            },
            ("day", "text", "debit", "credit", "account"),
        ),
        Columns(
            {
                "day": ("tanggaltransaksi", "tanggal", "transactiondate"),
                "text": ("uraiantransaksi", "transaksi", "transactiondescription"),
                "teller": ("teller", "userid"),
                "debit": ("debet", "debit"),
                "credit": ("kredit", "credit"),
                "balance": ("saldo", "balance"),
            },
            ("day", "text", "teller", "debit", "credit"),
        ),
    ),
)
