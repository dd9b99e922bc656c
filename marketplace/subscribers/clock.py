"""What the clock does: expired payments, overdue orders, old sessions, pictures nobody shows. Idempotent and short."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import delete

from catalog import clock
from catalog.collections.queries import changed_between
from catalog.db import db, transaction
from catalog.edition import raise_edition
from catalog.errors import DomainError, Unavailable
from catalog.inventory import held_days
from catalog.inventory.holds import let_go_expired
from catalog.media.services import sweep_orphans
from catalog.products.services import pair_up
from marketplace.accounts.models import Session, Token
from marketplace.bookkeeping.withholding import list_near
from marketplace.carts import files
from marketplace.certification.services import expire, sweep_scans
from marketplace.conversations.services import sweep_drafts
from marketplace.notifications import notify
from marketplace.notifications.services import forget_old
from marketplace.orders import progress
from marketplace.orders.models import OrderLine, Shipment
from marketplace.orders.queries import list_bought_together, list_to_follow
from marketplace.orders.reminders import sweep_reminders
from marketplace.orders.services import follow, sweep_due
from marketplace.payments import proofs
from marketplace.payments.services import free_amounts
from marketplace.ports import Ports
from marketplace.returns import photos
from marketplace.returns import services as returns
from marketplace.returns.models import Return
from marketplace.returns.queries import list_due, list_on_their_way_back
from marketplace.reviews.services import ask_due, reveal_due, sweep_photos
from marketplace.shipping.courier import Courier, TrackingState
from marketplace.shipping.quotes import forget_quotes
from marketplace.shipping.rates import forget_imports
from marketplace.subscribers import postcards
from marketplace.subscribers.outside import ask_providers, send_refunds
from marketplace.subscribers.payouts import ask_about_accounts, ask_about_payouts, send_payouts, take_money_back
from marketplace.subscribers.tills import remind_of_cash
from marketplace.wishlists import watches

log = structlog.get_logger("clock")


def forget_old_sessions() -> None:
    """Sessions and links that have run out."""
    now = clock.now()
    with transaction() as session:
        session.execute(delete(Session).where(Session.expires_at < now))
        session.execute(delete(Token).where(Token.expires_at < now))


def move_overdue_orders() -> None:
    """Unpaid, unanswered, unsent, undelivered: what is due, in small transactions."""
    for _ in range(200):
        with transaction():
            if not sweep_due():
                return


def let_holds_go() -> None:
    """Pieces, and places in makers' queues, that were kept for buyers at the checkout for long enough."""
    with transaction():
        held_days.let_go_expired()
    for _ in range(50):
        with transaction():
            if not let_go_expired():
                return


def end_exchanges() -> None:
    """Reviews whose time is over appear, in small transactions."""
    for _ in range(200):
        with transaction():
            if not reveal_due():
                return


def ask_how_it_was() -> None:
    """Buyers whose pieces arrived some days ago, each once."""
    for _ in range(50):
        with transaction():
            if not ask_due():
                return


def remind_of_orders() -> None:
    """Of orders that want to be accepted or sent, and of parcels that nobody has seen, in small transactions."""
    for _ in range(50):
        with transaction():
            if not sweep_reminders():
                return


def move_overdue_returns() -> None:
    """Unanswered, unsent, unseen: what is due on returns, each in a transaction of its own."""
    due = list_due(clock.now())
    db.session.rollback()
    for key in due:
        try:
            with transaction() as session:
                returns.sweep_one(session.get_one(Return, key))
        except DomainError as error:  # a person was faster; the next round finds it so
            log.info("a return was not moved", reason=str(error))


def follow_parcels_back(courier: Courier) -> None:
    """Ask the courier outside where the parcels of returns are; one that has arrived starts the seller's days."""
    due = [(one.id, one.back_courier, one.back_number) for one in list_on_their_way_back()]
    db.session.rollback()
    for key, name, number in due:
        try:
            events = courier.track(name, number)
        except Unavailable as error:
            log.warning("the courier outside does not answer", reason=str(error))
            return
        if events and events[-1].state is TrackingState.DELIVERED:
            with transaction() as session:
                returns.note_arrival(session.get_one(Return, key))


def free_old_amounts() -> None:
    """Amounts of payments that were closed for three days may be asked for again."""
    with transaction():
        free_amounts()


def open_and_close_collections() -> None:
    """A collection's window opens or closes without any commit, and yet changes what the public sees."""
    now = clock.now()
    with transaction():
        if changed_between(now - timedelta(minutes=2), now):
            raise_edition()


