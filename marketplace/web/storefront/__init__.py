"""What visitors see: finding, choosing, ordering, following."""

from marketplace.web.guards import Surface, everyone

surface = Surface("storefront", everyone)
