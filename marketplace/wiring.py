"""Settings → Ports: embedded unless configured. The only importer of adapters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from catalog.db import db
from catalog.lanes import Lanes
from catalog.media.models import serve_from
from catalog.media.storage import FolderStorage, Storage
from catalog.products import deposits
from catalog.products.models import Product, ProductState
from catalog.search import SearchIndex
from catalog.search.embedded import EmbeddedIndex, private_file
from marketplace import seeds
from marketplace.adapters import queues
from marketplace.adapters.smtp import SmtpMailer
from marketplace.bookkeeping import taxes, tills
from marketplace.checkout import cash
from marketplace.jobs import queue
from marketplace.notifications.folder import MailFolder
from marketplace.notifications.mail import Letters, Mailer
from marketplace.orders import spans
from marketplace.outbox.services import drain, put
from marketplace.payments import by_hand, providers
from marketplace.payments.models import PaymentMethod
from marketplace.payments.providers import PaymentProvider
from marketplace.payouts import providers as payout_providers
from marketplace.payouts import terms as payout_terms
from marketplace.payouts.providers import PayoutProvider
from marketplace.ports import Ports
from marketplace.returns import spans as return_spans
from marketplace.reviews import spans as review_spans
from marketplace.settings import BadSettings, Settings
from marketplace.shipping import courier
from marketplace.shipping.courier import Courier
from marketplace.subscribers import clock, messages


def engine_options(settings: Settings) -> dict[str, Any]:
    """Pools: SQLite keeps a connection per thread; PostgreSQL a small pool that notices dead connections."""
    if settings.database_url.startswith("sqlite"):
        return {
            "poolclass": Lanes,
            "pool_size": 16,
            "max_overflow": 48,
            "pool_timeout": 10,
            "connect_args": {"cached_statements": 512},  # a purchase alone carries out more than the 128 of the driver
        }
    return {
        "pool_size": 8,
        "max_overflow": 16,
        "pool_pre_ping": True,
        "pool_timeout": 10,
        "connect_args": {"connect_timeout": 5, "options": "-c lock_timeout=5000 -c statement_timeout=15000"},
    }


def ports(settings: Settings) -> Ports:
    """What stands behind each door."""
    mailer: Mailer = (
        SmtpMailer(settings.smtp_url, settings.mail_from)
        if settings.smtp_url
        else MailFolder(settings.mails_dir, settings.mail_from)
    )
    embedded = embedded_index(settings)
    return Ports(
        storage=picture_storage(settings),
        private=FolderStorage(settings.private_dir, base=None),
        mailer=mailer,
        search=search_index(settings, embedded),
        embedded=embedded,
        courier=outside_courier(settings),
    )


def outside_courier(settings: Settings) -> Courier | None:
    """Biteship where there is a key for it."""
    if not settings.biteship_key:
        return None
    from marketplace.adapters.biteship import Biteship  # its client is not loaded where nobody uses it

    return Biteship(settings.biteship_url, settings.biteship_key, settings.biteship_couriers)


def outside_payments(settings: Settings) -> None:
    """Who carries out cards (Stripe) and virtual accounts and QRIS (Midtrans): where there is a key, else nobody."""
    stripe: PaymentProvider | None = None
    if settings.stripe_key:
        from marketplace.adapters.stripe import StripeProvider  # its SDK is not loaded where nobody uses it

        stripe = StripeProvider(settings.stripe_key, settings.stripe_webhook_secrets, settings.stripe_url)
    providers.use(PaymentMethod.CARD, stripe)
    midtrans: PaymentProvider | None = None
    if settings.midtrans_server_key:
        from marketplace.adapters.midtrans import Midtrans  # its client is not loaded where nobody uses it

        midtrans = Midtrans(
            settings.midtrans_server_key, settings.midtrans_signature_keys, settings.midtrans_methods,
            settings.midtrans_url, settings.midtrans_page_url,
            f"{settings.public_url}/hooks/payments/midtrans" if settings.is_secure else "",
        )  # fmt: skip
    providers.use(PaymentMethod.ONLINE, midtrans)


def outside_payouts(settings: Settings) -> None:
    """Who brings shops their money beside the bank: Stripe where shops may open accounts there, else nobody."""
    stripe: PayoutProvider | None = None
    if settings.stripe_key and settings.stripe_connect:
        from marketplace.adapters.stripe_transfers import StripeTransfers  # as above

        stripe = StripeTransfers(
            settings.stripe_key, settings.stripe_payout_secrets, settings.stripe_connect, settings.stripe_url
        )
    payout_providers.use("stripe", stripe)


def picture_storage(settings: Settings) -> Storage:
    """A bucket where one is named, else a folder."""
    serve_from(settings.s3_public_url if settings.s3_url and settings.s3_public_url else "/media/")
    if not settings.s3_url:
        return FolderStorage(settings.media_dir)
    from marketplace.adapters.s3 import S3Storage  # its library is not loaded where nobody uses it

    return S3Storage(settings.s3_url, settings.s3_key, settings.s3_secret, settings.s3_public_url)


def search_index(settings: Settings, embedded: EmbeddedIndex) -> SearchIndex:
    """A Meilisearch server where one is named, with the embedded engine standing by; else that engine itself."""
    if not settings.meili_url:
        return embedded
    from marketplace.adapters.meilisearch import MeilisearchIndex  # its client is not loaded where nobody uses it

    return MeilisearchIndex(
        settings.meili_url, settings.meili_api_key, embedded, name=settings.meili_index, live=_live,
        on_synonyms=lambda: put("search-settings", {}),
    )  # fmt: skip


def _live(codes: Sequence[str]) -> set[str]:
    return set(
        db.session.scalars(select(Product.code).where(Product.code.in_(codes), Product.state == ProductState.LIVE))
    )


def embedded_index(settings: Settings) -> EmbeddedIndex:
    """Inside the shop's own database on SQLite; a file of its own beside PostgreSQL."""
    if settings.database_url.startswith("sqlite"):
        return EmbeddedIndex(_session_connection)
    return private_file(settings.search_path or settings.data_dir / "search.db")


