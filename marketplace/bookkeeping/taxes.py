"""Dated rules of tax. The start of the process hands the settings in; tests their own.

PPN: 12 % on eleven twelfths, so 11 % of the commission, from 1 January 2025 (PMK 131/2024), where the house is a taxable
entrepreneur. PPh 22: 0.5 % of what is on the invoice, without PPN, from the day on which the house has been appointed
(PMK 37/2025, articles 8 and 10); withheld of nobody who has stated a turnover up to Rp500 million a year, until it is
passed, nor while a letter of exemption (SKB) holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from marketplace.settings import Settings

PPN = 1100
PPH22 = 50


@dataclass(frozen=True, slots=True)
class Taxes:
    ppn_from: date | None = date(2025, 1, 1)
    pph22_from: date | None = None

    @classmethod
    def of(cls, settings: Settings) -> Taxes:
        return cls(_day(settings.ppn_from), _day(settings.pph22_from))

    def ppn(self, day: date) -> int:
        return PPN if self.ppn_from is not None and self.ppn_from <= day else 0

    def pph22(self, day: date) -> int:
        return PPH22 if self.pph22_from is not None and self.pph22_from <= day else 0


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


_used = Taxes()


def use(taxes: Taxes) -> None:
    """Let these rules hold in this process from now on."""
    global _used
    _used = taxes


def taxes() -> Taxes:
    return _used
