"""Pages of words: about us, buying, selling, complaints, privacy, terms. Each a Markdown file per language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Blueprint, current_app, render_template

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.web.caching import share
from marketplace.web.locale import current_locale

pages = Blueprint("pages", __name__)

SLUGS = ("about", "buying", "selling", "complaints", "privacy", "terms")


@cache
def _read(folder: str, slug: str, locale: str) -> tuple[str, str]:
    """(title, Markdown) of a page; its first line is the title."""
    text = (Path(folder) / "storefront" / "pages" / f"{slug}.{locale}.md").read_text()
    title, _, body = text.partition("\n")
    return title.removeprefix("# ").strip(), body.strip()


@pages.get("/pages/<slug>")
def show(slug: str) -> str:
    if slug not in SLUGS:
        raise NotFound(N_("There is nothing at this address."))
    share()
    folder = str(Path(current_app.root_path) / (current_app.template_folder or "templates"))
    title, body = _read(folder, slug, current_locale())
    return render_template("storefront/pages/show.html", slug=slug, title=title, body=body)
