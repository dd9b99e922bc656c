"""Photographs of every kind of page, for anyone to look at: `make pictures ARGS=folder` (else `var/pictures/`).

A seeded shop (DATA_DIR, as `make run` leaves it) is shown by the system's Chromium in both languages, on a phone and on
a desk, light and dark. Each picture is named after its page, language, width and light.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.server import ROOT, Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = {390: 844, 1280: 900}
FIXED = {"home": "/", "list": "/products", "search": "/search?q=tenun"}
FIRST = {
    "product": ("/products", "/products/"),
    "motif": ("/motifs", "/motifs/"),
    "craft": ("/crafts", "/crafts/"),
    "maker": ("/makers", "/makers/"),
    "place": ("/places", "/places/19."),
    "collection": ("/collections", "/collections/"),
}
"""The page that lists a kind, and how addresses of one begin; the first of them is shown."""


def addresses(page: Page, base: str) -> dict[str, str]:
    """Name of a picture → path, without those kinds of which the shop has nothing."""
    found = dict(FIXED)
    for name, (listed, begins) in FIRST.items():
        page.goto(base + listed)
        links = page.eval_on_selector_all("main a", "all => all.map(one => one.getAttribute('href'))")
        first = next((one for one in links if one and one.startswith(begins) and len(one) > len(begins)), None)
        if first:
            found[name] = first
    return found


def photograph(base: str, folder: Path) -> int:
    """Take all pictures; how many there are."""
    from playwright.sync_api import sync_playwright

    taken = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox"],
        )
        paths: dict[str, str] = {}
        for width, height in WIDTHS.items():
            for light in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=light)  # type: ignore[arg-type]
                page = context.new_page()
                paths = paths or addresses(page, base)
                for language in ("id", "en"):
                    for name, path in paths.items():
                        page.goto(base + ("/en" if language == "en" else "") + path, wait_until="load")
                        # What lies further down is laid out, and its pictures loaded, when somebody comes near.
                        page.evaluate(
                            "document.querySelectorAll('img[loading=lazy]').forEach(one => one.loading = 'eager');"
                            "document.querySelectorAll('.later, .product-grid__item')"
                            ".forEach(one => one.style.contentVisibility = 'visible')"
                        )
                        _wait_for_images(page)
                        page.screenshot(path=folder / f"{name}-{language}-{width}-{light}.png", full_page=True)
                        taken += 1
                context.close()
        browser.close()
    return taken


def _wait_for_images(page: Page) -> None:
    """Until all images are there, at most ten seconds. Asked again and again: to wait inside the page takes `eval`, which
    our policy forbids."""
    for _ in range(100):
        if page.evaluate("[...document.images].every(one => one.complete)"):
            return
        page.wait_for_timeout(100)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make pictures")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "var/pictures")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with Server("wsgi:app", dict(os.environ), workers=1) as shop:
        count = photograph(f"http://127.0.0.1:{shop.port}", folder)
    print(f"{count} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
