"""The operator's desk: shops, payments, mails and jobs."""

from marketplace.accounts.models import Role
from marketplace.web.guards import Surface, role

surface = Surface("operator", role(Role.OPERATOR), url_prefix="/operator")
