"""The first view waits for little: styles of what it shows, a light picture, no script."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog import clock
from catalog.collections.services import create_collection, place
from catalog.crafts.models import Motif
from catalog.db import db, transaction
from catalog.makers.models import Maker
from catalog.products.models import Product
from marketplace.web.assets import BUYING
from tests import factories
from tests.cast import Cast

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
LOOKING = (
    "home",
    "products",
    "crafts",
    "techniques",
    "materials",
    "motifs",
    "makers",
    "places",
    "collections",
    "search",
)
FIRST_WINDOW = 10 * 1460
"""Bytes that a server may send before it has heard that anything arrived: ten segments, RFC 6928."""
NAMED = re.compile(r'{%-?\s*(?:from|import|include|extends)\s+"([^"]+)"')


def reached(names: list[str]) -> set[str]:
    """These templates and all that they name, and what those name."""
    found: set[str] = set()
    while names:
        name = names.pop()
        if name not in found and (TEMPLATES / name).exists():
            found.add(name)
            names += NAMED.findall((TEMPLATES / name).read_text())
    return found


def test_pages_of_looking_around_need_no_styles_of_buying() -> None:
    pages = [
        str(path.relative_to(TEMPLATES)) for one in LOOKING for path in (TEMPLATES / "storefront" / one).glob("*.html")
    ]
    assert len(pages) > 20
    used = {Path(name).stem for name in reached(pages) if name.startswith("components/")}
    assert used & BUYING == {"photo_input"}, "which a piece that asks for a picture links"


def test_pages_that_use_styles_of_buying_link_them() -> None:
    for path in TEMPLATES.rglob("*.html"):
        name = str(path.relative_to(TEMPLATES))
        if "storefront" in name or name.startswith("account"):
            reach = reached([name])
            if "layouts/desk.html" not in reach and "layouts/base.html" in reach:
                used = {Path(one).stem for one in reach if one.startswith("components/")} & BUYING
                linked = any("css_bundle('buying')" in (TEMPLATES / one).read_text() for one in reach)
                assert linked or not used, f"{name} uses {used}"


@pytest.mark.parametrize("page", ["motifs", "makers", "collections"])
def test_the_first_picture_of_a_list_comes_first_and_alone(page: str, client: FlaskClient, cast: Cast) -> None:
    """One without a picture before it does not take its place."""
    with transaction():
        for maker in db.session.scalars(db.select(Maker).order_by(Maker.name).offset(1)):
            maker.emblem = factories.image()
        for number in range(3):
            craft = factories.craft(f"kriya-{number}", f"Kriya {number}")
            for name in ("Awan", "Bunga", "Cakar"):
                image = factories.image() if number and name != "Awan" else None
                db.session.add(
                    Motif(slug=f"{name}-{number}".lower(), name=f"{name} {number}", craft=craft, image=image)
                )
            made = create_collection(f"Kumpulan {number}", clock.now() - timedelta(days=number + 1))
            made.image = factories.image() if number else None
            place(made, db.session.get_one(Product, cast.shawl.id))
    pictures = re.findall(r"<img [^>]+>", client.get(f"/{page}").text.split("<main", 1)[1].split("</main", 1)[0])
    assert pictures and "fetchpriority" in pictures[0] and "lazy" not in pictures[0]
    assert all("fetchpriority" not in one and 'loading="lazy"' in one for one in pictures[1:])


def classes(*sheets: str) -> set[str]:
    css = "".join((TEMPLATES.parent / "static/css" / one).read_text() for one in sheets)
    return set(re.findall(r"\.([a-z][a-z0-9_-]+)", re.sub(r"/\*.*?\*/|url\([^)]*\)", "", css, flags=re.S)))


def test_pages_that_use_what_only_the_second_sheet_has_link_it() -> None:
    folder = TEMPLATES.parent / "static/css/components"
    first = [f"components/{path.name}" for path in folder.glob("*.css") if path.stem not in BUYING]
    only = classes("pages/buying.css") - classes("pages/storefront.css", "layout.css", "utilities.css", *first)
    assert {"error__text", "form-page", "cart"} <= only
    for path in TEMPLATES.rglob("*.html"):
        reach = reached([str(path.relative_to(TEMPLATES))])
        if "layouts/storefront.html" in reach and path.parent.name != "layouts":
            texts = [(TEMPLATES / one).read_text() for one in reach if not one.startswith("components/")]
            used = only & {
                name for text in texts for named in re.findall(r'class="([^"]+)"', text) for name in named.split()
            }
            assert any("css_bundle('buying')" in text for text in texts) or not used, f"{path} uses {used}"


def test_the_style_of_a_first_view_comes_in_one_go(client: FlaskClient) -> None:
    """A second go costs a way there and back: with its headers it fits into the first window of a connection."""
    sheet = re.search(r'href="(/assets/storefront\.[^"]+\.css)"', client.get("/products").text)
    assert sheet
    answer = client.get(sheet[1], headers={"Accept-Encoding": "br"})
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    assert answer.headers["Content-Encoding"] == "br"
    assert head + len(answer.data) + 70 < FIRST_WINDOW, (
        "70 for what the server itself adds: the first line, its name, the date"
    )


def test_letters_and_scripts_come_after_the_page_only_where_a_script_will_bring_them() -> None:
    """A page whose `html` waits for them must link what ends the waiting; without scripts nothing waits."""
    tokens = (TEMPLATES.parent / "static/css/tokens.css").read_text()
    assert re.search(r"@media not \(scripting: none\) {\s*\[data-letters\]\[data-letters\]", tokens)
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        brings = "{% block scripts %}\n<script src=\"{{ asset('js/arrival.js') }}\" defer></script>" in text
        assert ("data-letters=" in text) is ("data-scripts=" in text) is brings, path.name
        assert brings is ("js/arrival.js" in text), path.name
    for path in (TEMPLATES.parent / "static/css").rglob("*.css"):
        for before in re.split(r"@media not \(scripting: none\)", path.read_text())[:1]:
            assert "[data-scripts]" not in before, f"{path.name}: where no script runs, none is on its way"
