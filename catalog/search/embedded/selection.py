"""What is left of a set of documents under a query's filters, and what each further value would leave."""

from __future__ import annotations

from collections import Counter

from catalog.search.embedded import bits
from catalog.search.embedded.columns import EDGES, Columns, Layer
from catalog.search.query import MAX_PRICE, PLACE_LEVELS, VARIANT_FACETS, PriceBucket, Prices, Query

Conditions = dict[str, tuple[int | None, ...]]
OPTION = "option:"


class Selection:
    """The documents of `base` that a query's filters leave: `members`, exact `counts` and `prices`."""

    def __init__(self, columns: Columns, base: int, query: Query) -> None:
        self._columns = columns
        self._base = base
        self._plain: dict[str, int] = {}
        self._variant: Conditions = {}
        for facet, values in query.filters.items():
            if facet in VARIANT_FACETS:
                self._demand(facet, values)
            else:
                self._plain[facet] = columns.any_of(facet, values)
        for option, values in query.options.items():
            self._demand(OPTION + option, values)
        self._places = query.filters.get("place", ())
        self._range: tuple[int, int] | None = None
        if query.price_min is not None or query.price_max is not None:
            low, high = query.price_min or 0, MAX_PRICE if query.price_max is None else query.price_max
            self._range = (low, high + 1)
        self._fitting = self._fit(self._variant, self._range)
        self.members = self._without(None)
        if self._fitting is not None:
            self.members &= self._fitting
        self.total = self.members.bit_count()

    def _demand(self, facet: str, values: tuple[str, ...]) -> None:
        ids = self._columns.values.get(facet, {})
        self._variant[facet] = tuple(ids.get(value) for value in values)

    def _without(self, facet: str | None) -> int:
        """Base and all plain filters except one."""
        left = self._base
        for name, members in self._plain.items():
            if name != facet:
                left &= members
        return left

    def _fit(self, demands: Conditions, span: tuple[int, int] | None) -> int | None:
        """Documents that have one variant satisfying everything; None when nothing is demanded of variants."""
        if not demands and span is None:
            return None
        if len(demands) == 1 and span is None:
            (values,) = demands.values()
            found = 0
            for value in values:
                found |= self._columns.holding(value)
            return found
        found = 0
        for layer in self._columns.layers:
            left = self._in_layer(layer, demands)
            if span is not None and left != 0:
                left &= self._columns.priced(layer, *span)
            found |= left
        return found

    @staticmethod
    def _in_layer(layer: Layer, demands: Conditions) -> int:
        """Documents whose variant in this layer satisfies the demands; -1 (all) when there are none."""
        left = -1
        for values in demands.values():
            either = 0
            for value in values:
                either |= layer.values.get(value, 0) if value is not None else 0
            left &= either
            if not left:
                break
        return left

    def counts(self, facet: str) -> tuple[tuple[str, int], ...]:
        """(value, how many documents choosing it would give), by falling count, then by value."""
        columns = self._columns
        if facet in PLACE_LEVELS:
            values = columns.places_at(int(facet[-1]))
            facet = "place"
            opens = False
        else:
            values = self._shown_places() if facet == "place" else columns.values.get(facet, {})
            opens = facet == "place" and not self._places
        found: list[tuple[str, int]] = []
        if facet in VARIANT_FACETS or facet.startswith(OPTION):
            left = self._without(None)
            others = {name: demand for name, demand in self._variant.items() if name != facet}
            for value, key in values.items():
                fitting = self._fit({**others, facet: (key,)}, self._range)
                found.append((value, (left & fitting).bit_count() if fitting is not None else left.bit_count()))
        else:
            left = self._without(facet)
            if self._fitting is not None:
                left &= self._fitting
            found = self._counted(left, values, facet)
            if opens:
                provinces = [value for value, count in found if count]
                if len(provinces) == 1:
                    found += self._counted(left, columns.places.get(provinces[0], {}), facet)
        return tuple(sorted((pair for pair in found if pair[1]), key=lambda pair: (-pair[1], pair[0])))

    def _counted(self, left: int, values: dict[str, int], facet: str) -> list[tuple[str, int]]:
        columns = self._columns
        found: list[tuple[str, int]] = []
        whole = left == columns.live
        held = columns.single.get(facet)
        if held is not None and not whole:
            counts = Counter(map(held.__getitem__, bits.slots(left)))
            counts.pop(0, None)  # documents without one
            return [(columns.names[key], count) for key, count in counts.items()]
        for value, key in values.items():
            dense = columns.dense.get(key)
            if dense is not None:
                found.append((value, (left & dense).bit_count()))
            elif key in columns.sparse:
                if whole:
                    found.append((value, len(columns.sparse[key])))
                else:
                    found.append((value, bits.count(left, columns.sparse[key])))
        return found

    def _shown_places(self) -> dict[str, int]:
        """The provinces, and the children of every chosen place and of all above it."""
        parents = {""}
        for place in self._places:
            parts = place.split(".")
            parents.update(".".join(parts[:n]) for n in range(1, len(parts) + 1))
        shown: dict[str, int] = {}
        for parent in parents:
            shown.update(self._columns.places.get(parent, {}))
        return shown

    def prices(self) -> Prices:
        """The price range and its buckets under all but the price filter."""
        columns = self._columns
        left = self._without(None)
        in_layers = [(layer, self._in_layer(layer, self._variant) & left) for layer in columns.layers]
        in_layers = [(layer, members) for layer, members in in_layers if members]
        counted = []
        for index in range(len(EDGES) - 1):
            found = 0
            for layer, members in in_layers:
                found |= layer.buckets.get(index, 0) & members
            counted.append(found.bit_count())
        filled = [index for index, count in enumerate(counted) if count]
        if not filled:
            return Prices(None, None, ())
        first, last = filled[0], filled[-1]
        buckets = tuple(PriceBucket(EDGES[index], EDGES[index + 1], counted[index]) for index in range(first, last + 1))
        return Prices(self._extreme(in_layers, first, False), self._extreme(in_layers, last, True), buckets)

    @staticmethod
    def _extreme(in_layers: list[tuple[Layer, int]], index: int, highest: bool) -> int:
        """The lowest or highest price of the members in one bucket that holds at least one."""
        prices = []
        for layer, members in in_layers:
            if layer.buckets.get(index, 0) & members:
                found = layer.extreme(EDGES[index], EDGES[index + 1], members, highest)
                if found is not None:
                    prices.append(found)
        return max(prices) if highest else min(prices)
