"""A person's own pages, and the doors to them."""

from marketplace.web.guards import Surface, signed_in

surface = Surface("account", signed_in(), url_prefix="/account")
