"""The facets, prices and sort orders of all documents, held in memory as sets of bits.

A `Columns` is never changed once it is in use: `Columns.advanced` makes the next one from the change log, so threads
need no lock to read. One exists per process; 20,000 products take about 5 MB.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Iterable
from heapq import nsmallest
from typing import Any

from catalog.search.embedded import bits
from catalog.search.query import MAX_PRICE

SLOT_BITS = 24
SLOT_MASK = (1 << SLOT_BITS) - 1
MAX_SLOTS = 1 << SLOT_BITS
MAX_SECONDS = 2**36 - 1
MAX_REVIEWS = 2**20 - 1
RATING_STEPS = 1000
"""Ratings and boosts are kept as whole thousandths."""

EDGES = (
    0,
    *(step * 10**power for power in range(4, 8) for step in (1.0, 1.5, 2, 3, 5, 7)),
    100_000_000,
    MAX_PRICE + 1,
)
EDGES = tuple(int(edge) for edge in EDGES)
"""Borders of the price buckets in rupiah: a bucket begins at one and ends before the next."""

SPARSE = 256
"""A value held by fewer than one document in this many is kept as a list instead of a set of bits."""

WALKED = 10
"""Measured: making a sort key costs as much as walking past ten documents. So sets are walked for or sorted."""

MAX_PATCH = 2_000
MAX_CACHED = 512
CACHE_BYTES = 16_000_000

SINGLE = ("maker_code", "seller_code")
"""Facets of which a document has one value out of very many: kept by document as well, to be counted by document."""

COLUMNS = ("price", "published", "rating", "reviews", "boost", "length")


def bucket(price: int) -> int:
    return bisect_right(EDGES, price) - 1


def rank_of(price: int, published: int, rating: int, reviews: int, boost: int, length: int) -> int:
    """A number that rises from the shortest title, which says most about what it names, and what curators lift, on."""
    return length * (RATING_STEPS + 1) + RATING_STEPS - boost


def order_key(
    sort: str, slot: int, price: int, published: int, rating: int, reviews: int, boost: int, length: int
) -> int:
    """An integer that sorts ascending in the wanted order; equal ones go by slot, which an edit does not change."""
    if sort == "price_low":
        rank = price
    elif sort == "price_high":
        rank = MAX_PRICE - price
    elif sort == "rating":
        unrated = rating < 0
        rank = (11 if unrated else 10) * RATING_STEPS - max(rating, 0) << 20
        rank += MAX_SECONDS - published if unrated else MAX_REVIEWS - reviews
    elif sort == "newest":
        rank = MAX_SECONDS - published
    else:  # featured: what curators lift, then the newest, by the hour
        rank = (RATING_STEPS - boost) * (MAX_SECONDS // 3600 + 1) + (MAX_SECONDS - published) // 3600
    return rank << SLOT_BITS | slot


class Cache(OrderedDict[Any, Any]):
    """A small dictionary that forgets what was not used for longest."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def recall(self, key: Any) -> Any:
        try:
            value = self[key]
            self.move_to_end(key)
        except KeyError:
            return None
        return value

    def keep(self, key: Any, value: Any) -> Any:
        self[key] = value
        while len(self) > self.limit:
            try:
                self.popitem(last=False)
            except KeyError:
                break
        return value


