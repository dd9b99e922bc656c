"""Words that mean the same to a buyer, as the search understands them. A change counts from the next search on."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.edition import raise_edition
from catalog.errors import Conflict, DomainError, Invalid, NotFound
from catalog.search.synonyms import SynonymGroup
from catalog.search.words import tokens
from catalog.text import N_, squeeze, tidy
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import house
from marketplace.web.visits import visit

pages = Blueprint("synonyms", __name__)

METHODS = ("list_synonyms", "add_synonyms", "replace_synonyms", "remove_synonyms")
MOST_WORDS = 20
LONGEST = 60


def _index() -> Any:
    """The index when its synonyms can be edited here, else None."""
    index = house().ports.search
    return index if all(hasattr(index, name) for name in METHODS) else None


def _editable() -> Any:
    index = _index()
    if index is None:
        raise Conflict(N_("This search engine keeps its synonyms itself; they cannot be edited here."))
    return index


def handle(group: SynonymGroup) -> str:
    """The group's public name, made of what it says: a group that somebody changed meanwhile is not found."""
    text = "\n".join([str(group.oneway), *group.words])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _find(index: Any, wanted: str) -> SynonymGroup:
    for group in index.list_synonyms():
        if handle(group) == wanted:
            return group  # type: ignore[no-any-return]
    raise NotFound(N_("There is no such group of words. Perhaps somebody has just changed it."))


@pages.get("/synonyms")
def index() -> str:
    return _list()


@pages.post("/synonyms")
def create() -> Any:
    index = _editable()
    text, oneway = request.form.get("words", "")[:4000], request.form.get("oneway") == "y"
    try:
        index.add_synonyms(_words(text), oneway)
    except DomainError as error:
        return _list(words=text, oneway=oneway, error=sentence(error)), error.status
    raise_edition()
    visit.tell("success", _("The search knows these words from now on."))
    return redirect(url_for("curator.synonyms.index"), 303)


@pages.get("/synonyms/<group>/edit")
def edit(group: str) -> str:
    found = _find(_editable(), group)
    return _form(group, found, "\n".join(found.words), found.oneway)


@pages.post("/synonyms/<group>")
def update(group: str) -> Any:
    index = _editable()
    found = _find(index, group)
    text, oneway = request.form.get("words", "")[:4000], request.form.get("oneway") == "y"
    try:
        index.replace_synonyms(found.id, _words(text), oneway)
    except DomainError as error:
        return _form(group, found, text, oneway, sentence(error)), error.status
    raise_edition()
    visit.tell("success", _("Saved. It counts from the next search on."))
    return redirect(url_for("curator.synonyms.index"), 303)


@pages.post("/synonyms/<group>/removal")
def destroy(group: str) -> Any:
    index = _editable()
    index.remove_synonyms(_find(index, group).id)
    raise_edition()
    visit.tell("success", _("The group of words is gone."))
    return redirect(url_for("curator.synonyms.index"), 303)


def _words(text: str) -> list[str]:
    """One word or phrase per line; commas part them too."""
    words = [tidy(word) for part in text.splitlines() for word in part.split(",")]
    words = list({tuple(tokens(word)): word for word in words if tokens(word)}.values())
    if len(words) < 2:
        raise Invalid(N_("Write at least two different words, each on a line of its own."), field="words")
    if len(words) > MOST_WORDS:
        raise Invalid(N_("Write at most %(limit)s words in one group."), field="words", limit=MOST_WORDS)
    for word in words:
        if len(word) > LONGEST:
            raise Invalid(
                N_("“%(word)s…” is longer than %(limit)s characters."), field="words", word=word[:20], limit=LONGEST
            )
    return words


def _list(**more: Any) -> str:
    index = _index()
    groups = index.list_synonyms() if index else []
    typed = tidy(request.args.get("q", ""))[:60]
    wanted = squeeze(typed)
    rows = [(handle(one), one) for one in groups if not wanted or any(wanted in squeeze(word) for word in one.words)]
    values = {"words": "", "oneway": False, "error": None}
    return render_template(
        "curator/synonyms/index.html",
        rows=rows,
        total=len(groups),
        q=typed,
        editable=index is not None,
        **{**values, **more},
    )


def _form(name: str, group: SynonymGroup, words: str, oneway: bool, error: str | None = None) -> str:
    return render_template(
        "curator/synonyms/edit.html", name=name, group=group, words=words, oneway=oneway, error=error
    )
