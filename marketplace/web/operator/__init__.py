"""The operator's desk: shops, payments, mails and jobs."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from marketplace.accounts.models import Role
from marketplace.banking.queries import count_parked
from marketplace.conversations.queries import count_reports
from marketplace.notifications.queries import count_dispatches
from marketplace.payments.queries import count_open
from marketplace.payouts.queries import count_to_approve
from marketplace.returns.queries import count_for_operators
from marketplace.reviews.queries import count_cases
from marketplace.sellers.queries import count_applications
from marketplace.web.desks import Desk, door
from marketplace.web.guards import Surface, role
from marketplace.web.judging import desk as judging
from marketplace.web.operator import (
    applications,
    bookings,
    cash,
    days,
    dispatches,
    documents,
    home,
    imports,
    jobs,
    ledger,
    mails,
    orders,
    payments,
    payouts,
    points,
    proofs,
    rates,
    reconciliation,
    reports,
    returns,
    sellers,
    services,
    statements,
    vouchers,
)  # fmt: skip

surface = Surface("operator", role(Role.OPERATOR), url_prefix="/operator")
for _resource in (
    home, applications, sellers, payments, proofs, payouts, ledger, bookings, cash, days, reconciliation, orders, documents, points, services, imports, rates, reports, returns, dispatches, mails, jobs,
    vouchers, statements,
):  # fmt: skip
    surface.register_blueprint(_resource.pages)

surface.register_blueprint(judging("operator"))


@surface.context_processor
def _desk() -> dict[str, Any]:
    waiting, parked = count_open(), count_parked()
    nav = [
        door(url_for("operator.home.show"), _("Today"), "house", home=True),
        door(url_for("operator.applications.index"), _("Applications"), "clipboard-list", count_applications()),
        door(url_for("operator.sellers.index"), _("Shops"), "store"),
        door(
            url_for("operator.payments.index"),
            _("Payments"),
            "banknote",
            sum(waiting.values()) + parked,
            beside=[url_for("operator.statements.index")],
        ),
        door(url_for("operator.payouts.index"), _("Payouts"), "hand-coins", count_to_approve()),
        door(url_for("operator.ledger.show"), _("Ledger"), "landmark"),
        door(url_for("operator.orders.index"), _("Orders"), "package"),
        door(url_for("operator.returns.index"), _("Returns"), "rotate-ccw", count_for_operators()),
        door(url_for("operator.vouchers.index"), _("Vouchers"), "tag"),
        door(url_for("operator.reports.index"), _("Reports"), "flag", count_reports()),
        door(url_for("operator.reviews.index"), _("Reviews"), "award", count_cases()),
        door(url_for("operator.rates.index"), _("Couriers"), "truck"),
        door(url_for("operator.dispatches.index"), _("Mails"), "mail", count_dispatches()),
        door(url_for("operator.jobs.index"), _("Jobs"), "settings"),
    ]
    return {"desk": Desk(_("Operator"), nav), "waiting": waiting, "parked_lines": parked}
