"""Asking for a village or district by its name, without a script: type, press, choose one of those that were found."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from catalog.places.gazetteer import Level, Place
from catalog.places.queries import find_place, search_places
from marketplace.web.forms import Form, line

LEVELS = (Level.VILLAGE, Level.DISTRICT)


class Placed(Form):
    """A form with a place. `place_q` is what was typed, `place_code` what was chosen among what was found for
    `place_asked`; a choice counts only for the words that it was offered for."""

    place_q = StringField(
        _l("Village or district"), filters=[line], description=_l("Type its name, for example “Mentok”, and choose.")
    )
    place_code = HiddenField()
    place_asked = HiddenField()

    found: list[Place] = []
    chosen: Place | None = None

    def put_place(self, code: str | None) -> None:
        """Show a place that is known already."""
        place = find_place(code or "")
        if place is not None:
            self.chosen = place
            self.place_code.data = place.code
            self.place_q.data = self.place_asked.data = place.label

    def settle_place(self) -> bool:
        """Find out which place is meant; whether it is certain. Otherwise the field says what to do."""
        words = self.place_q.data or ""
        place = find_place(self.place_code.data or "") if words == (self.place_asked.data or "") else None
        if place is not None and place.level in LEVELS:
            self.chosen, self.found = place, []
            return True
        self.chosen, self.place_code.data, self.place_asked.data = None, "", words
        self.found = search_places(words, levels=LEVELS, limit=8) if words else []
        if len(self.found) == 1:
            self.put_place(self.found[0].code)
            self.found = []
            return True
        if not words:
            text = _("Write the name of the village or district.")
        elif self.found:
            text = _("Several places have this name. Choose one of them.")
        else:
            text = _("No place of that name was found. Try the name of the village or of the district alone.")
        self.place_q.errors = [*self.place_q.errors, text]
        return False

    @property
    def village_code(self) -> str | None:
        return self.chosen.code if self.chosen and self.chosen.level is Level.VILLAGE else None

    @property
    def district_code(self) -> str:
        """The official code of the district, `19.05.01`; empty while no place is chosen."""
        return self.chosen.code[:8] if self.chosen else ""
