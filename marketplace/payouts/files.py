"""Files for banks' mass transfers: a table that everybody can read, and the columns of the banks that ask for their own.

The columns of BCA, BRI and Mandiri are those of the templates that their business portals hand out; a bank changes them
when it likes, so compare once before the first file goes up. Whatever the layout, a row carries the code of its payout,
by which the statement is matched afterwards.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from marketplace.shipping.tables import write_table

PLAIN = "plain"
LARGEST_CLEARING = 1_000_000_000
"""Above it money between banks goes by real-time settlement (RTGS), up to it by clearing."""
BANKS = {
    "Bank Jago": ("542", "JAGBIDJA"), "Bank Sumsel Babel": ("120", "BSSPIDSP"), "BCA": ("014", "CENAIDJA"),
    "BNI": ("009", "BNINIDJA"), "BRI": ("002", "BRINIDJA"), "BSI": ("451", "BSMDIDJA"), "BTN": ("200", "BTANIDJA"),
    "CIMB Niaga": ("022", "BNIAIDJA"), "Danamon": ("011", "BDINIDJA"), "Mandiri": ("008", "BMRIIDJA"),
    "Permata": ("013", "BBBAIDJA"), "SeaBank": ("535", "SSPIIDJA"),
}  # fmt: skip
"""Clearing code and BIC of every bank that shops may name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One payout as a bank's file knows it."""

    bank: str
    number: str
    holder: str
    rupiah: int
    reference: str


def _plain(rows: list[Row], account: str, today: str) -> bytes:
    names = ("bank", "account_number", "account_holder", "amount", "reference")
    return write_table(names, [(one.bank, one.number, one.holder, one.rupiah, one.reference) for one in rows])


def _bca(rows: list[Row], account: str, today: str) -> bytes:
    names = (
        "Transaction ID", "Transfer Type", "Beneficiary ID", "Credited Account", "Receiver Name", "Amount", "NIP",
        "Remark", "Beneficiary email address", "Receiver Swift Code", "Receiver Cust Type", "Receiver Cust Residence",
    )  # fmt: skip
    lines: list[tuple[object, ...]] = [names]
    for number, one in enumerate(rows, 1):
        own = one.bank == "BCA"
        way = "BCA" if own else "RTGS" if one.rupiah > LARGEST_CLEARING else "LLG"
        lines.append(
            (number, way, "", one.number, _name(one.holder), one.rupiah, "", one.reference, "",
             "" if own else BANKS[one.bank][1], "" if own else 1, "" if own else 1)
        )  # fmt: skip
    return _written(lines)


def _bri(rows: list[Row], account: str, today: str) -> bytes:
    lines: list[tuple[object, ...]] = [("NO", "NAMA", "REKENING", "KODE BANK", "NOMINAL", "KETERANGAN")]
    for number, one in enumerate(rows, 1):
        lines.append((number, _name(one.holder), one.number, BANKS[one.bank][0], one.rupiah, one.reference))
    lines += [("COUNT", "", "", "", len(rows), ""), ("TOTAL", "", "", "", sum(one.rupiah for one in rows), "")]
    return _written(lines)


def _mandiri(rows: list[Row], account: str, today: str) -> bytes:
    lines: list[tuple[object, ...]] = [("P", today, account, len(rows), sum(one.rupiah for one in rows))]
    for one in rows:
        way = "IBU" if one.bank == "Mandiri" else "RBU" if one.rupiah > LARGEST_CLEARING else "LBU"
        lines.append(
            (one.number, _name(one.holder), "", "", "", "IDR", one.rupiah, one.reference, one.reference, way,
             BANKS[one.bank][0], one.bank)
        )  # fmt: skip
    return _written(lines)


LAYOUTS: dict[str, Callable[[list[Row], str, str], bytes]] = {
    PLAIN: _plain,
    "bca": _bca,
    "bri": _bri,
    "mandiri": _mandiri,
}


def _written(lines: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode("ascii")


def _name(holder: str) -> str:
    """As banks spell it: letters, digits and the few signs that they take; never what a sheet would calculate."""
    plain = unicodedata.normalize("NFKD", holder).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9 .'/-]", " ", plain).strip(" .'/-")[:35]
