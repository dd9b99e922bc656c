"""What visitors see: finding, choosing, ordering, following."""

from marketplace.web.guards import Surface, everyone
from marketplace.web.storefront import (
    answers,
    cart,
    checkout,
    collections,
    components,
    crafts,
    documents,
    feed,
    home,
    makers,
    materials,
    motifs,
    pages,
    paybacks,
    payments,
    places,
    products,
    proofs,
    purchases,
    questions,
    returns,
    reviews,
    robots,
    search,
    sitemaps,
    techniques,
    vouchers,
    watches,
    wishes,
    wishlists,
)  # fmt: skip

surface = Surface("storefront", everyone)
for _resource in (
    home, products, search, crafts, motifs, techniques, materials, makers, places, collections, pages, cart, answers, checkout,
    purchases, payments, paybacks, proofs, components, sitemaps, robots, feed, questions, reviews, returns, vouchers,
    watches, wishes, wishlists, documents,
):  # fmt: skip
    surface.register_blueprint(_resource.pages)
