"""The curator's desk: assess, feature, tell."""

from marketplace.accounts.models import Role
from marketplace.web.guards import Surface, role

surface = Surface("curator", role(Role.CURATOR), url_prefix="/curator")
