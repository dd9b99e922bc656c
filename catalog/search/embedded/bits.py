"""Sets of documents as big integers: bit n stands for the document in slot n.

Python's integers give and, or and counting at the speed of C: 20,000 documents are 2.5 kB.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import compress

FEW = 50
"""One in so many: below that it is cheaper to set single bits than to read a number of `size` digits."""

_SELECTORS = bytes.maketrans(b"01", b"\x00\x01")


def from_slots(slots: Iterable[int], size: int) -> int:
    """The set of these slots, all below `size`."""
    if not size:
        return 0
    if isinstance(slots, list | array) and len(slots) * FEW < size:
        packed = bytearray((size >> 3) + 1)
        for slot in slots:
            packed[slot >> 3] |= 1 << (slot & 7)
        return int.from_bytes(packed, "little")
    digits = bytearray(b"0") * size
    last = size - 1
    for slot in slots:
        digits[last - slot] = 49
    return int(digits, 2)


def slots(bits: int) -> list[int]:
    """The members, ascending."""
    if not bits:
        return []
    digits = bin(bits)[:1:-1]
    if bits.bit_count() * 8 > len(digits):
        return list(compress(range(len(digits)), digits.encode().translate(_SELECTORS)))
    found = []
    at = digits.find("1")
    while at >= 0:
        found.append(at)
        at = digits.find("1", at + 1)
    return found


class Members:
    """Fast questions whether a slot is in a set."""

    __slots__ = ("_bytes", "_size")

    def __init__(self, bits: int) -> None:
        self._bytes = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
        self._size = len(self._bytes) * 8

    def __contains__(self, slot: int) -> bool:
        return slot < self._size and bool(self._bytes[slot >> 3] >> (slot & 7) & 1)

    def count(self, slots: array[int]) -> int:
        known, size = self._bytes, self._size
        return sum(known[s >> 3] >> (s & 7) & 1 for s in slots if s < size)

    def first(self, keys: Iterable[int], mask: int) -> int | None:
        """The first of the keys whose slot (its bits under `mask`) is a member."""
        known, size = self._bytes, self._size
        for key in keys:
            s = key & mask
            if s < size and known[s >> 3] >> (s & 7) & 1:
                return key
        return None

    def chosen(self, slots: Iterable[int], wanted: int) -> list[int]:
        """The first `wanted` members among the slots, in their order."""
        known, size = self._bytes, self._size
        found: list[int] = []
        if wanted <= 0:
            return found
        for s in slots:
            if s < size and known[s >> 3] >> (s & 7) & 1:
                found.append(s)
                if len(found) == wanted:
                    break
        return found