class Layer:
    """The n-th variant of every document: which values it has, and its price."""

    __slots__ = ("buckets", "prices", "values")

    def __init__(self) -> None:
        self.values: dict[int, int] = {}
        self.buckets: dict[int, int] = {}
        self.prices: array[int] = array("q")

    def copy(self) -> Layer:
        new = Layer()
        new.values, new.buckets, new.prices = dict(self.values), dict(self.buckets), self.prices[:]
        return new

    def slice(self, low: int, high: int) -> Iterable[int]:
        """Slots whose price is low ≤ price < high, cheapest first."""
        return (key & SLOT_MASK for key in self._keys(low, high))

    def _keys(self, low: int, high: int) -> array[int]:
        start, end = bisect_left(self.prices, low << SLOT_BITS), bisect_left(self.prices, high << SLOT_BITS)
        return self.prices[start:end]

    def part(self, index: int, low: int, high: int, size: int) -> int:
        """The documents of one bucket whose price is low ≤ price < high, put together or taken away, what is less work."""
        start, end = EDGES[index], EDGES[index + 1]
        low, high = max(low, start), min(high, end)
        inside, below, above = self._keys(low, high), self._keys(start, low), self._keys(high, end)
        if len(inside) <= len(below) + len(above):
            return bits.from_slots((key & SLOT_MASK for key in inside), size)
        return self.buckets[index] ^ bits.from_slots((key & SLOT_MASK for key in below + above), size)

    def extreme(self, low: int, high: int, members: int, highest: bool) -> int | None:
        """The lowest or highest price of these members with low ≤ price < high."""
        keys, is_member = self._keys(low, high), bits.has(members)
        for key in reversed(keys) if highest else keys:
            if is_member(key & SLOT_MASK):
                return key >> SLOT_BITS
        return None

    def remove(self, slot: int) -> None:
        """Forget a document. Its price is looked for only in the one bucket that holds it."""
        bit = bits.one(slot)
        for sets in (self.values, self.buckets):
            for key, members in sets.items():
                if members & bit:
                    sets[key] = members ^ bit
                    if sets is self.buckets:
                        start = bisect_left(self.prices, EDGES[key] << SLOT_BITS)
                        while start < len(self.prices) and self.prices[start] & SLOT_MASK != slot:
                            start += 1
                        del self.prices[start : start + 1]


