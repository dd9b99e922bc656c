"""Choosing one of several: the price above follows at once; without a script every choice tells its own."""

from __future__ import annotations

import re
from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.inventory.models import Stock
from catalog.money import Money
from catalog.products.models import PriceSpan
from catalog.products.prices import set_breaks
from tests import factories
from tests.journeys.conftest import Site, hang_pictures
from tests.journeys.steps import address, choose

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


@pytest.fixture(scope="module")
def cover(site: Site) -> Any:
    """Small and large, in white and green: large and green is not made, small and green is sold out."""
    with site.app.app_context():
        with transaction():
            piece = factories.product(site.cast.ratnas, "Sarung bantal cual", price=150_000)
            factories.combined(piece, {"size": ("small", "large"), "colour": ("white", "green")}, [("large", "green")])
            for variant, price, left in zip(piece.variants, (150_000, 150_000, 190_000), (3, 0, 2), strict=True):
                variant.price = Money(price)
                db.session.get_one(Stock, variant.id).on_hand = left
            db.session.flush()
            db.session.execute(db.delete(PriceSpan).where(PriceSpan.until.is_not(None)))  # it never cost anything else
        hang_pictures(site.app)
    return piece


def pick(page: Any, name: str) -> None:
    choose(page.get_by_role("radio", name=re.compile(f"^{name}")))


def test_what_the_values_are_together_is_told_at_once(cover: Any, visit: Any) -> None:
    page = visit()
    page.goto(address(cover))
    panel, above = page.locator(".option-groups__chosen"), page.locator("price-of-choice")
    assert "white" in panel.inner_text() and "Rp150,000" in panel.inner_text()
    page.get_by_role("radio", name="green (sold out)").wait_for()
    pick(page, "large")
    panel.get_by_text("Rp190,000").wait_for()
    assert above.inner_text().split() == ["Rp190,000"] and "2 left" in panel.inner_text()
    green = page.get_by_role("radio", name="green (not with what else is chosen)")
    assert green.is_enabled(), "a value that is crossed out can be reached and chosen"
    page.get_by_role("radio", name="white").focus()
    page.keyboard.press("ArrowRight")
    panel.get_by_text("There is none of these together.").wait_for()
    assert green.is_checked() and above.inner_text().split() == ["from", "Rp150,000"]
    pick(page, "small")
    panel.get_by_text("Sold out").wait_for()
    page.get_by_text("All there is, with price and day").click()
    page.get_by_role("link", name="Rp190,000").click()
    panel.get_by_text("Rp190,000").wait_for()
    assert "?" not in page.url, "nothing was loaded anew"
    page.get_by_role("button", name="Put into the cart").click()
    page.wait_for_url("**/cart")
    assert "large" in page.locator("main").inner_text() and page.get_by_text("Rp190,000").count()


def test_without_a_script_the_shop_says_which_there_are(cover: Any, visit: Any) -> None:
    page = visit(java_script_enabled=False)
    page.goto(address(cover))
    pick(page, "large")
    pick(page, "green")
    page.locator('input[name="quantity"]').fill("2")
    page.get_by_role("button", name="Put into the cart").click()
    told = page.get_by_role("group", name="Colour")
    assert "“large · green” does not exist. With “large” you can have: white." in told.inner_text()
    assert page.locator('input[name="quantity"]').input_value() == "2"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    pick(page, "white")
    page.get_by_role("button", name="Put into the cart").click()
    page.wait_for_url("**/cart")
    assert page.locator('input[name="quantity"]').input_value() == "2"
    page.goto(address(cover))
    page.get_by_text("All there is, with price and day").click()
    page.get_by_role("link", name="Rp190,000").click()
    assert page.get_by_role("radio", name="large").is_checked(), "and each can be looked at by itself"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_choose_by_values(cover: Any, visit: Any, scheme: str) -> None:
    page = visit(axe=True, color_scheme=scheme)
    page.goto(address(cover))
    page.get_by_text("All there is, with price and day").click()
    pick(page, "large")
    page.locator(".option-groups__chosen").get_by_text("Rp190,000").wait_for()
    found = page.evaluate("axe.run(document.querySelector('.product__buy')).then((told) => told.violations)")
    assert not found, found
    for chip in page.locator(".option-groups .choices__option").all():
        assert chip.bounding_box()["height"] >= 44


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(plate: Any, visit: Any, scheme: str) -> None:
    page = visit(axe=True, color_scheme=scheme)
    page.goto(address(plate))
    page.get_by_role("radio", name="Size 2").check()
    page.locator("price-of-choice").get_by_text("Rp60,000").wait_for()
    found = page.evaluate("axe.run(document.querySelector('.product__buy')).then((told) => told.violations)")
    assert not found, found
