"""The field officer's desk: the makers of one's regencies, to look at and to help."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from marketplace.accounts.models import Role
from marketplace.certification.queries import count_waiting
from marketplace.web.desks import Desk, door
from marketplace.web.guards import Surface, role
from marketplace.web.officer import certificates, dispatches, home, makers, territory

surface = Surface("officer", role(Role.OFFICER), url_prefix="/officer")
for _resource in (home, makers, certificates, dispatches):
    surface.register_blueprint(_resource.pages)


@surface.context_processor
def _desk() -> dict[str, Any]:
    nav = [
        door(url_for("officer.home.show"), _("My regencies"), "map", home=True),
        door(url_for("officer.makers.index"), _("Makers"), "users"),
        door(
            url_for("officer.certificates.index"),
            _("Certificates"),
            "badge-check",
            count_waiting([one.code for one in territory.regencies()]),
        ),
        door(url_for("officer.dispatches.index"), _("To pass on"), "message-circle"),
    ]
    return {"desk": Desk(_("Field officer"), nav)}
