"""What people do on the pages, one line each; in English, whose words stand in the templates."""

from __future__ import annotations

import re
from typing import Any

from catalog.products.models import Product


def address(product: Product, prefix: str = "/en") -> str:
    return f"{prefix}/products/{product.slug}-{product.code}"


def put_into_cart(page: Any, product: Product) -> None:
    page.goto(address(product))
    page.get_by_role("button", name="Put into the cart").click()
    page.wait_for_url(re.compile(r"/en/cart"))


def choose(one: Any) -> None:
    """As a finger does it: on the label, once it stands still."""
    if not one.is_checked():
        one.locator("xpath=ancestor::label[1]").click()
    assert one.is_checked()


def check_out(
    page: Any,
    email: str = "tamu@contoh.example",
    method: str = "bank-transfer",
    delivery: str = "pickup",
    leads_to: str = r"/en/purchases/",
) -> str:
    """From the cart to the page that follows the purchase; its address."""
    page.goto("/en/cart")
    page.get_by_role("link", name="To checkout").click()
    page.locator('input[name="recipient"]').fill("Tamu Contoh")
    page.locator('input[name="phone"]').fill("0812 3456 7890")
    page.locator('input[name="email"]').fill(email)
    page.locator('input[name="place_q"]').fill("Mentok")
    page.get_by_role("button", name="Find", exact=True).click()
    choose(page.locator('input[name="place_code"]').first)
    page.get_by_role("button", name="Use this place").click()
    page.locator('input[name="address"]').fill("Jalan Contoh 5, dekat pasar")
    page.locator('input[name="postal_code"]').fill("33311")
    for option in page.locator(f'input[name^="deliveries-"][value^="{delivery}"]').all():
        choose(option)
    choose(page.locator(f'input[name="payment_method"][value="{method}"]'))
    page.get_by_role("button", name="Show the total").click()
    assert page.locator('input[name="recipient"]').input_value() == "Tamu Contoh", "what was typed is kept"
    page.get_by_role("button", name="Order and pay").click()
    page.wait_for_url(re.compile(leads_to))
    return str(page.url)


def confirm_transfer(page: Any, sum_: str, reference: str) -> None:
    """The operator types what the bank statement says."""
    page.goto("/en/operator/payments")
    page.locator('input[name="amount"]').fill(sum_)
    page.locator('input[name="reference"]').fill(reference)
    page.get_by_role("button", name="Confirm the transfer").click()


def ship(page: Any, seller: str, code: str) -> None:
    """The artisan accepts an order and hands it over."""
    page.goto(f"/en/seller/{seller}/orders/{code}")
    page.get_by_role("button", name="Accept the order").click()
    page.goto(f"/en/seller/{seller}/orders/{code}")
    page.locator("form#shipment button[type=submit]").last.click()
