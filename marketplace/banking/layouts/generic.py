"""Any bank, wallet or QRIS partner: columns by the names that are common, or by those that the operator gives."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.text import squeeze
from marketplace.banking.layouts.paper import Columns, Layout

MEANINGS = ("day", "text", "credit", "debit", "sum", "side", "balance", "reference")
"""What a column may be said to mean."""
COMMON: Mapping[str, tuple[str, ...]] = {
    "day": (
        "tanggaltransaksi", "tanggal", "tgl", "tgltransaksi", "waktutransaksi", "tanggalwaktu", "date",
        "transactiondate", "postingdate", "postdate", "datetime", "createddate",
    ),
    "text": (
        "keterangan", "uraian", "uraiantransaksi", "deskripsi", "berita", "catatan", "rinciantransaksi", "description",
        "transactiondescription", "transactiondetails", "remark", "remarks", "details", "sumbertujuan",
    ),
    "credit": ("kredit", "credit", "masuk", "uangmasuk", "creditamount"),
    "debit": ("debet", "debit", "keluar", "uangkeluar", "debitamount"),
    "sum": ("jumlah", "nominal", "nilai", "mutasi", "amount", "transactionamount", "sum", "totalamount"),
    "side": ("tipe", "dbcr", "dk", "debitkredit", "debetkredit", "crdb", "type", "jenis", "side"),
    "balance": ("saldo", "saldoakhir", "balance", "runningbalance"),
    "reference": ("noreferensi", "referensi", "noref", "reference", "referenceno", "rrn", "journalno", "nojurnal"),
    "account": ("norekening", "norek", "accountno", "accountnumber"),
}  # fmt: skip
_TITLE = "CSV"

LAYOUT = Layout("generic", _TITLE, (Columns(COMMON, ("day", "credit", "debit")), Columns(COMMON, ("day", "sum"), True)))


def named(columns: Mapping[str, str]) -> Layout:
    """The layout of an operator who has named columns; what is not named is found by its common names."""
    given = {what: (squeeze(name),) for what, name in columns.items() if what in MEANINGS and squeeze(name)}
    if not given:
        return LAYOUT
    names = {**COMMON, **given}
    if "sum" in given:
        names = {what: found for what, found in names.items() if what not in ("credit", "debit")}
    elif "credit" in given:
        names = {what: found for what, found in names.items() if what not in ("sum", "side")}
    return Layout("generic", _TITLE, (Columns(names, ("day", *(what for what in given if what != "day"))),))
