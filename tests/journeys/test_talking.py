"""A guest asks about a piece, signs in and finds the words again; the weaver answers; also without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests import factories
from tests.journeys.conftest import Site

pytestmark = pytest.mark.browser

LEAK = "Bisa lewat WA saya 0812 3456 7890?"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_asking_and_answering(site: Site, visit: Any, scripts: bool) -> None:
    cast, piece = site.cast, site.cast.shawl if scripts else site.cast.plaque
    seller, shop = (cast.ratna, cast.ratnas) if scripts else (cast.budi, cast.budis)
    page = visit(java_script_enabled=scripts)
    page.goto(f"/en/products/{piece.slug}-{piece.code}")
    page.get_by_text("Ask the maker").click()
    page.get_by_label(re.compile("Your question to")).fill(LEAK)
    page.get_by_role("button", name="Ask").click()
    page.get_by_label("E-mail address").fill("sari@contoh.example")
    page.get_by_label("Password", exact=True).fill(factories.PASSWORD)
    page.locator("main form").get_by_role("button", name="Sign in").click()
    assert page.get_by_label("Your question").input_value() == LEAK
    assert page.get_by_role("alert").get_by_text("Better keep it here").count() == 1
    page.get_by_label("Your question").fill("Apakah ada yang merah?")
    page.get_by_role("button", name="Send it anyway").click()
    assert page.get_by_text("Apakah ada yang merah?").count() == 1

    desk = visit(seller, java_script_enabled=scripts)
    desk.goto(f"/en/seller/{shop.code}/")
    desk.get_by_role("link", name="Sari").first.click()
    if scripts:
        desk.locator("read-mark[hidden]").wait_for(state="attached")
    else:
        desk.get_by_role("button", name="Mark as read").click()
        assert desk.get_by_role("button", name="Mark as read").count() == 0
    desk.goto(f"/en/seller/{shop.code}/conversations")
    desk.get_by_role("link", name="Sari").first.click()
    desk.get_by_label("Your answer").fill("Ada, tinggal tiga helai.")
    desk.get_by_role("button", name="Send").click()
    page.goto("/en/account/conversations")
    assert page.locator(".conversation-row", has_text=shop.name).get_by_text("Ada, tinggal tiga helai.").count() == 1
