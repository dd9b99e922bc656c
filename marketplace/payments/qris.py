"""QRIS: the text inside the code that Indonesian payment apps read (EMVCo's merchant-presented TLV), checked and written.

`tag(2) length(2) value`, again and again: `00` the version, `01` 11 for a code that asks for no sum and 12 for one that
does, `51` the national number of the merchant (NMID), `53` the currency, `54` the sum, `58` the country, `59` and `60`
the merchant's name and town, `63` a CRC-16 over everything before it. A merchant's own printed code is *static*: the
buyer types the sum. Put into the code, the sum cannot be mistyped; it stays the merchant's registered code, it has no
end and calls nobody when it is paid, so an operator or a statement says whether it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog.errors import Invalid
from catalog.money import Money
from catalog.text import N_

LONGEST = 512
HIGHEST = Money(10_000_000)
"""What one payment by QRIS may be."""
NATIONAL = "ID.CO.QRIS.WWW"


@dataclass(frozen=True, slots=True)
class Merchant:
    """Whose code it is: `number` is the NMID, `ID` and 13 digits."""

    name: str
    town: str
    number: str
    text: str


def read(text: str) -> Merchant:
    """The merchant of a static code. Invalid (field `qris`) says what is wrong with the text."""
    text = text.strip()
    fields = dict(_checked(text))
    national = dict(_fields(fields.get("51", "")))
    if fields.get("53") != "360" or fields.get("58") != "ID" or national.get("00") != NATIONAL:
        raise _wrong(N_("This code is no QRIS in rupiah."))
    number = national.get("02", "")
    if len(number) != 15 or not number.startswith("ID") or not number[2:].isdigit():
        raise _wrong(N_("This QRIS names no merchant (NMID: ID and 13 digits)."))
    if fields.get("01", "11") != "11" or "54" in fields:
        raise _wrong(N_("This QRIS was made for one payment. Use the merchant's static code, which asks for no sum."))
    if fields.keys() & {"55", "56", "57"}:
        raise _wrong(N_("This QRIS asks for a tip or a fee on top. Use one that asks for the sum alone."))
    name, town = fields.get("59", "").strip(), fields.get("60", "").strip()
    if not name or not town:
        raise _wrong(N_("This QRIS names no merchant (NMID: ID and 13 digits)."))
    return Merchant(name, town, number, text)


def with_sum(text: str, sum_: Money) -> str:
    """The static code `text`, asking for exactly `sum_`."""
    if not Money(0) < sum_ <= HIGHEST:
        raise Invalid(N_("QRIS takes up to %(highest)s at once."), field="payment_method", highest=HIGHEST)
    fields = dict(_checked(text))
    return write((fields | {"01": "12", "54": str(sum_.rupiah)}).items())


def write(fields: Iterable[tuple[str, str]]) -> str:
    """The text of `fields`, in the order of their tags, with its checksum."""
    parts = [f"{tag}{len(value):02d}{value}" for tag, value in sorted(fields) if tag != "63"]
    body = "".join(parts) + "6304"
    return body + checksum(body)


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE in four capital hex digits."""
    crc = 0xFFFF
    for byte in text.encode("ascii"):
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021) & 0xFFFF if crc & 0x8000 else (crc << 1) & 0xFFFF
    return f"{crc:04X}"


def _checked(text: str) -> list[tuple[str, str]]:
    if len(text) > LONGEST or not text.isascii() or not text.isprintable():
        raise _wrong(N_("This is not the text of a QRIS. It begins with 000201 and ends with four signs after 6304."))
    fields = list(_fields(text))
    tags = [tag for tag, _ in fields]
    if not fields or fields[0] != ("00", "01") or tags[-1] != "63" or len(set(tags)) != len(tags):
        raise _wrong(N_("This is not the text of a QRIS. It begins with 000201 and ends with four signs after 6304."))
    if checksum(text[:-4]) != text[-4:].upper():
        raise _wrong(N_("The checksum of this QRIS does not fit: a sign is missing or was changed. Copy it again."))
    return fields


def _fields(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        head = text[place : place + 4]
        if len(head) < 4 or not head.isdigit():
            raise _wrong(N_("This QRIS breaks off at sign %(place)s. Copy it again."), place=place + 1)
        value = text[place + 4 : place + 4 + int(head[2:])]
        if not value or len(value) != int(head[2:]):
            raise _wrong(N_("This QRIS breaks off at sign %(place)s. Copy it again."), place=place + 1)
        yield head[:2], value
        place += 4 + len(value)


def _wrong(message: str, **params: object) -> Invalid:
    return Invalid(message, field="qris", **params)
