"""Static files under hashed addresses, kept for ever by browsers; styles and scripts joined into one file per surface."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli
from flask import Flask, Response, request
from markupsafe import Markup

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.web.encodings import encoding_of

IMMUTABLE = "public, max-age=31536000, immutable"
ORDER = ("css/tokens.css", "css/reset.css", "css/base.css", "css/layout.css")
MIME = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
PACKABLE = ("text/", "image/svg+xml", "application/manifest+json")
SCRIPTS = {
    "storefront": (
        "search-box",
        "recent-searches",
        "filter-form",
        "quantity-stepper",
        "cart-line",
        "slide-gallery",
        "price-of-choice",
        "option-groups",
        "sharp-pictures",
        "dialog-sheet",
        "copy-button",
        "print-button",
        "recent-pieces",
        "share-row",
        "search-noted",
    ),
    "desk": (
        "photo-input",
        "photo-order",
        "quantity-stepper",
        "filter-form",
        "copy-button",
        "print-button",
        "dialog-sheet",
        "slide-gallery",
        "code-reader",
    ),
    "checkout": ("quantity-stepper", "copy-button", "dialog-sheet", "photo-input"),
}
"""The modules that every page of a surface gets, as one file: on a slow line each request costs a way there and back."""
BUYING = frozenset(
    [
        "cart_group",
        "cart_line",
        "cart_words",
        "checklist",
        "code_reader",
        "compare",
        "conversation_row",
        "deposit_terms",
        "desk_card",
        "difference",
        "form_errors",
        "kept_piece",
        "message_form",
        "notification",
        "parcel",
        "password_input",
        "photo_input",
        "place_choice",
        "place_line",
        "price_steps",
        "progress",
        "qris_box",
        "queue_row",
        "read_mark",
        "sent_picture",
        "star_input",
        "stat",
        "steps",
        "table",
        "thread",
        "timeline",
        "totals",
        "versions",
        "voucher_box",
        "voucher_row",
    ]
)
"""Components that no page of finding and looking needs: the first view does not wait for their styles."""
# Addresses inside CSS (url(../fonts/x.woff2)) must carry hashes too, or a new font would wait for ever.
_URL = re.compile(r"url\((['\"]?)(?!data:|#|https?:)([^)'\"]+)\1\)")
_SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)" [^>]*>(.*?)</symbol>', re.S)
_IMPORT = re.compile(r"((?:from|import)\s*\(?\s*['\"])(\./[^'\"]+)(['\"])")


@dataclass(frozen=True)
class Asset:
    name: str
    body: bytes
    content_type: str

    @cached_property
    def packed(self) -> bytes | None:
        """The bytes by brotli, as small as can be: packed once and kept for ever by browsers. None for what is packed
        already (fonts, photos)."""
        return brotli.compress(self.body) if self.content_type.startswith(PACKABLE) else None

    @cached_property
    def address(self) -> str:
        stem, dot, ending = self.name.rpartition(".")
        return f"/assets/{stem}.{hashlib.sha256(self.body).hexdigest()[:10]}{dot}{ending}"


class Assets:
    """All static files, read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.by_name: dict[str, Asset] = {}
        self.by_address: dict[str, Asset] = {}
        self.bundles: dict[str, Asset] = {}
        self._sheets: dict[str, str] = {}

    def asset(self, name: str) -> str:
        """The hashed address of `static/<name>`; LookupError for a file that is not there."""
        return self._load(name).address

    def bundle(self, surface: str) -> str:
        """The hashed address of all layers, all components and the surface's pages, as one stylesheet.

        What buying, single forms and errors need beside the storefront's is a sheet of its own, linked after it.
        """
        if surface not in self.bundles:
            here = {path.stem for path in (self.root / "css/components").glob("*.css")}
            if surface == "buying":
                here &= BUYING
            around = surface != "buying"
            before, after = (ORDER, ("css/utilities.css",)) if around else ((), ())
            if surface == "storefront":
                here -= BUYING
            components = sorted(f"css/components/{name}.css" for name in here)
            names = [*before, *components, f"css/pages/{surface}.css", *after]
            body = "\n".join(self._css(name) for name in names if (self.root / name).exists())
            self.bundles[surface] = self._add(Asset(f"{surface}.css", _shorten(body).encode(), MIME[".css"]))
        return self.bundles[surface].address

    def scripts(self, surface: str) -> str:
        """The hashed address of the surface's modules, joined. They must not import: each becomes a block of its own."""
        name = f"{surface}.js"
        if name not in self.bundles:
            bodies = [(self.root / f"js/{one}.js").read_text() for one in SCRIPTS[surface]]
            if any(_IMPORT.search(body) for body in bodies):
                raise ValueError(f"a module of {surface} imports another; link it by itself")
            body = "".join(f"{{\n{body}}}\n" for body in bodies)
            self.bundles[name] = self._add(Asset(name, body.encode(), MIME[".js"]))
        return self.bundles[name].address

    @cached_property
    def drawings(self) -> dict[str, Markup]:
        """Icon → its lines, from the sprite. They stand in the page itself: no icon waits for a file of its own, and a
        first view shares the line with one request less."""
        sprite = (self.root / "icons/sprite.svg").read_text()
        return {name: Markup(lines.replace(" />", "/>")) for name, lines in _SYMBOL.findall(sprite)}  # noqa: S704  ours

    def drawing(self, icon: str) -> Markup:
        """The lines of an icon; LookupError for one that the sprite has not."""
        return self.drawings[icon]

    def _load(self, name: str) -> Asset:
        if name in self.by_name:
            return self.by_name[name]
        path = (self.root / name).resolve()
        if self.root.resolve() not in path.parents or not path.is_file():
            raise LookupError(f"no static file {name!r}")
        kind = MIME.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        if path.suffix == ".css":
            body = self._css(name).encode()
        elif path.suffix == ".js" and "vendor" not in name:
            folder = Path(name).parent
            text = path.read_text()
            body = _IMPORT.sub(lambda m: m[1] + self.asset(str(folder / m[2])) + m[3], text).encode()
        else:
            body = path.read_bytes()
        return self._add(Asset(name, body, kind))

    def _add(self, asset: Asset) -> Asset:
        self.by_name[asset.name] = asset
        self.by_address[asset.address] = asset
        return asset

    def _css(self, name: str) -> str:
        if name in self._sheets:  # most surfaces share it
            return self._sheets[name]
        folder = (self.root / name).parent

        def hashed(match: re.Match[str]) -> str:
            target = match[2].partition("#")
            base, tail = (
                (self.root, target[0].removeprefix("/static/")) if target[0].startswith("/") else (folder, target[0])
            )
            path = (base / tail).resolve().relative_to(self.root.resolve())
            return f"url({self.asset(str(path))}{target[1]}{target[2]})"

        self._sheets[name] = _URL.sub(hashed, (self.root / name).read_text())
        return self._sheets[name]

    def load_all(self) -> None:
        """Read everything: whatever a page may name is known before one does."""
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and path.suffix not in (".txt", ".md") and "css" not in path.relative_to(self.root).parts:
                self._load(str(path.relative_to(self.root)))
        for path in sorted((self.root / "css/pages").glob("*.css")):
            self.bundle(path.stem)
        for surface, names in SCRIPTS.items():
            if all((self.root / f"js/{name}.js").is_file() for name in names):
                self.scripts(surface)


