"""The curator's desk: assess, feature, tell. Nothing here can touch money, stock or a maker's own words."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from marketplace.accounts.models import Role
from marketplace.certification.queries import count_waiting
from marketplace.curation.queries import count_queue
from marketplace.reviews.queries import count_cases
from marketplace.web.curator import (
    certificates,
    collections,
    crafts,
    home,
    pictures,
    placements,
    portraits,
    submissions,
    synonyms,
)
from marketplace.web.desks import Desk, door
from marketplace.web.guards import Surface, role
from marketplace.web.judging import desk as judging

surface = Surface("curator", role(Role.CURATOR), url_prefix="/curator")
for _resource in (home, submissions, certificates, collections, placements, pictures, crafts, portraits, synonyms):
    surface.register_blueprint(_resource.pages)

surface.register_blueprint(judging("curator"))


@surface.context_processor
def _desk() -> dict[str, Any]:
    nav = [
        door(url_for("curator.home.show"), _("Today"), "house", home=True),
        door(url_for("curator.submissions.index"), _("Waiting pieces"), "inbox", count_queue()),
        door(url_for("curator.reviews.index"), _("Reviews"), "award", count_cases()),
        door(url_for("curator.certificates.index"), _("Certificates"), "badge-check", count_waiting()),
        door(url_for("curator.collections.index"), _("Collections"), "layers"),
        door(url_for("curator.crafts.index"), _("Craft archive"), "spool"),
        door(url_for("curator.synonyms.index"), _("Search words"), "search"),
    ]
    return {"desk": Desk(_("Curator"), nav)}