def pair_up_products() -> None:
    """What buyers of a piece also bought in two years. Counted outside of the writing: it reads many orders."""
    found = list_bought_together(clock.now() - timedelta(days=730))
    db.session.rollback()
    with transaction():
        pair_up(found)


def let_certificates_expire() -> None:
    """What ended at midnight is no longer claimed, and its shop is told; what ends soon is told once."""
    for _ in range(20):
        with transaction():
            if not expire():
                return


def forget_old_notifications() -> None:
    """What people were told a year ago, in small transactions."""
    for _ in range(20):
        with transaction():
            if not forget_old():
                return


def forget_old_imports() -> None:
    """Reports of files of prices, with the rows that were wrong."""
    with transaction():
        forget_imports(clock.now() - timedelta(days=30))


def forget_old_quotes() -> None:
    """What couriers outside the house have said about prices."""
    with transaction():
        forget_quotes()


def tell_turnovers() -> None:
    """Shops that have sold four fifths of Rp500 million in this year, and those that have passed it, each once."""
    year = clock.today().year
    with transaction():
        for seller, of in list_near(year):
            what = "passed" if of.is_passed else "near"
            notify(seller, "turnover-near", f"{seller.code}-{year}-{what}", {
                "year": year, "sum": of.sum, "percent": of.percent, "is_passed": of.is_passed,
            })  # fmt: skip


def forget_old_watches() -> None:
    """Who waits for a piece waits for half a year, and for three days until they have confirmed it."""
    for _ in range(20):
        with transaction():
            if not watches.forget_old():
                return


def follow_parcels(courier: Courier) -> None:
    """Ask the courier outside the house where parcels are, each about three times a day; nobody waits for the answer."""
    due = [(one.id, one.courier, one.number) for one in list_to_follow(clock.now() - timedelta(hours=7))]
    db.session.rollback()
    for key, name, number in due:
        try:
            events = courier.track(name, number)
        except Unavailable as error:
            log.warning("the courier outside does not answer", reason=str(error))
            return
        try:
            with transaction() as session:
                follow(session.get_one(Shipment, key), events)
        except DomainError as error:  # the buyer was faster; the next round finds it so
            log.info("a parcel was not followed", reason=str(error))


def sweep(ports: Ports, thoroughly: bool = False) -> None:
    """Run every sweep; one that fails does not keep the others from running. `thoroughly` also sweeps the files."""

    def sweep_pictures() -> None:
        with transaction():
            sweep_orphans(ports.storage)

    def ask_for_postcards() -> None:
        postcards.ask_for_missing()

    def bring_money_back() -> None:
        take_money_back(thoroughly)

    def sweep_attachments() -> None:
        with transaction():
            sweep_drafts(ports.private)

    def sweep_review_photos() -> None:
        with transaction():
            sweep_photos(ports.private)

    def sweep_photos_of_returns() -> None:
        with transaction():
            photos.sweep_drafts(ports.private)

    def sweep_photos_of_work() -> None:
        with transaction():
            progress.sweep(ports.private)

    def sweep_proofs() -> None:
        with transaction():
            proofs.sweep(ports.private)

    def sweep_personal_files() -> None:
        with transaction():
            files.sweep(ports.private, OrderLine)

    def sweep_papers() -> None:
        with transaction():
            sweep_scans(ports.private)

    def forget_visitors() -> None:
        with transaction():
            ports.embedded.forget_visitors(int(clock.now().timestamp()))

    sweeps: list[Callable[[], None]] = [
        ask_providers, send_refunds, send_payouts, bring_money_back, let_holds_go, move_overdue_orders, remind_of_orders, move_overdue_returns, end_exchanges,
        ask_how_it_was, open_and_close_collections,
        let_certificates_expire,
    ]  # fmt: skip
    outside = ports.courier
    if thoroughly and outside is not None:

        def ask_about_parcels() -> None:
            follow_parcels(outside)

        def ask_about_parcels_back() -> None:
            follow_parcels_back(outside)

        sweeps += [ask_about_parcels, ask_about_parcels_back]
    if thoroughly:
        sweeps += [
            ask_about_payouts, ask_about_accounts, remind_of_cash,
            forget_old_sessions, forget_old_imports, forget_old_quotes, free_old_amounts, forget_old_notifications, sweep_pictures,
            tell_turnovers, forget_old_watches, sweep_attachments, sweep_review_photos, sweep_photos_of_returns, sweep_photos_of_work, sweep_proofs, sweep_personal_files, pair_up_products, sweep_papers, ask_for_postcards, forget_visitors,
        ]  # fmt: skip
    for one in sweeps:
        try:
            one()
        except Exception:
            log.exception("sweep failed", sweep=one.__name__)
        finally:
            db.session.remove()
