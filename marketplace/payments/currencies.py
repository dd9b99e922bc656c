"""How many decimals a currency has where machines count money (ISO 4217 as payment networks use it).

The house counts whole rupiah; a network counts sen, so Rp150.000 is 15.000.000 there. Getting this wrong charges a
hundred times too much or too little, so nothing multiplies by hand: everything asks here.
"""

from __future__ import annotations

from catalog.money import Money

_NONE = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THREE = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])


def decimals(currency: str) -> int:
    """0, 2 or 3."""
    code = currency.upper()
    return 0 if code in _NONE else 3 if code in _THREE else 2


def minor(whole: int, currency: str) -> int:
    """`whole` units of a currency in its smallest."""
    return int(whole * 10 ** decimals(currency))


def whole(smallest: int, currency: str) -> int | None:
    """The other way round; None when something is left over."""
    units, rest = divmod(smallest, 10 ** decimals(currency))
    return None if rest else units


def rupiah(smallest: int, currency: str) -> Money | None:
    """What so many smallest units are in rupiah; None for another currency and for broken rupiah."""
    units = whole(smallest, currency) if currency.upper() == "IDR" else None
    return None if units is None else Money(units)


def spelled(smallest: int, currency: str) -> str:
    """For people who must look at an odd sum: `15000001 IDR/100`."""
    return f"{smallest} {currency.upper()}/{10 ** decimals(currency)}"
