"""Choosing one of several: the price above follows at once; without a script every choice tells its own."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.db import transaction
from catalog.money import Money
from catalog.products.prices import set_breaks
from tests import factories
from tests.journeys.conftest import Site, hang_pictures
from tests.journeys.steps import address

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def plate(site: Site) -> Any:
    with site.app.app_context():
        with transaction():
            piece = factories.product(site.cast.ratnas, "Piring lidi nipah", price=18_000, variants=2)
            for variant, least in zip(piece.variants, (16_500, 60_000), strict=True):
                set_breaks(variant, [(5, Money(least))])
        hang_pictures(site.app)
    return piece


def test_the_price_follows_what_is_chosen(plate: Any, visit: Any) -> None:
    page = visit()
    page.goto(address(plate))
    above = page.locator("price-of-choice")
    assert above.inner_text().split() == ["from", "Rp18,000"]
    page.get_by_role("radio", name="Size 2").check()
    above.get_by_text("Rp60,000").wait_for()
    assert above.locator(".price").inner_text() == "Rp68,000"
    page.get_by_role("radio", name="Size 1").check()
    above.get_by_text("Rp16,500").wait_for()
    assert above.locator(".price").inner_text() == "Rp18,000"
    page.get_by_role("button", name="Put into the cart").click()
    page.wait_for_url("**/cart")
    assert page.get_by_text("Rp18,000").count()


def test_what_was_chosen_before_the_script_came_is_followed(plate: Any, visit: Any) -> None:
    page = visit(first=True)
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { document.querySelectorAll('[name=variant]')[1].checked = true; })"
    )
    page.goto(address(plate))
    page.locator("price-of-choice").get_by_text("Rp60,000").wait_for()


def test_without_a_script_every_choice_tells_its_own(plate: Any, visit: Any) -> None:
    page = visit(java_script_enabled=False)
    page.goto(address(plate))
    assert page.locator("price-of-choice").inner_text().split() == ["from", "Rp18,000"]
    small, large = (one.inner_text() for one in page.locator(".variant-picker__option").all())
    assert "Rp18,000" in small and "5 or more: Rp16,500" in small
    assert "Rp68,000" in large and "5 or more: Rp60,000" in large


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(plate: Any, visit: Any, scheme: str) -> None:
    page = visit(axe=True, color_scheme=scheme)
    page.goto(address(plate))
    page.get_by_role("radio", name="Size 2").check()
    page.locator("price-of-choice").get_by_text("Rp60,000").wait_for()
    found = page.evaluate("axe.run(document.querySelector('.product__buy')).then((told) => told.violations)")
    assert not found, found