def _shorten(css: str) -> str:
    """`css` without comments and without the blanks that only make it easy to read; what is quoted stays."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    parts = re.split(r"""("[^"]*"|'[^']*')""", css)
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(r"\s+", " ", parts[at])
        parts[at] = re.sub(r" ?([{};,]) ?|(:) ", r"\1\2", parts[at]).replace(";}", "}")
    return "".join(parts).strip() + "\n"


def init_app(app: Flask, root: Path) -> Assets:
    assets = Assets(root)
    assets.load_all()

    @app.get("/assets/<path:name>", endpoint="assets")
    def serve(name: str) -> Response:
        asset = assets.by_address.get(f"/assets/{name}")
        if asset is None:
            raise NotFound(N_("There is nothing at this address."))
        packed = asset.packed if encoding_of(request.headers.get("Accept-Encoding", "")) == "br" else None
        response = Response(asset.body if packed is None else packed, content_type=asset.content_type)
        if packed is not None:
            response.headers["Content-Encoding"] = "br"
        response.headers["Cache-Control"] = IMMUTABLE
        response.headers["Vary"] = "Accept-Encoding"
        response.set_etag(f"{hashlib.sha256(asset.body).hexdigest()[:16]}{'' if packed is None else '-br'}")
        response.make_conditional(request)
        return response

    @app.get("/favicon.ico", endpoint="favicon")
    def favicon() -> Response:
        response = serve(assets.asset("images/favicon.svg").removeprefix("/assets/"))
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response

    app.extensions["assets"] = assets
    app.jinja_env.globals.update(
        asset=assets.asset, css_bundle=assets.bundle, js_bundle=assets.scripts, drawing=assets.drawing
    )
    return assets
