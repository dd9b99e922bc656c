"""The first view waits for little: styles of what it shows, a light picture, no script."""

from __future__ import annotations

import re
from pathlib import Path

from marketplace.web.assets import BUYING

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
    assert not used & BUYING


def test_pages_that_use_styles_of_buying_link_them() -> None:
    for path in TEMPLATES.rglob("*.html"):
        name = str(path.relative_to(TEMPLATES))
        if "storefront" in name or name.startswith("account"):
            reach = reached([name])
            if "layouts/desk.html" not in reach and "layouts/base.html" in reach:
                used = {Path(one).stem for one in reach if one.startswith("components/")} & BUYING
                linked = any("css_bundle('buying')" in (TEMPLATES / one).read_text() for one in reach)
                assert linked or not used, f"{name} uses {used}"


def test_letters_and_scripts_come_after_the_page_only_where_a_script_will_bring_them() -> None:
    """A page whose `html` waits for them must link what ends the waiting; without scripts nothing waits."""
    tokens = (TEMPLATES.parent / "static/css/tokens.css").read_text()
    assert re.search(r"@media not \(scripting: none\) {\s*\[data-letters\]\[data-letters\]", tokens)
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        brings = "{% block scripts %}\n<script src=\"{{ asset('js/arrival.js') }}\" async></script>" in text
        assert ("data-letters=" in text) is ("data-scripts=" in text) is brings, path.name
        assert brings is ("js/arrival.js" in text), path.name
    for path in (TEMPLATES.parent / "static/css").rglob("*.css"):
        for before in re.split(r"@media not \(scripting: none\)", path.read_text())[:1]:
            assert "[data-scripts]" not in before, f"{path.name}: where no script runs, none is on its way"
