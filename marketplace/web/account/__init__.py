"""A person's own pages, and the doors to them."""

from marketplace.web.account import (
    applications,
    attachments,
    confirmation,
    conversations,
    email,
    home,
    notifications,
    password,
    preferences,
    profile,
    purchases,
    registration,
    reports,
    reset,
    session,
    sessions,
    unsubscription,
)  # fmt: skip
from marketplace.web.guards import Surface, signed_in

# The doors: signing in, registering, and what a link from a mail opens.
surface = Surface(
    "account",
    signed_in(
        "account.session.new",
        "account.session.show",
        "account.session.create",
        "account.registration.new",
        "account.registration.show",
        "account.registration.create",
        "account.confirmation.show",
        "account.confirmation.update",
        "account.reset.new",
        "account.reset.show",
        "account.reset.create",
        "account.reset.edit",
        "account.reset.update",
        "account.email.show",
        "account.email.create",
        "account.unsubscription.show",
        "account.unsubscription.create",
    ),
    url_prefix="/account",
)
for resource in (
    applications,
    attachments,
    confirmation,
    conversations,
    email,
    home,
    notifications,
    password,
    preferences,
    profile,
    purchases,
    registration,
    reports,
    reset,
    session,
    sessions,
    unsubscription,
):
    surface.register_blueprint(resource.pages)
