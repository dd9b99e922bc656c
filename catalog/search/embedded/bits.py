"""Sets of documents as big integers: bit n stands for the document in slot n.

And, or and counting run at the speed of GMP, which counts the bits of 64 documents at a time where Python's own integers
look at 30 one after the other: of 200,000 documents, 25 kB, that is 8 instead of 26 µs for an intersection.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from itertools import islice
from typing import cast

from gmpy2 import mpz, xmpz


def from_slots(slots: Iterable[int], size: int) -> int:
    """The set of these slots, all below `size`."""
    found = xmpz(0)
    found[size] = 1  # makes room for all at once
    found[size] = 0
    for slot in slots:
        found[slot] = 1
    return cast(int, mpz(found))


def one(slot: int) -> int:
    """The set of one slot."""
    return cast(int, mpz(0).bit_set(slot))


def slots(members: int) -> list[int]:
    """The members, ascending."""
    return list(xmpz(members).iter_set())


def lowest(members: int, wanted: int) -> list[int]:
    """The first `wanted` members, ascending."""
    return list(islice(xmpz(members).iter_set(), max(wanted, 0)))


def has(members: int) -> Callable[[int], bool]:
    """A fast answer to whether a slot is a member."""
    return cast(Callable[[int], bool], mpz(members).bit_test)


def count(members: int, slots: array[int]) -> int:
    """How many of these slots are members."""
    return sum(map(has(members), slots))


def chosen(members: int, slots: Iterable[int], wanted: int) -> list[int]:
    """The first `wanted` members among the slots, in their order."""
    return list(islice(filter(has(members), slots), max(wanted, 0)))
