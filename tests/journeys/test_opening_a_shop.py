"""An artisan asks for a shop, is let in, makes a piece with a photo, a curator puts it on sale and on the home page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from catalog.db import transaction
from tests import factories
from tests.journeys import steps
from tests.journeys.conftest import Site, photo

pytestmark = pytest.mark.browser


def save(page: Any) -> None:
    page.get_by_role("button", name="Save", exact=True).last.click()


def test_from_the_application_to_the_home_page(site: Site, visit: Any, tmp_path: Path) -> None:
    with transaction():
        wati = factories.user("Wati", email="wati@contoh.example")
    page = visit(wati)
    page.goto("/en/account/applications/new")
    page.locator('input[name="name"]').fill("Anyaman Contoh Wati")
    steps.choose(page.locator('input[name="kind"]').first)
    steps.choose(page.locator('input[name="crafts"]').first)
    page.locator('input[name="place_q"]').fill("Kelapa")
    page.locator('input[name="address"]').fill("Jalan Contoh 9")
    page.locator('input[name="phone"]').fill("0812 3456 7890")
    page.get_by_role("button", name="Send the application").last.click()
    if page.locator('input[name="place_code"][type="radio"]').count():
        steps.choose(page.locator('input[name="place_code"]').first)
        page.get_by_role("button", name="Send the application").last.click()
    page.wait_for_url(re.compile(r"/en/account/applications/[0-9a-z]+$"))

    operator = visit(site.cast.tono)
    operator.goto("/en/operator/applications")
    operator.get_by_role("link", name=re.compile("Anyaman Contoh Wati")).first.click()
    operator.get_by_role("button", name="Open the shop").click()
    mails = site.mails("wati@contoh.example")
    assert any("Toko Anda sudah buka" in text for text in mails)

    page.goto("/en/account/")
    page.locator("main").get_by_role("link", name=re.compile("Anyaman Contoh Wati")).first.click()
    page.wait_for_url(re.compile(r"/en/seller/[0-9a-z]+/"))
    desk = re.search(r"/en/seller/[0-9a-z]+/", page.url)[0]  # type: ignore[index]
    photo(1, (1300, 1600)).save(tmp_path / "kamera.jpg", quality=80)
    page.goto(f"{desk}products/new")
    page.locator('input[name="pictures"]').set_input_files(str(tmp_path / "kamera.jpg"))
    page.locator('input[name="title"]').fill("Tas pandan anyam silang")
    page.get_by_role("button", name="Keep as a draft").click()
    page.wait_for_url(re.compile(r"/products/[0-9a-z]{6,}"))
    piece = re.search(r".*/products/[0-9a-z]{6,}", page.url)[0]  # type: ignore[index]

    page.goto(f"{piece}/edit")
    page.locator('select[name="craft"]').select_option(index=1)
    page.locator('textarea[name="description"]').fill(
        "Tas pandan yang dianyam tangan di Kelapa, tiga minggu kerja, dengan tutup dan tali."
    )
    for name in ("materials", "techniques"):
        steps.choose(page.locator(f'input[name="{name}"]').first)
    steps.choose(page.locator('input[name="animal_material"][value="none"]'))
    page.locator('textarea[name="care"]').fill("Jemur sebentar di tempat teduh.")
    save(page)
    page.goto(f"{piece}/variants")
    page.locator('input[name="variants-0-price"]').fill("350.000")
    page.locator('input[name="variants-0-stock"]').fill("4")
    steps.choose(page.locator('input[name="variants-0-fulfilment"][value="ready"]'))
    page.locator('input[name="variants-0-dispatch_days"]').fill("2")
    page.locator('input[name="variants-0-weight"]').fill("450")
    for side, length in (("length", "35"), ("width", "30"), ("height", "12")):
        page.locator(f'input[name="variants-0-{side}"]').fill(length)
    save(page)
    page.goto(f"{piece}/pictures")
    page.locator("textarea[name^='alt'], textarea").first.fill("Tas pandan dari depan, di atas meja kayu")
    save(page)
    page.goto(piece)
    page.get_by_role("button", name="Send it to the curators").click()
    assert page.get_by_text("The curators are looking at it").count(), page.locator("main").inner_text()

    stranger = visit()
    stranger.goto("/en/search?q=pandan")
    assert "Tas pandan anyam silang" not in stranger.content(), "not before a curator has looked at it"

    curator = visit(site.cast.dewi)
    curator.goto("/en/curator/submissions")
    curator.get_by_role("link", name=re.compile("Tas pandan")).first.click()
    curator.get_by_role("button", name="Put it on sale").click()
    site.work()
    stranger.goto("/en/search?q=pandn")
    assert "Tas pandan anyam silang" in stranger.inner_text("main"), "found at once, though one letter is missing"
    stranger.get_by_role("link", name=re.compile("Tas pandan")).first.click()
    loaded = stranger.locator("main img").first.evaluate("image => image.decode().then(() => image.naturalWidth)")
    assert loaded > 100

    curator.goto("/en/curator/collections/new")
    curator.locator('input[name="title"]').fill("Anyaman dari Kelapa")
    curator.get_by_role("button", name="Create the collection").click()
    curator.wait_for_url(re.compile(r"/en/curator/collections/[0-9a-z]{6,}"))
    curator.locator('input[name="piece"]').fill(stranger.url)
    curator.get_by_role("button", name="Put in").last.click()
    stranger.goto("/")
    assert "Anyaman dari Kelapa" in stranger.content()
    assert "Tas pandan anyam silang" in stranger.content()


def test_a_refusal_reaches_the_applicant_with_its_reason(site: Site, visit: Any) -> None:
    from marketplace.sellers import services as sellers

    with transaction():
        yani = factories.user("Yani", email="yani@contoh.example")
        sellers.apply(
            yani, "Batik Contoh Yani", "19.05.04", "Jalan Contoh 3", "0812 3456 7890", [factories.craft().slug]
        )
    reason = "Alamat bengkel belum lengkap: tulis nama jalan dan nomornya."
    operator = visit(site.cast.tono)
    operator.goto("/en/operator/applications")
    operator.get_by_role("link", name=re.compile("Batik Contoh Yani")).first.click()
    operator.locator('textarea[name="reason"]').fill(reason)
    operator.get_by_role("button", name="Refuse with this reason").click()
    assert any(reason in " ".join(text.split()) for text in site.mails("yani@contoh.example"))
    page = visit(yani)
    page.goto("/en/account/applications")
    assert reason in page.content()
