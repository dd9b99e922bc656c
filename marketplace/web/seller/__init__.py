"""The artisan's desk. Every page belongs to one shop, named in its address."""

from typing import Any

from flask import current_app, g

from marketplace.web.guards import Surface, member
from marketplace.web.seller import (
    balance,
    buyers,
    cancellations,
    capacities,
    certificates,
    changes,
    claims,
    closures,
    codes,
    confirmations,
    conversations,
    counter,
    days,
    deliveries,
    documents,
    home,
    imports,
    labels,
    links,
    makers,
    offers,
    options,
    orders,
    people,
    personal,
    pictures,
    previews,
    products,
    progress,
    rates,
    recipients,
    returns,
    reviews,
    shipments,
    shop,
    slips,
    statements,
    stock,
    submissions,
    variants,
    views,
    vouchers,
    withdrawals,
    withholdings,
    workshops,
)  # fmt: skip

surface = Surface("seller", member, url_prefix="/seller/<seller>")
for resource in (
    home, products, pictures, changes, options, personal, variants, submissions, withdrawals, previews, stock,
    orders, confirmations, shipments, counter, days, deliveries, cancellations, slips, labels, shop, offers, imports,
    rates, vouchers, makers, workshops, views, people, links, capacities, conversations, reviews, buyers, certificates, claims,
    returns, balance, withholdings, recipients, statements, documents, progress, closures, codes,
):  # fmt: skip
    surface.register_blueprint(resource.pages)


@surface.url_defaults
def _name_the_shop(endpoint: str, values: dict[str, Any]) -> None:
    """Links inside the desk stay in its shop."""
    if "seller" in g and current_app.url_map.is_endpoint_expecting(endpoint, "seller"):
        values.setdefault("seller", g.seller.code)
