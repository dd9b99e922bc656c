"""The field officer's desk: the makers of one's regencies."""

from marketplace.accounts.models import Role
from marketplace.web.guards import Surface, role

surface = Surface("officer", role(Role.OFFICER), url_prefix="/officer")
