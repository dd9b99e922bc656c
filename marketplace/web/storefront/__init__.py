"""What visitors see: finding, choosing, ordering, following."""

from marketplace.web.guards import Surface, everyone
from marketplace.web.storefront import (
    cart,
    checkout,
    collections,
    components,
    crafts,
    home,
    makers,
    motifs,
    pages,
    places,
    products,
    purchases,
    search,
)  # fmt: skip

surface = Surface("storefront", everyone)
for _resource in (
    home, products, search, crafts, motifs, makers, places, collections, pages, cart, checkout, purchases, components,
):  # fmt: skip
    surface.register_blueprint(_resource.pages)