class Columns:
    def __init__(self) -> None:
        self.seq = 0
        self.token = ""
        self.size = 0
        self.live = 0
        self.price: array[int] = array("q")
        self.published: array[int] = array("q")
        self.rating: array[int] = array("i")
        self.reviews: array[int] = array("i")
        self.boost: array[int] = array("i")
        self.length: array[int] = array("i")
        self.orders: dict[str, array[int]] = {}
        self.ranks: dict[int, int] = {}
        self.values: dict[str, dict[str, int]] = {}
        self.names: dict[int, str] = {}
        self.single: dict[str, array[int]] = {facet: array("I") for facet in SINGLE}
        self.places: dict[str, dict[str, int]] = {}
        self.dense: dict[int, int] = {}
        self.sparse: dict[int, array[int]] = {}
        self.layers: list[Layer] = []
        self.cache = Cache(MAX_CACHED)

    # reading in

    @classmethod
    def loaded(cls, connection: sqlite3.Connection, seq: int, token: str) -> Columns:
        """Read everything at the state (seq, token)."""
        new = cls()
        new.seq, new.token = seq, token
        rows = connection.execute(
            "select doc, price, published, rating, reviews, boost, length from search_column order by doc"
        ).fetchall()
        new.size = rows[-1][0] + 1 if rows else 0
        empty = bytes(8 * new.size)
        new.price, new.published = array("q", empty), array("q", empty)
        new.rating, new.reviews, new.boost, new.length = (array("i", empty[: 4 * new.size]) for _ in range(4))
        for doc, price, published, rating, reviews, boost, length in rows:
            new.price[doc], new.published[doc], new.rating[doc] = price, published, rating
            new.reviews[doc], new.boost[doc], new.length[doc] = reviews, boost, length
        new.limit_cache()
        new.live = bits.from_slots((row[0] for row in rows), new.size)
        new._load_values(connection)
        new.single = {facet: array("I", bytes(4 * new.size)) for facet in SINGLE}
        singles = {key: new.single[facet] for facet in SINGLE for key in new.values.get(facet, {}).values()}
        for value, layer, docs in connection.execute(
            "select value, layer, json_group_array(doc) from search_facet group by value, layer"
        ):
            members = json.loads(docs)
            if layer:
                new._layer(layer).values[value] = bits.from_slots(members, new.size)
            else:
                new._keep(value, members)
                if (held := singles.get(value)) is not None:
                    for slot in members:
                        held[slot] = value
        for number, keys in connection.execute(
            "select layer, json_group_array(price << ? | doc) from search_variant group by layer",
            (SLOT_BITS,),
        ):
            layer = new._layer(number)
            layer.prices = array("q", sorted(json.loads(keys)))
            for index in range(len(EDGES) - 1):
                members = list(layer.slice(EDGES[index], EDGES[index + 1]))
                if members:
                    layer.buckets[index] = bits.from_slots(members, new.size)
        return new

    def limit_cache(self) -> None:
        """Remember fewer answers where each is larger."""
        self.cache.limit = min(MAX_CACHED, max(64, CACHE_BYTES * 8 // (2 * self.size + 1)))

    def _load_values(self, connection: sqlite3.Connection) -> None:
        known = max((key for values in self.values.values() for key in values.values()), default=0)
        for key, facet, value in connection.execute("select id, facet, value from search_value where id > ?", (known,)):
            self.values.setdefault(facet, {})[value] = key
            self.names[key] = value
            if facet == "place":
                self.places.setdefault(value.rpartition(".")[0], {})[value] = key

    def _layer(self, number: int) -> Layer:
        while len(self.layers) < number:
            self.layers.append(Layer())
        return self.layers[number - 1]

    def _keep(self, value: int, members: list[int]) -> None:
        if len(members) * SPARSE >= self.size:
            self.dense[value] = bits.from_slots(members, self.size)
            self.sparse.pop(value, None)
        else:
            self.sparse[value] = array("I", members)

    def advanced(self, connection: sqlite3.Connection, seq: int, token: str) -> Columns | None:
        """The columns at a later state by the change log, or None when the log does not lead there from here."""
        changes = connection.execute(
            "select seq, token, doc, was from search_change where seq >= ? order by seq limit ?",
            (self.seq, MAX_PATCH),
        ).fetchall()
        if not changes or changes[0][:2] != (self.seq, self.token) or changes[-1][:2] != (seq, token):
            return None
        first: dict[int, str] = {}
        for _, _, doc, was in changes[1:]:
            first.setdefault(doc, was)
        new = Columns()
        new.seq, new.token = seq, token
        new.size, new.live = self.size, self.live
        new.limit_cache()
        for name in COLUMNS:
            setattr(new, name, getattr(self, name)[:])
        new.orders = {sort: keys[:] for sort, keys in list(self.orders.items())}
        new.ranks = dict(self.ranks)
        new.values = {facet: dict(values) for facet, values in self.values.items()}
        new.names = dict(self.names)
        new.single = {facet: held[:] for facet, held in self.single.items()}
        new.places = {parent: dict(values) for parent, values in self.places.items()}
        new.dense, new.sparse = dict(self.dense), dict(self.sparse)
        new.layers = [layer.copy() for layer in self.layers]
        new._load_values(connection)
        for doc, was in first.items():
            new._remove(doc, json.loads(was))
            new._insert(connection, doc)
        return new

    def _remove(self, slot: int, was: list[int]) -> None:
        if not bits.has(self.live)(slot):
            return
        bit = bits.one(slot)
        self.live ^= bit
        row = self._row(slot)
        for sort, keys in self.orders.items():
            key = order_key(sort, slot, *row)
            at = bisect_left(keys, key)
            if at < len(keys) and keys[at] == key:
                del keys[at]
        if self.ranks:
            self.ranks[rank_of(*row)] ^= bit
        for held in self.single.values():
            held[slot] = 0
        for value in was:
            if value in self.dense:
                self.dense[value] ^= self.dense[value] & bit
            elif value in self.sparse:
                self.sparse[value] = array("I", (s for s in self.sparse[value] if s != slot))
        for layer in self.layers:
            layer.remove(slot)

    def _insert(self, connection: sqlite3.Connection, slot: int) -> None:
        row = connection.execute(
            "select price, published, rating, reviews, boost, length from search_column where doc = ?", (slot,)
        ).fetchone()
        if row is None:
            return
        if slot >= self.size:
            more = slot + 1 - self.size
            for name in COLUMNS:
                column = getattr(self, name)
                column.frombytes(bytes(more * column.itemsize))
            for held in self.single.values():
                held.frombytes(bytes(more * held.itemsize))
            self.size = slot + 1
        for name, value in zip(COLUMNS, row, strict=True):
            getattr(self, name)[slot] = value
        bit = bits.one(slot)
        self.live |= bit
        for sort, keys in self.orders.items():
            insort(keys, order_key(sort, slot, *row))
        if self.ranks:
            rank = rank_of(*row)
            self.ranks[rank] = self.ranks.get(rank, 0) | bit
        facts = json.loads(connection.execute("select facts from search_doc where id = ?", (slot,)).fetchone()[0])
        for number, facet, value in facts["values"]:
            key = self.values[facet][value]
            if facet in self.single:
                self.single[facet][slot] = key
            if number:
                sets = self._layer(number).values
                sets[key] = sets.get(key, 0) | bit
            elif key in self.dense:
                self.dense[key] |= bit
            else:
                members = self.sparse.get(key, array("I"))[:]
                insort(members, slot)
                self._keep(key, members.tolist())
        for number, price in enumerate(facts["prices"], 1):
            layer = self._layer(number)
            insort(layer.prices, price << SLOT_BITS | slot)
            index = bucket(price)
            layer.buckets[index] = layer.buckets.get(index, 0) | bit

    def _order(self, sort: str) -> array[int]:
        """The keys of all documents in this order, worked out for the first who asks for it."""
        keys = self.orders.get(sort)
        if keys is None:
            keys = array("q", sorted(order_key(sort, slot, *self._row(slot)) for slot in bits.slots(self.live)))
            self.orders[sort] = keys
        return keys

    def shortest(self, members: int, wanted: int) -> list[int]:
        """Members by `rank_of`, then by slot. Few ranks are shared by all, so each is a set: nothing is sorted."""
        ranks = self.ranks or self._ranked()
        found: list[int] = []
        for rank in sorted(ranks):
            if len(found) >= wanted:
                break
            found += bits.lowest(members & ranks[rank], wanted - len(found))
        return found

    def _ranked(self) -> dict[int, int]:
        """The sets of all ranks, worked out for the first who asks."""
        found: dict[int, list[int]] = {}
        for slot in bits.slots(self.live):
            found.setdefault(rank_of(*self._row(slot)), []).append(slot)
        self.ranks = {rank: bits.from_slots(slots, self.size) for rank, slots in found.items()}
        return self.ranks

    def _row(self, slot: int) -> tuple[int, int, int, int, int, int]:
        """What sort orders are made of."""
        return (
            self.price[slot], self.published[slot], self.rating[slot], self.reviews[slot], self.boost[slot],
            self.length[slot],
        )  # fmt: skip

    # questions

    def holding(self, value: int | None) -> int:
        """The documents that have a value."""
        if value is None:
            return 0
        found = self.dense.get(value)
        if found is not None:
            return found
        members = self.sparse.get(value)
        if not members:
            return 0
        if len(members) < 16:
            return bits.from_slots(members, self.size)
        known = self.cache.recall(("sparse", value))
        return known if known is not None else self.cache.keep(("sparse", value), bits.from_slots(members, self.size))

    def places_at(self, level: int) -> dict[str, int]:
        """The places of a level, 1 for provinces."""
        return {code: key for code, key in self.values.get("place", {}).items() if code.count(".") == level - 1}

    def any_of(self, facet: str, values: Iterable[str]) -> int:
        ids = self.values.get(facet, {})
        found = 0
        for value in values:
            found |= self.holding(ids.get(value))
        return found

    def beginning(self, facet: str, start: str) -> int:
        """The documents that have a value with this beginning."""
        found = 0
        for value, key in self.values.get(facet, {}).items():
            if value.startswith(start):
                found |= self.holding(key)
        return found

    def priced(self, layer: Layer, low: int, high: int) -> int:
        """The documents whose variant in this layer costs low ≤ price < high."""
        key = ("priced", id(layer), low, high)
        known = self.cache.recall(key)
        if known is not None:
            return known  # type: ignore[no-any-return]
        found = 0
        for index, members in layer.buckets.items():
            start, end = EDGES[index], EDGES[index + 1]
            if low <= start and end <= high:
                found |= members
            elif low < end and start < high:
                found |= layer.part(index, low, high, self.size)
        return self.cache.keep(key, found)  # type: ignore[no-any-return]

    def page(self, members: int, sort: str, offset: int, wanted: int) -> list[int]:
        """Slots of the members in sort order."""
        held = members.bit_count()
        if offset >= held:
            return []
        needed = offset + wanted
        order = self._order(sort)
        if held == len(order):
            return [key & SLOT_MASK for key in order[offset:needed]]
        if held * held * WALKED > needed * self.size:
            return bits.chosen(members, (key & SLOT_MASK for key in order), needed)[offset:]
        keys = (order_key(sort, s, *self._row(s)) for s in bits.slots(members))
        return [key & SLOT_MASK for key in nsmallest(needed, keys)[offset:]]
