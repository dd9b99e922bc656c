"""Who carries out which topic of the outbox. A handler runs outside any transaction and may be called twice."""

from __future__ import annotations

from catalog.db import db, transaction
from catalog.edition import raise_edition
from catalog.media.jobs import make_avif
from marketplace.accounts.services import write_letter
from marketplace.banking import statements
from marketplace.notifications import account
from marketplace.notifications.mail import Letters
from marketplace.outbox.services import Handler, Taken
from marketplace.payments import charges
from marketplace.payouts import inbox as payout_inbox
from marketplace.payouts.services import TOPIC as PAYOUT_SEND
from marketplace.ports import Ports
from marketplace.reconciliation.services import TOPIC as READ_BOOK
from marketplace.reviews.services.showing import PHOTOS_TOPIC
from marketplace.subscribers import banking, mails, mirrors, outside, payouts, postcards, restocks, search
from marketplace.subscribers.photos import settle_photos
from marketplace.wishlists.watches import TOPIC as STOCK_BACK


def build(ports: Ports, letters: Letters, site: str = "Kriyaloka") -> dict[str, Handler]:
    """Topic → handler."""

    def add_avif(message: Taken) -> None:
        make_avif(ports.storage, message.payload["code"])

    def draw_postcards(message: Taken) -> None:
        postcards.draw_all(ports.storage, site, message.payload["things"])

    def refresh_search(message: Taken) -> None:
        search.refresh(ports.search, message.payload)
        db.session.rollback()
        settle = getattr(ports.search, "settle", None)
        if settle is not None:
            settle()
        # Pages that were made since the commit show what the index held then: they are not kept any longer.
        with transaction() as session:
            raise_edition(session)

    def renew_search_settings(message: Taken) -> None:
        renew = getattr(ports.search, "sync_settings", None)
        if renew is not None:  # a message may outlive the server that it was meant for
            renew()
        db.session.rollback()

    def settle_review_photos(message: Taken) -> None:
        settle_photos(ports.storage, ports.private, message.payload["review"])

    def write_account_letter(message: Taken) -> None:
        with transaction():
            write_letter(**message.payload)

    def tell_watchers(message: Taken) -> None:
        restocks.tell_all(message.payload["restock"])

    return {
        account.TOPIC: write_account_letter,
        "mail": mails.sender(ports.mailer, letters),
        "picture-avif": add_avif,
        postcards.TOPIC: draw_postcards,
        PHOTOS_TOPIC: settle_review_photos,
        "search-refresh": refresh_search,
        search.FOLLOW: lambda message: search.follow(message.payload["ids"]),
        "search-settings": renew_search_settings,
        STOCK_BACK: tell_watchers,
        charges.TOPIC: outside.follow_hint,
        READ_BOOK: mirrors.read_book,
        payout_inbox.TOPIC: payouts.follow_hint,
        PAYOUT_SEND: payouts.send_now,
        statements.TOPIC: banking.read_statement,
    }
