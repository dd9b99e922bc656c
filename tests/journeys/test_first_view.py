"""What a first view waits for, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser

ENDED = "performance.getEntriesByType('navigation')[0].domContentLoadedEventStart"


def test_the_end_of_a_page_waits_for_its_style(site: Site, visit: Any) -> None:
    """Browsers style and lay out what they have read when a page ends: without its style that would be thrown away."""
    page = visit()
    held: list[Any] = []
    page.route("**/*.css", lambda route: held.append(route))
    page.goto("/en/products", wait_until="commit")
    page.wait_for_selector("footer", state="attached")
    page.wait_for_timeout(300)
    assert held and page.evaluate(ENDED) == 0
    for route in held:
        route.continue_()
    page.wait_for_load_state("domcontentloaded")
    assert page.evaluate(ENDED) > 0
    page.wait_for_function("() => !!customElements.get('filter-form') && !document.documentElement.dataset.letters")


def test_a_style_that_never_comes_holds_nothing_back(site: Site, visit: Any) -> None:
    page = visit()
    page.route("**/*.css", lambda route: route.fulfill(status=404))
    page.goto("/en/products")
    page.wait_for_function("() => !!customElements.get('filter-form')")
    assert page.locator("#listing").is_visible()
