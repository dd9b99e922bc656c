"""The artisan's desk. Every page belongs to one shop, named in its address."""

from marketplace.web.guards import Surface, member

surface = Surface("seller", member, url_prefix="/seller/<seller>")
