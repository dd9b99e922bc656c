"""What the numbers of certificates look like, and what can be checked in them without asking anybody.

Sources: P-IRT: Perka BPOM 22/2018 (`PBBKKKKNNSSSS-YY`). Halal: `ID` and 17 digits; the number of the fatwa's decree,
which begins with KH, is often given instead. BPOM: MD or ML and 12 digits. GI: the registration `ID G NNNNNNNNN`, as
books of requirements name it (Kopi Arabika Flores Bajawa: ID G 000 000 014), or the agenda `IG.00.YYYY.NNNNNN` of the
Berita Resmi Indikasi Geografis. SNI for batik: 0239, with 8302 (tulis), 8303 (stamped) and 8304 (both); what is taken
over from ISO or IEC keeps their number (SNI ISO 9626:2018 and SNI ISO/IEC 17065 in Peraturan BSN 5/2021). The form of a
batikmark's number was not found in any source, so nearly everything is taken. Whether a number was ever given to anybody
only its issuer can say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from catalog.certificates.models import CertificateKind
from catalog.errors import Invalid
from catalog.text import N_, tidy

PACKAGING = {
    "1": N_("glass"),
    "2": N_("plastic"),
    "3": N_("carton"),
    "4": N_("can"),
    "5": N_("foil"),
    "6": N_("other packaging"),
    "7": N_("composite packaging"),
    "8": N_("several kinds of packaging"),
}
"""What the first digit of a P-IRT number says."""
SWEETS = "09"
"""The kind of food (digits 2 and 3) that is sugar, confectionery and honey; the other kinds were not confirmed."""
P_IRT_YEARS = 5
FIRST_GI_YEAR = 2007  # PP 51/2007 made registration possible

BATIK_SNI = {
    "0239": ("batik-tulis", "batik-cap", "batik-kombinasi"),
    "8302": ("batik-tulis",),
    "8303": ("batik-cap",),
    "8304": ("batik-kombinasi",),
}
"""The techniques of which a piece must be made to carry one of the standards of batik."""

_OLD_SNI = re.compile(r"^(SNI)?[\s.:–-]*[0-9]{2}[\s.–-]+(?=[0-9]{4}([\s.:–-]+[0-9]{4})?$)")
"""The field that older numbers name first (SNI 08-0239-1989); newer ones of the same standard leave it out."""

_TAKEN_OVER = re.compile(
    r"(?:SNI)?[\s.:–-]*(?P<body>ISO ?/ ?IEC|ISO|IEC)[\s.:–-]*(?P<standard>[0-9]{1,5})"
    r"(?P<part>(?: ?[–-] ?[0-9A-Z]{1,4}){0,2}?)(?:[\s.:–-]+(?P<year>[0-9]{4}))?"
)
"""A standard of ISO or IEC that Indonesia has taken over under its own number: `SNI ISO 105-C06:2010`. A dash before
four digits at the end is the colon before a year."""

EXAMPLES = {
    CertificateKind.P_IRT: "2091905010001-29",
    CertificateKind.HALAL: "ID12345678901234567",
    CertificateKind.BPOM: "MD 123456789012",
    CertificateKind.SNI: "SNI 8303:2016",
    CertificateKind.BATIKMARK: "123/BM/2026",
    CertificateKind.GI: "IG.00.2010.000001",
}
"""Invented numbers of the right form."""

NameOf = Callable[[str], str | None]
"""A regency's full name by its code (`19.05`), None for a code that is no regency."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is kept; `ends` is the year in which the number itself says that it ends."""

    text: str
    ends: int | None = None


def read_number(kind: CertificateKind, typed: str, today: date, home: str | None, name_of: NameOf) -> Number:
    """What somebody typed as the number that is kept; blanks, dots and dashes do not matter.

    `home` is the code of the regency in which the maker works, None while nobody has said who that is. Invalid (field `number`) names the position that is
    wrong and what would be right.
    """
    plain = unicodedata.normalize("NFKC", tidy(typed)).upper()
    if not plain:
        raise _wrong(N_("Write the number as it stands on the certificate."))
    bare = re.sub(r"[^A-Z0-9]", "", plain)
    match kind:
        case CertificateKind.P_IRT:
            return _p_irt(bare, today, home, name_of)
        case CertificateKind.HALAL:
            return _halal(bare)
        case CertificateKind.BPOM:
            return _bpom(bare)
        case CertificateKind.SNI:
            return _sni(plain, today)
        case CertificateKind.GI:
            return _gi(bare, today)
    if not 3 <= len(plain) <= 40 or not re.search(r"[0-9]", plain):
        raise _wrong(N_("Write the number as it stands on the certificate: 3 to 40 characters, with a digit at least."))
    return Number(plain)


def _wrong(message: str, **params: object) -> Invalid:
    return Invalid(message, field="number", **params)


