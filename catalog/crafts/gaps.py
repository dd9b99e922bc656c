"""What is still missing of a craft, technique, material or motif before its page is whole."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from catalog.crafts.models import Craft, Material, Motif, Technique, Term


class Gap(StrEnum):
    """One thing that nobody has written or shown yet."""

    MEANING = "meaning"
    SUMMARY = "summary"
    STORY = "story"
    CARE = "care"
    ENGLISH = "english"
    """A name or a text that stands in Indonesian only."""
    SOURCE = "source"
    """Neither a page nor, for a motif, a person tells it."""
    PICTURE = "picture"


_TOLD: dict[type[Term], tuple[Gap, ...]] = {
    Craft: (Gap.SUMMARY, Gap.STORY, Gap.CARE),
    Technique: (Gap.STORY,),
    Material: (Gap.STORY,),
    Motif: (Gap.MEANING,),
}


def asked_of(model: type[Term]) -> tuple[Gap, ...]:
    """Everything that a page of this kind should have."""
    return (*_TOLD[model], Gap.ENGLISH, Gap.SOURCE, Gap.PICTURE)


def gaps(term: Term) -> list[Gap]:
    """What is missing, in the order of `asked_of`; empty where the page is whole."""
    return [gap for gap in asked_of(type(term)) if _is_missing(term, gap)]


def _is_missing(term: Any, gap: Gap) -> bool:
    if gap is Gap.ENGLISH:
        told = ("name", *_TOLD[type(term)])
        return any(getattr(term, name) and not getattr(term, f"{name}_en") for name in told)
    if gap is Gap.SOURCE:
        return not (term.sources or getattr(term, "told_by", ""))
    if gap is Gap.PICTURE:
        return term.image_id is None
    return not getattr(term, gap)
