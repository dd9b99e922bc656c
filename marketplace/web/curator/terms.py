"""The forms of crafts, motifs, techniques and materials, and what their parts are called."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField

from catalog.crafts.gaps import Gap
from catalog.crafts.models import Measure
from catalog.crafts.queries import list_materials, list_techniques
from catalog.crafts.services.editing import LINES, TEXTS
from catalog.text import localized
from marketplace.web.curator.fields import OrderField
from marketplace.web.forms import AtMost, Form, Needed, line
from marketplace.web.locale import current_locale


def _one_line(label: Any, name: str, *validators: Any) -> StringField:
    return StringField(label, [*validators, AtMost(LINES[name])], filters=[line])


def _text(label: Any) -> TextAreaField:
    return TextAreaField(label, [AtMost(TEXTS["story"])])


class TermForm(Form):
    """What all of them have; `seen` is the digest of what stood there when the form was opened."""

    seen = HiddenField()
    name = _one_line(_l("Name"), "name", Needed())
    name_en = _one_line(_l("Name in English"), "name_en")
    sources = TextAreaField(_l("Pages that tell this"), [AtMost(6_000)])


class ToldForm(TermForm):
    """A technique or a material."""

    story = _text(_l("Story"))
    story_en = _text(_l("Story in English"))


class MotifForm(TermForm):
    meaning = _text(_l("Meaning"))
    meaning_en = _text(_l("Meaning in English"))
    origin = _one_line(_l("Where it comes from"), "origin")
    told_by = _one_line(_l("Who told it"), "told_by")


class CraftForm(ToldForm):
    summary = _one_line(_l("One sentence under the name"), "summary")
    summary_en = _one_line(_l("The sentence in English"), "summary_en")
    care = _text(_l("Care"))
    care_en = _text(_l("Care in English"))
    techniques = SelectMultipleField(_l("Techniques"), validate_choice=False)
    materials = SelectMultipleField(_l("Materials"), validate_choice=False)
    measure = SelectField(_l("What its pieces must say"), validate_choice=False)
    is_food = BooleanField(_l("Its pieces are eaten: they must say how they stand with halal"))
    position = OrderField(_l("Place among the crafts"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.techniques.choices, self.materials.choices = _choices(list_techniques()), _choices(list_materials())
        self.measure.choices = [
            ("", _("Nothing more than every piece")),
            (Measure.SIZE.value, _("How long and wide it is, or what sizes it comes in")),
            (Measure.HEAD.value, _("The size of the head")),
            (Measure.WEIGHT.value, _("What it weighs")),
            (Measure.CONTENT.value, _("How much is in it")),
        ]
        craft = options.get("obj")
        if craft is not None:
            for name in ("techniques", "materials"):
                self[name].data = [one.slug for one in getattr(craft, name)]
            self.measure.data = craft.measure.value if craft.measure else ""


FORMS: dict[str, type[TermForm]] = {
    "crafts": CraftForm,
    "motifs": MotifForm,
    "techniques": ToldForm,
    "materials": ToldForm,
}


def _choices(terms: Any) -> list[tuple[str, str]]:
    locale = current_locale()
    return sorted(((one.slug, localized(one, "name", locale)) for one in terms), key=lambda pair: pair[1].casefold())


def changes_of(form: TermForm) -> dict[str, Any]:
    return {field.name: field.data for field in form if field.name != "seen"}


def shown_value(field: Any) -> str:
    """What a field says, in words, for comparing two versions."""
    if isinstance(field, BooleanField):
        return _("Yes") if field.data else _("No")
    if isinstance(field, SelectMultipleField):
        names = dict(field.choices or ())
        return ", ".join(sorted(names.get(one, one) for one in field.data or ()))
    if isinstance(field, SelectField):
        return str(dict(field.choices or ()).get(field.data or "", ""))
    return str(field.data or "").replace("\r\n", "\n").strip()


def gap_names() -> dict[str, str]:
    """What is missing, as a curator says it."""
    return {
        Gap.MEANING: _("meaning"),
        Gap.SUMMARY: _("sentence"),
        Gap.STORY: _("story"),
        Gap.CARE: _("care"),
        Gap.ENGLISH: _("English"),
        Gap.SOURCE: _("source"),
        Gap.PICTURE: _("picture"),
    }


def kind_names() -> dict[str, dict[str, str]]:
    """What one of a kind and all of them are called, and what adding one says."""
    return {
        "crafts": {"one": _("Craft"), "all": _("Crafts"), "new": _("New craft")},
        "motifs": {"one": _("Motif"), "all": _("Motifs"), "new": _("New motif")},
        "techniques": {"one": _("Technique"), "all": _("Techniques"), "new": _("New technique")},
        "materials": {"one": _("Material"), "all": _("Materials"), "new": _("New material")},
    }