def refuse_examples(app: Flask) -> None:
    """A production never starts on example data: invented people could sign in with a printed password."""
    with app.app_context():
        try:
            found = seeds.has_examples()
        except DBAPIError:  # no tables yet: the migrations come first
            found = False
        finally:
            db.session.remove()
    if found:
        raise BadSettings("this database holds example data: start production on an empty one")


def _session_connection() -> Any:
    """The SQLite connection of the present session, so that an index entry commits together with its product."""
    return db.session.connection().connection.dbapi_connection


def jobs(app: Flask, house: Any, letters: Letters) -> None:
    """Connect the outbox's topics to their handlers, and the queue's clock and bell to both."""
    house.handlers.update(messages.build(house.ports, letters, house.settings.site_name))
    house.handlers[seeds.VIEWS_TOPIC] = lambda message: seeds.draw_views(house.ports, message.payload)
    spans.use(spans.Spans.of(house.settings))
    taxes.use(taxes.Taxes.of(house.settings))
    tills.use(house.settings.cash_hand_on_days)
    cash.use(cash.CashLimits.of(house.settings))
    payout_terms.use(payout_terms.PayoutTerms.of(house.settings))
    by_hand.use(by_hand.Limit.of(house.settings))
    deposits.use(deposits.Bounds(house.settings.deposit_least, house.settings.deposit_most))
    review_spans.use(review_spans.Spans.of(house.settings))
    return_spans.use(return_spans.Spans.of(house.settings))
    courier.use(house.ports.courier)
    outside_payments(house.settings)
    outside_payouts(house.settings)
    queues.equip(house.settings.queue_url or house.settings.redis_url)
    huey = queue.build(house.settings)

    def run_drain() -> None:
        with app.app_context():
            drain(house.handlers)

    def run_sweep(thoroughly: bool) -> None:
        with app.app_context():
            clock.sweep(house.ports, thoroughly)

    house.wake = queue.schedule(huey, run_drain, run_sweep)
    app.extensions["queue"] = huey