def _p_irt(bare: str, today: date, home: str | None, name_of: NameOf) -> Number:
    number = re.sub(r"^(SPP)?P?IRT(NOMOR|NO)?", "", bare)
    if len(number) != 15:
        raise _wrong(
            N_("A P-IRT number has 15 digits, for example %(example)s; this one has %(count)s."),
            example=EXAMPLES[CertificateKind.P_IRT], count=len(number),
        )  # fmt: skip
    _only_digits(number)
    if number[0] not in PACKAGING:
        raise _wrong(
            N_("Position 1 is %(digit)s. It tells the packaging, from 1 (glass) to 8 (several kinds)."),
            digit=number[0],
        )
    place = number[3:7]
    if home and place != (right := home.replace(".", "")):
        other, own = name_of(f"{place[:2]}.{place[2:]}"), name_of(home) or home
        if other is None:
            raise _wrong(
                N_("Positions 4 to 7 are %(digits)s, which is no regency. The maker works in %(own)s: %(right)s."),
                digits=place, own=own, right=right,
            )  # fmt: skip
        raise _wrong(
            N_("Positions 4 to 7 are %(digits)s, %(other)s. The maker works in %(own)s: %(right)s."),
            digits=place, other=other, own=own, right=right,
        )  # fmt: skip
    ends, last = 2000 + int(number[13:]), today.year + P_IRT_YEARS
    if ends < today.year:
        raise _wrong(
            N_("Positions 14 and 15 are %(digits)s: this number ended with %(year)s. Renew it, then write the new one."),
            digits=number[13:], year=ends,
        )  # fmt: skip
    if ends > last:
        raise _wrong(
            N_("Positions 14 and 15 are %(digits)s: a P-IRT number holds for five years, so today %(last)s at the most."),
            digits=number[13:], last=f"{last % 100:02}",
        )  # fmt: skip
    return Number(f"{number[:13]}-{number[13:]}", ends)


def _only_digits(number: str, after: int = 0) -> None:
    for place, sign in enumerate(number, after + 1):
        if not "0" <= sign <= "9":
            raise _wrong(N_("Position %(place)s is “%(sign)s”; a digit belongs there."), place=place, sign=sign)


def _halal(bare: str) -> Number:
    number = re.sub(r"^(HALAL)?(NOMOR|NO)?", "", bare)
    if number.startswith("KH"):
        raise _wrong(
            N_(
                "This is the number of the fatwa's decree (KH …), a common mistake. The number of the certificate itself "
                "begins with ID and has 17 digits, for example %(example)s."
            ),
            example=EXAMPLES[CertificateKind.HALAL],
        )
    return Number("ID" + _lettered(number, ("ID",), 17, EXAMPLES[CertificateKind.HALAL])[2:])


def _bpom(bare: str) -> Number:
    number = re.sub(r"^(BPOM)?(RI)?(NOMOR|NO)?", "", bare)
    kept = _lettered(number, ("MD", "ML"), 12, EXAMPLES[CertificateKind.BPOM])
    return Number(f"{kept[:2]} {kept[2:]}")


def _lettered(number: str, heads: tuple[str, ...], length: int, example: str) -> str:
    if number[:2] not in heads:
        raise _wrong(
            N_("It begins with %(letters)s, then %(length)s digits follow, for example %(example)s."),
            letters="/".join(heads), length=length, example=example,
        )  # fmt: skip
    if len(number) != length + 2:
        raise _wrong(
            N_("After %(letters)s there are %(length)s digits, for example %(example)s; here are %(count)s."),
            letters=number[:2], length=length, example=example, count=len(number) - 2,
        )  # fmt: skip
    _only_digits(number[2:], 2)
    return number


def _sni(plain: str, today: date) -> Number:
    if match := _TAKEN_OVER.fullmatch(plain):
        body, standard, part, year = match.group("body", "standard", "part", "year")
        _no_later_standard(year, today)
        text = f"SNI {body.replace(' ', '')} {standard}{part.replace(' ', '').replace('–', '-')}"
        return Number(f"{text}:{year}" if year else text)
    bare = re.sub(r"[^A-Z0-9]", "", _OLD_SNI.sub("", plain))
    if re.match(r"(SNI)?(ISO|IEC)", bare):
        raise _wrong(N_("A standard taken over from ISO or IEC reads like %(example)s."), example="SNI ISO 9626:2018")
    match = re.fullmatch(r"(?:SNI)?([0-9]{4})([0-9]{4})?", bare)
    if match is None:
        raise _wrong(
            N_("An SNI has four digits and often a year, for example %(example)s."),
            example=EXAMPLES[CertificateKind.SNI],
        )
    standard, year = match.groups()
    _no_later_standard(year, today)
    return Number(f"SNI {standard}:{year}" if year else f"SNI {standard}")


def _no_later_standard(year: str | None, today: date) -> None:
    if year and not 1960 <= int(year) <= today.year:
        raise _wrong(N_("%(year)s cannot be the year of a standard."), year=year)


def _gi(bare: str, today: date) -> Number:
    number = re.sub(r"^(NOMOR|NO)", "", bare)
    if match := re.fullmatch(r"IDG([0-9]{9})", number):
        return Number(f"ID G {match[1]}")
    match = re.fullmatch(r"IG00([0-9]{4})([0-9]{6})", number)
    if match is None:
        raise _wrong(
            N_(
                "A geographical indication has the number of its registration, ID G and nine digits, or that of its agenda, "
                "for example %(example)s."
            ),
            example=EXAMPLES[CertificateKind.GI],
        )
    year, serial = match.groups()
    if not FIRST_GI_YEAR <= int(year) <= today.year:
        raise _wrong(
            N_("%(year)s cannot be the year of a registration: it lies between %(first)s and %(last)s."),
            year=year, first=FIRST_GI_YEAR, last=today.year,
        )  # fmt: skip
    return Number(f"IG.00.{year}.{serial}")


def techniques_of(number: str) -> tuple[str, ...] | None:
    """The techniques (slugs) that a standard of batik is about; None for any other standard."""
    return BATIK_SNI.get(number[4:8]) if number.startswith("SNI ") else None
