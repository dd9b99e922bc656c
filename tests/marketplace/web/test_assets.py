"""Static files: hashed addresses that change with their bytes, nothing from outside, nothing unread."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.web import assets as building
from marketplace.web.assets import SCRIPTS, Assets

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    static = tmp_path / "static"
    for name, text in {
        "css/tokens.css": "@layer tokens { :root { --a:1 } }",
        "css/base.css": "@font-face { src: url(../fonts/a.woff2) }",
        "css/components/price.css": ".price { color: var(--a) }",
        "css/pages/storefront.css": "/* a note */\n.home { color: var(--a) }",
        "css/pages/seller.css": ".desk { color: var(--a) }",
        "js/one.js": 'import { b } from "./two.js";\n',
        "js/two.js": "export const b = 1;\n",
    }.items():
        (static / name).parent.mkdir(parents=True, exist_ok=True)
        (static / name).write_text(text)
    (static / "fonts").mkdir()
    (static / "fonts/a.woff2").write_bytes(b"font")
    return static


def test_an_address_changes_with_the_bytes(folder: Path) -> None:
    before = Assets(folder).asset("js/two.js")
    assert before == Assets(folder).asset("js/two.js")
    (folder / "js/two.js").write_text("export const b = 2;\n")
    assert Assets(folder).asset("js/two.js") != before


def test_a_module_changes_when_what_it_imports_does(folder: Path) -> None:
    before = Assets(folder).asset("js/one.js")
    (folder / "js/two.js").write_text("export const b = 2;\n")
    assert Assets(folder).asset("js/one.js") != before


def test_a_stylesheet_changes_with_its_fonts_and_joins_its_layers(folder: Path) -> None:
    assets = Assets(folder)
    before = assets.bundle("storefront")
    css = assets.by_address[before].body.decode()
    assert re.search(r"url\(/assets/fonts/a\.[0-9a-f]{10}\.woff2\)", css)
    assert css.index("--a:1") < css.index(".price") < css.index(".home")
    assert "a note" not in css and ".desk" not in css
    (folder / "fonts/a.woff2").write_bytes(b"another font")
    assert Assets(folder).bundle("storefront") != before


def test_a_surface_gets_its_modules_as_one_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "SCRIPTS", {"storefront": ("three", "four")})
    (folder / "js/three.js").write_text("const kept = 3;\n")
    (folder / "js/four.js").write_text('const kept = "image/*";\n')
    assets = Assets(folder)
    body = assets.by_address[assets.scripts("storefront")].body.decode()
    assert body == '{\nconst kept = 3;\n}\n{\nconst kept = "image/*";\n}\n'
    before = assets.scripts("storefront")
    (folder / "js/four.js").write_text("const kept = 4;\n")
    assert Assets(folder).scripts("storefront") != before
    # Another process must know the address without having rendered a page.
    knowing = Assets(folder)
    knowing.load_all()
    assert Assets(folder).scripts("storefront") in knowing.by_address


def test_a_module_that_imports_is_not_joined(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "SCRIPTS", {"storefront": ("one",)})
    with pytest.raises(ValueError, match="storefront"):
        Assets(folder).scripts("storefront")


def test_every_joined_module_is_there() -> None:
    for names in SCRIPTS.values():
        for name in names:
            assert (ROOT / f"static/js/{name}.js").is_file(), name


def test_an_address_changes_when_any_file_of_it_does(folder: Path) -> None:
    def addresses() -> set[str]:
        assets = Assets(folder)
        assets.load_all()
        return set(assets.by_address)

    before = addresses()
    assert addresses() == before
    (folder / "css/components/price.css").write_text(".price { color: red }")
    assert addresses() != before


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/passwd", "css/../../wsgi.py", "nothing.css", "css", ""])
def test_nothing_outside_the_folder_is_an_asset(folder: Path, name: str) -> None:
    with pytest.raises(LookupError):
        Assets(folder).asset(name)


def test_pages_name_only_files_that_are_there_and_all_are_ours(client: FlaskClient, app: Flask) -> None:
    seen: set[str] = set()
    for path in ("/", "/en/", "/products", "/cart", "/account/session/new", "/nothing"):
        page = client.get(path).text
        named = re.findall(r'(?:href|src)="([^"]+\.(?:css|js|svg|woff2|webmanifest|png|ico)[^"]*)"', page)
        assert named
        seen |= set(named)
    for name in seen:
        assert name.startswith("/"), f"{name} is from elsewhere"
        answer = client.get(name.partition("#")[0])
        assert answer.status_code == 200, name
    for name in [one for one in seen if one.endswith(".css")]:
        for inner in re.findall(r"url\(['\"]?([^)'\"]+)", client.get(name).text):
            if not inner.startswith(("data:", "#")):
                assert client.get(inner.partition("#")[0]).status_code == 200, inner


def test_an_old_address_is_gone_rather_than_wrong(client: FlaskClient) -> None:
    assert client.get("/assets/storefront.0000000000.css").status_code == 404


def test_an_asset_is_not_sent_twice(client: FlaskClient) -> None:
    address = re.search(r'href="(/assets/[^"]+\.css)"', client.get("/").text)
    assert address
    first = client.get(address[1])
    assert client.get(address[1], headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_styles_are_sent_packed_to_who_can_unpack(client: FlaskClient) -> None:
    address = re.search(r'href="(/assets/[^"]+\.css)"', client.get("/").text)
    assert address
    plain = client.get(address[1])
    packed = client.get(address[1], headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "br"
    unwilling = client.get(address[1], headers={"Accept-Encoding": "br;q=0, gzip"})
    assert unwilling.headers["Content-Encoding"] == "gzip" and gzip.decompress(unwilling.data) == plain.data
    assert unwilling.headers["ETag"] == f"W/{plain.headers['ETag']}", "other bytes are never said to be the same"
    assert {one.headers["Vary"] for one in (plain, packed, unwilling)} == {"Accept-Encoding"}, "and no cookie matters"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert brotli.decompress(packed.data) == plain.data


def test_fonts_are_packed_already(client: FlaskClient, app: Flask) -> None:
    font = app.extensions["assets"].asset("fonts/young-serif.woff2")
    assert "Content-Encoding" not in client.get(font, headers={"Accept-Encoding": "br"}).headers


def test_vendored_files_carry_their_licence() -> None:
    vendor = ROOT / "static/vendor"
    if vendor.is_dir():
        for path in vendor.rglob("*.js"):
            texts = [one.name.upper() for one in path.parent.iterdir()]
            assert any("LICENSE" in one or "LICENCE" in one for one in texts), path


def test_no_page_links_a_module_that_its_surface_has_joined() -> None:
    """A custom element that is defined twice stops the script of the whole page."""
    folder = ROOT / "templates"
    texts = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.html")}

    def joined(name: str) -> set[str]:
        text = texts[name]
        surfaces = re.findall(r"js_bundle\('([a-z]+)'\)", text)
        above = re.findall(r'{% extends "([^"]+)"', text)
        return {one for surface in surfaces for one in SCRIPTS[surface]}.union(*(joined(one) for one in above))

    wrong = []
    for name, text in texts.items():
        linked = set(re.findall(r"js/([a-z-]+)\.js", text))
        for names in re.findall(r"{% for name in \(([^)]+)\) %}<script", text):
            linked |= set(re.findall(r'"([a-z-]+)"', names))
        if twice := linked & joined(name):
            wrong.append(f"{name}: {', '.join(sorted(twice))}")
    assert not wrong


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a { margin: 0 auto; color: red; }\n", "a{margin:0 auto;color:red}"),
        (".a > .b, .a :is(.c, .d) { width: calc(1rem + 2 * var(--s1)); }", ".a > .b,.a :is(.c,.d){width:calc(1rem + 2 * var(--s1))}"),
        ('.a::before { content: "a; b: { c, d }"; font: 600 1rem/1.5 "Segoe  UI", serif; }',
         '.a::before{content:"a; b: { c, d }";font:600 1rem/1.5 "Segoe  UI",serif}'),
        ("@media not (scripting: none) { .a:not(.b) { top: -1px } }", "@media not (scripting:none){.a:not(.b){top:-1px}}"),
        ("/* why { } */\n@layer a, b;\n\n.x { inset: 0 }", "@layer a,b;.x{inset:0}"),
    ],
)  # fmt: skip
def test_a_stylesheet_is_sent_without_what_only_helps_to_read_it(written: str, sent: str) -> None:
    assert building._shorten(written) == sent + "\n"
