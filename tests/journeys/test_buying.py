"""A guest orders from two shops, pays, is sent both parcels, and follows them by the mail's link; also without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from catalog.db import db
from marketplace.orders.models import Order, OrderState, Purchase
from tests.journeys import steps
from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser


def orders(code: str) -> list[Order]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(db.select(Order).join(Purchase).where(Purchase.code == code).order_by(Order.id)))


def code_in(url: str) -> str:
    found = re.search(r"/purchases/([0-9a-z]+)", url)
    assert found
    return found[1]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_guest_buys_from_two_shops_and_follows_both_parcels(site: Site, visit: Any, scripts: bool) -> None:
    cast = site.cast
    email = f"tamu-{scripts}@contoh.example".lower()
    page = visit(java_script_enabled=scripts)
    page.goto("/en/")
    page.goto("/en/products")
    page.get_by_role("link", name=re.compile("Cual shawl")).first.click()
    page.wait_for_url(re.compile("/en/products/selendang"))
    steps.put_into_cart(page, cast.shawl)
    steps.put_into_cart(page, cast.plaque)
    assert page.get_by_text(cast.ratnas.name).count() and page.get_by_text(cast.budis.name).count(), "grouped per shop"
    url = steps.check_out(page, email)
    code = code_in(url)
    assert len(orders(code)) == 2
    assert {one.state for one in orders(code)} == {OrderState.AWAITING_PAYMENT}
    shown = page.locator(".payment-box__sum").inner_text()

    operator = visit(cast.tono, java_script_enabled=scripts)
    steps.confirm_transfer(operator, shown, f"TRX-{code}")
    assert {one.state for one in orders(code)} == {OrderState.TO_CONFIRM}

    for person, shop in ((cast.ratna, cast.ratnas), (cast.budi, cast.budis)):
        (order,) = (one for one in orders(code) if one.seller_id == shop.id)
        steps.ship(visit(person, java_script_enabled=scripts), shop.code, order.code)
    assert {one.state for one in orders(code)} <= {OrderState.SHIPPED, OrderState.DELIVERED}

    later = visit(java_script_enabled=scripts)
    later.goto(site.link(email, "/purchases/"))
    assert "Thank you, Tamu Contoh" in later.locator("h1").inner_text()
    assert later.locator(".timeline").count() == 2
    later.get_by_role("button", name=re.compile("all is well")).first.click()
    assert OrderState.COMPLETED in {one.state for one in orders(code)}


def test_the_link_of_one_purchase_opens_no_other(site: Site, visit: Any) -> None:
    page = visit()
    steps.put_into_cart(page, site.cast.plaque)
    url = steps.check_out(page, "lain@contoh.example")
    stranger = visit()
    assert stranger.goto(url.split("?")[0]).status == 404
    assert stranger.goto(url).status == 200


def test_mistakes_at_the_checkout_are_named_and_what_was_typed_stays(site: Site, visit: Any) -> None:
    page = visit()
    steps.put_into_cart(page, site.cast.plaque)
    page.goto("/en/checkout")
    page.locator('input[name="recipient"]').fill("Tamu")
    page.locator('input[name="email"]').fill("bukan-alamat")
    page.locator('input[name="place_q"]').fill("Tempatyangtiada")
    page.get_by_role("button", name="Find", exact=True).click()
    assert page.get_by_text("No place of that name was found").count()
    assert page.locator('input[name="email"]').input_value() == "bukan-alamat"


def test_the_language_changes_and_the_page_stays(site: Site, visit: Any) -> None:
    page = visit()
    page.goto(steps.address(site.cast.shawl, ""))
    assert page.locator("html").get_attribute("lang") == "id"
    page.locator('a[hreflang="en"], a[lang="en"]').first.click()
    page.wait_for_url(re.compile("/en/products/"))
    assert page.locator("html").get_attribute("lang") == "en"
    assert "Cual shawl" in page.locator("h1").inner_text()
    page.locator('a[hreflang="id"], a[lang="id"]').first.click()
    page.wait_for_url(re.compile(r"//[^/]+/products/"))
    assert "Selendang" in page.locator("h1").inner_text()


def test_somebody_registers_confirms_and_signs_in(site: Site, visit: Any) -> None:
    page = visit()
    page.goto("/en/account/registration/new")
    page.locator('input[name="name"]').fill("Melati")
    page.locator('input[name="email"]').fill("melati@contoh.example")
    page.locator('input[name="password"]').fill("sungai-baru-pagi-2026")
    page.locator("main form button[type=submit]").last.click()
    page.goto(site.link("melati@contoh.example", "/account/confirmation/"))
    page.locator("main form button[type=submit]").last.click()
    page.goto("/en/account/session/new")
    if "/session/new" in page.url:
        page.locator('input[name="email"]').fill("Melati@contoh.example")
        page.locator('input[name="password"]').fill("sungai-baru-pagi-2026")
        page.get_by_role("button", name="Sign in").last.click()
    page.goto("/en/account/")
    assert page.url.endswith("/en/account/")
    assert "Melati" in page.content()
