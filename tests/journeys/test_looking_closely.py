"""A picture close up on a phone: it opens where it was touched, by keys at the point that its maker calls important."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.media import pipeline
from catalog.media.services import store
from catalog.products.models import Product
from tests import factories
from tests.journeys.conftest import Site, hang_pictures, photo
from tests.journeys.steps import address

pytestmark = pytest.mark.browser

WIDE, TALL = 1200, 2000
"""In a frame of 4:5 a quarter of its height is cut off."""

CENTRE = """() => {
  const dialog = document.querySelector("dialog"), image = dialog.querySelector("img");
  return [(dialog.scrollLeft + dialog.clientWidth / 2) / image.offsetWidth, (dialog.scrollTop + dialog.clientHeight / 2) / image.offsetHeight];
}"""


@pytest.fixture(scope="module")
def cloth(site: Site) -> Any:
    """A tall picture whose motif lies below on the right."""
    storage = site.app.extensions["house"].ports.storage
    with site.app.app_context():
        with transaction():
            piece = factories.product(site.cast.ratnas, "Kain cual panjang")
        hang_pictures(site.app)
        with transaction():
            kept = db.session.get_one(Product, piece.id).pictures[0]
            kept.image = store(
                storage, pipeline.prepare(photo(2, (WIDE, TALL))), owner=site.cast.ratnas.code, alt="Kain"
            )
            kept.image.focal_x, kept.image.focal_y = 70, 70
    return piece


def near(found: list[float], wanted: tuple[float, float]) -> bool:
    return all(abs(one - other) < 0.02 for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize(("across", "down"), [(0.5, 0.5), (0.3, 0.6)])
def test_it_opens_where_it_was_touched(cloth: Any, visit: Any, across: float, down: float) -> None:
    page = visit(has_touch=True)
    page.goto(address(cloth))
    picture = page.locator(".gallery__zoom img")
    box = picture.bounding_box()
    page.touchscreen.tap(box["x"] + across * box["width"], box["y"] + down * box["height"])
    page.locator("dialog img").wait_for()
    whole = box["width"] * TALL / WIDE
    cut_off = 0.85 * (whole - box["height"])  # most of it above: the point lies below (picture.css)
    assert near(page.evaluate(CENTRE), (across, (down * box["height"] + cut_off) / whole))
    assert page.evaluate("!document.querySelector('dialog img').getAttribute('style')")


def test_by_keys_it_opens_at_its_point_and_closes(cloth: Any, visit: Any) -> None:
    page = visit()
    page.goto(address(cloth))
    link = page.locator(".gallery__zoom")
    link.focus()
    page.keyboard.press("Enter")
    page.locator("dialog img").wait_for()
    assert near(page.evaluate(CENTRE), (0.7, 0.7))
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    assert link.evaluate("one => one === document.activeElement")


def test_on_a_desk_what_is_wide_enough_is_not_moved(cloth: Any, visit: Any) -> None:
    page = visit(viewport={"width": 1280, "height": 900})
    page.goto(address(cloth))
    page.locator(".gallery__zoom").click()
    page.locator("dialog img").wait_for()
    assert page.evaluate("document.querySelector('dialog').scrollLeft") == 0
