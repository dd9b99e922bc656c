"""Templates: nothing inline, every component complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "emails" not in path.parts and path.name != "email.html"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_inline_script_style_or_handler(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style[\s>]", text)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"\bhx-on", text)
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or "application/ld+json" in script, script
    assert "http://" not in text.replace("http://www.w3.org", "")


COMPONENTS = sorted((ROOT / "templates/components").glob("*.html"))


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_has_its_macro_and_its_styles(path: Path) -> None:
    assert re.search(rf"macro {path.stem}\(", path.read_text()), "macro file = macro"
    shown = (ROOT / "templates/components_gallery.html").read_text()
    shown += "".join(layout.read_text() for layout in (ROOT / "templates/layouts").glob("*.html"))
    shown += "".join(other.read_text() for other in COMPONENTS if other != path)
    assert f"components/{path.name}" in shown, "every component stands in the gallery or in every page"


def test_raw_colours_stand_in_tokens_only() -> None:
    wrong = []
    for path in (ROOT / "static/css").rglob("*.css"):
        if path.name == "tokens.css":
            continue
        css = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text(), flags=re.S)
        if re.search(r"#[0-9a-fA-F]{3,8}\b(?![\w-])|\boklch\(\s*[\d.]|\brgba?\(", css):
            wrong.append(path.name)
    assert not wrong


def test_no_component_names_another_site() -> None:
    for path in (ROOT / "static/js").glob("*.js"):
        assert not re.search(r"https?://", path.read_text()), path.name


@pytest.mark.parametrize(
    "path",
    [one for one in PAGES if "photo_input(" in (text := one.read_text()) and "layouts/storefront.html" in text],
    ids=lambda path: str(path.relative_to(ROOT / "templates")),
)
def test_a_page_that_takes_photos_shows_them_before_they_are_sent(path: Path) -> None:
    """Desks have the module in their bundle; pages of the shop must name it."""
    assert "js/photo-input.js" in path.read_text()
