"""`next=` stays on the site."""

from __future__ import annotations

import pytest

from marketplace.web.account.returning import on_site

HOSTILE = [
    "http://evil.example/",
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "/%0d%0aLocation:\x00//evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "mailto:evil@evil.example",
    "http:evil.example",
    "https:///evil.example",
    "http:/\\evil.example",
    "evil.example",
    "@evil.example",
    "/..//evil.example",
    "/.//evil.example",
    "/account//evil.example",
    "/\u2028/evil.example",
    "/\u3002evil.example",
    "／／evil.example",
    "/account\\..\\..\\evil",
    "/\x7f/evil.example",
    "",
    "/" + "a" * 2000,
]


@pytest.mark.parametrize("address", HOSTILE)
def test_refuses_what_might_lead_away(address: str) -> None:
    assert on_site(address) is None


@pytest.mark.parametrize(
    "address",
    ["/", "/checkout", "/en/checkout?a=1&b=http://x", "/products/kain-3f9k2m8qpz#gallery", "/search?q=%2F%2Fevil"],
)
def test_lets_paths_of_the_site_through(address: str) -> None:
    assert on_site(address) == address
