"""Our rules build the addresses that Werkzeug's build, though they learn how when they are first asked."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.routing import BuildError, Map, Rule

from marketplace.web.addresses import Route

ASKED: list[tuple[str, dict[str, Any]]] = [
    ("show", {"slug": "kain cual/merah", "page": 2}),
    ("show", {"slug": "kain", "page": 1}),
    ("show", {"slug": "kain", "page": 3, "sort": "price", "self": 1}),
    ("named", {"rule": "tiga", "self": "empat"}),
    ("show", {"page": 2}),
]


def built(kind: type[Rule], endpoint: str, values: dict[str, Any]) -> str | None:
    rules = [
        kind("/pieces/<slug>/", endpoint="show", defaults={"page": 1}),
        kind("/pieces/<slug>/<int:page>", endpoint="show"),
        kind("/named/<rule>/<self>", endpoint="named"),
    ]
    addresses = Map(rules).bind("kriyaloka.example")
    try:
        return [addresses.build(endpoint, dict(values)) for _ in range(2)][1]
    except BuildError:
        return None


@pytest.mark.parametrize(("endpoint", "values"), ASKED)
def test_an_address_is_that_of_werkzeug(endpoint: str, values: dict[str, Any]) -> None:
    assert built(Route, endpoint, values) == built(Rule, endpoint, values)


def test_most_are_built() -> None:
    assert [built(Route, *asked) is None for asked in ASKED] == [False] * 4 + [True]
