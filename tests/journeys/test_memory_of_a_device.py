"""What a device remembers by itself, and forgets when asked to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.conftest import Site
from tests.journeys.steps import address

pytestmark = pytest.mark.browser


def test_words_and_pieces_come_back_and_are_forgotten(site: Site, visit: Any) -> None:
    page = visit()
    for path in ("/en/search?q=zzzzqqqq", "/en/search?q=pewter", "/en/search?q=cual", "/en/search?q=Pewter"):
        page.goto(path)
    page.goto("/en/")
    panel = page.locator(".recent-searches--panel").first
    assert not panel.is_visible()
    field = page.get_by_role("combobox").first
    field.focus()
    assert panel.get_by_role("link").all_inner_texts() == ["Pewter", "cual"]
    field.press_sequentially("c")
    assert not panel.is_visible()
    field.fill("")
    field.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") == "Pewter"
    page.keyboard.press("Escape")
    assert not panel.is_visible()

    page.goto("/en/search?q=zzzzqqqq")
    lost = page.locator("main recent-searches").filter(has=page.get_by_role("button"))
    assert lost.get_by_role("link").all_inner_texts() == ["Pewter", "cual"]
    lost.get_by_role("button", name="Forget these").click()
    assert not lost.is_visible()
    page.reload()
    assert not lost.is_visible()

    for piece in (site.cast.shawl, site.cast.plaque):
        page.goto(address(piece))
    page.goto("/en/")
    seen = page.locator("recent-pieces")
    assert [one.get_attribute("href") for one in seen.get_by_role("link").all()] == [
        address(piece) for piece in (site.cast.plaque, site.cast.shawl)
    ]
    seen.get_by_role("button", name="Forget these").click()
    assert not seen.is_visible()
    left = page.evaluate("Object.keys(localStorage)")
    assert [one for one in left if one != "kriyaloka.letters"] == [], "the letters of the house are of nobody"
