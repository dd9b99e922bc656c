"""Every knob of the house: its name in the environment, its type, its default and one line of why.

README's table is held against this module by a test. Nothing else reads the environment.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class BadSettings(SystemExit):
    """The start is refused; the text says which setting is wrong and what would be right."""


def _knob(default: Any, why: str) -> Any:
    if callable(default):
        return field(default_factory=default, metadata={"why": why})
    return field(default=default, metadata={"why": why})


@dataclass(frozen=True)
class Settings:
    """What the house is told from outside. Spans are named with their unit; sizes are in MB (10^6 bytes)."""

    environment: str = _knob("development", "`production` refuses weak secrets, open hosts and example data")
    database_url: str = _knob("", "SQLite inside DATA_DIR unless a `postgresql://` address is given")
    data_dir: Path = _knob(Path("var"), "where files, mails, the queue and the embedded database live")
    secret_key: str = _knob("", "signs links and form tokens; made and kept in DATA_DIR when empty (not in production)")
    trusted_hosts: tuple[str, ...] = _knob((), "host names that requests may carry, by commas; production needs them")
    public_url: str = _knob(
        "", "the address that mails, canonical links and sitemaps name; empty: where `flask serve` listens"
    )
    site_name: str = _knob("Kriyaloka", "the name in the header and in mails")
    smtp_url: str = _knob(
        "", "`smtp://user:password@host:587` (or `smtps://`); empty writes .eml files into DATA_DIR/mails"
    )
    mail_from: str = _knob("Kriyaloka <halo@kriyaloka.example>", "sender of every mail")
    redis_url: str = _knob(
        "", "`redis://…` counts rate limits and queues jobs across machines; empty keeps both in SQLite files"
    )
    queue_url: str = _knob(
        "", "`postgresql://…` or `redis://…` for the job queue; empty: REDIS_URL if set, else a SQLite file"
    )
    search_path: str = _knob(
        "", "file of the embedded index when the database is PostgreSQL; empty: DATA_DIR/search.db"
    )
    proxy_hops: int = _knob(
        0, "how many proxies of yours stand before the site; their X-Forwarded-For and -Proto are believed"
    )
    biteship_key: str = _knob(
        "", "a key of Biteship lets its couriers be asked for prices and parcels; empty: the rate table alone"
    )
    biteship_url: str = _knob("https://api.biteship.com", "where Biteship answers; another address for its sandbox")
    biteship_couriers: tuple[str, ...] = _knob(
        ("jne", "jnt", "sicepat", "anteraja", "pos", "tiki"), "whose prices are asked for, by Biteship's codes"
    )
    stripe_key: str = _knob(
        "", "a secret (or restricted) key of Stripe lets buyers pay by card on its page; empty: no cards"
    )
    stripe_webhook_secrets: tuple[str, ...] = _knob(
        (), "signing secrets of the endpoint `/hooks/payments/stripe`; two, by commas, while they are being changed"
    )
    stripe_connect: str = _knob(
        "", "country (such as `ID`) of the accounts that shops may open at Stripe to be paid through it; empty: by bank"
    )
    stripe_payout_secrets: tuple[str, ...] = _knob(
        (), "signing secrets of what leads to `/hooks/payouts/stripe`: thin events of accounts, and `transfer.*`"
    )
    stripe_url: str = _knob("", "another address than Stripe's own, for tests")
    midtrans_server_key: str = _knob(
        "", "a server key of Midtrans lets buyers pay by virtual account or QRIS on its page; empty: neither"
    )
    midtrans_signature_keys: tuple[str, ...] = _knob(
        (), "keys that sign its messages to `/hooks/payments/midtrans`, two while they change; empty: the server key"
    )
    midtrans_methods: tuple[str, ...] = _knob(
        (
            "bca_va",
            "bni_va",
            "bri_va",
            "permata_va",
            "cimb_va",
            "echannel",
            "other_va",
            "gopay",
            "shopeepay",
            "other_qris",
        ),
        "what its page offers, by Midtrans's names",
    )
    midtrans_url: str = _knob("", "another address than Midtrans's own (or its sandbox's), for tests")
    midtrans_page_url: str = _knob("", "another address of its pages, for tests")
    meili_url: str = _knob(
        "", "`http://127.0.0.1:7700` lets a Meilisearch server do the searching; empty: the embedded engine alone"
    )
    meili_api_key: str = _knob("", "a key with the rights that deploy/README.md names (not the master key)")
    meili_index: str = _knob(
        "products", "name of the index; `_new` and `_entries` are added for rebuilds and suggestions"
    )
    s3_url: str = _knob(
        "", "`s3://bucket/prefix?endpoint=https://host&region=name` keeps pictures there; empty: DATA_DIR/media"
    )
    s3_key: str = _knob("", "the access key of that bucket")
    s3_secret: str = _knob("", "its secret key")
    s3_public_url: str = _knob(
        "", "address that serves the bucket to browsers; empty: pictures are read through the shop"
    )
    workers: int = _knob(2, "web processes that `flask serve` starts")
    port: int = _knob(8000, "port that `flask serve` listens on")
    bind: str = _knob("127.0.0.1", "address that `flask serve` listens on")
    log_level: str = _knob("info", "`debug`, `info`, `warning` or `error`")
    page_cache_mb: int = _knob(16, "memory for shared pages per web process; 0 switches the page cache off")
    page_max_age_seconds: int = _knob(30, "how long a browser may reuse a shared page without asking")
    upload_mb: int = _knob(15, "largest photo that may be sent")
    request_mb: int = _knob(64, "largest request at all (several photos at once)")
    sign_in_limit: str = _knob("10 per minute; 60 per hour", "attempts to sign in, per address and per account")
    register_limit: str = _knob("20 per hour", "new accounts per address")
    reset_limit: str = _knob("6 per hour", "reset and confirmation mails per address and per account")
    checkout_limit: str = _knob("60 per hour", "purchases placed per address")
    voucher_limit: str = _knob("20 per hour", "unknown voucher codes that may be tried, per address")
    pickup_limit: str = _knob("10 per hour", "wrong pick-up codes that may be typed, per order")
    message_limit: str = _knob("10 per minute; 100 per hour", "messages that one person (or address) sends")
    pdf_limit: str = _knob("30 per 10 minutes", "papers (PDF) that are made for one address")
    hold_minutes: int = _knob(10, "how long pieces are held for a buyer after each deed at the checkout")
    hold_most_minutes: int = _knob(30, "how long they are held at most from its beginning; then it pauses as long")
    hold_limit: str = _knob("4 per hour", "checkouts of guests that begin to hold pieces, per address")
    session_days: int = _knob(30, "how long a browser stays signed in after its last visit")
    confirm_hours: int = _knob(72, "how long a confirmation link lives")
    reset_minutes: int = _knob(30, "how long a password reset link lives")
    cash_each: int = _knob(3_000_000, "rupiah that one purchase in cash may cost")
    cash_open: int = _knob(3, "purchases in cash that a buyer may have under way at once")
    cash_open_sum: int = _knob(5_000_000, "rupiah that these may come to together")
    cash_refusals: int = _knob(
        3, "cash orders not taken, then a buyer pays beforehand; each one before halves both sums"
    )
    cash_refusal_days: int = _knob(180, "days after which a cash order that was not taken is forgotten")
    cash_hand_on_days: int = _knob(
        7, "days in which galleries and shops bring what they owe of cash, then it is overdue"
    )
    payment_hours: int = _knob(24, "how long stock is held for an unpaid bank transfer")
    payment_grace_hours: int = _knob(
        24, "after that span, how long an operator may still confirm a transfer made in its last hour"
    )
    confirm_days: int = _knob(2, "working days for a seller to accept an order, then it is cancelled")
    ship_grace_days: int = _knob(2, "working days after the promised day, then the order is cancelled")
    delivery_days: int = _knob(21, "days after shipping, then the order counts as delivered")
    complete_days: int = _knob(3, "days after delivery, then the order is completed")
    balance_days: int = _knob(7, "days to pay the balance of a piece that is ready, then the order is cancelled")
    deposit_least: int = _knob(30, "the smallest deposit that shops may ask for, in percent")
    deposit_most: int = _knob(70, "the largest deposit below the whole price, in percent (at most 90)")
    deposit_kept_begun: int = _knob(
        50, "how much of a deposit stays with the maker when the buyer leaves while the piece is made, in percent"
    )
    deposit_kept_ready: int = _knob(
        100, "how much of it stays when the piece is ready and the buyer leaves or does not pay the balance, in percent"
    )
    review_days: int = _knob(21, "days after delivery in which buyer and shop may review each other; then both appear")
    review_ask_days: int = _knob(4, "days after delivery, then the buyer is asked once how it was")
    cancel_answer_hours: int = _knob(
        48, "hours for a seller to answer a buyer's wish to cancel, then the order is cancelled"
    )
    unseen_days: int = _knob(5, "days after shipping without any word of a courier, then buyer and seller are asked")
    complaint_days: int = _knob(7, "days after delivery in which a buyer may complain about what can be seen")
    hidden_defect_days: int = _knob(180, "days after delivery in which a buyer may complain about a hidden defect")
    return_answer_days: int = _knob(3, "working days for a seller to answer a return, then the operator decides")
    return_choice_days: int = _knob(
        3, "days for a buyer to answer: an offer then counts as taken, a refusal as accepted"
    )
    return_send_days: int = _knob(7, "days for a buyer to send pieces back, then the return is closed")
    return_receive_days: int = _knob(3, "working days for a seller to look at what came back, then it counts as good")
    return_decision_days: int = _knob(5, "working days for an operator to decide, then all operators are reminded")
    ppn_from: str = _knob(
        "2025-01-01",
        "since when the house owes PPN (11 %) on its commission; empty where it is no taxable entrepreneur",
    )
    pph22_from: str = _knob(
        "", "the day from which the tax office has appointed the house to withhold PPh 22 (PMK 37/2025); empty: not"
    )
    payout_minimum: int = _knob(50_000, "rupiah from which on shops are paid, unless they choose another sum")
    by_hand_limit: int = _knob(
        5_000_000, "rupiah up to which one operator alone confirms a transfer or sends a refund; above, two must"
    )
    payout_cooling_hours: int = _knob(72, "how long a new bank account of a shop waits before anything is paid to it")
    return_appeal_days: int = _knob(3, "days to appeal against an operator's decision, then it is carried out")

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def is_secure(self) -> bool:
        """Whether visitors come over https, so that cookies may be `__Host-` and HSTS makes sense."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def local_url(self) -> str:
        """Where `flask serve` answers on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.bind, self.bind)  # noqa: S104  read, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def session_span(self) -> timedelta:
        return timedelta(days=self.session_days)

    @property
    def mails_dir(self) -> Path:
        return self.data_dir / "mails"

    @property
    def media_dir(self) -> Path:
        return self.data_dir / "media"

    @property
    def private_dir(self) -> Path:
        return self.data_dir / "private"


def knobs() -> list[tuple[str, str, str]]:
    """(name in the environment, default as text, why) of every setting, for README and `flask doctor`."""
    blank = Settings()
    rows = []
    for one in fields(Settings):
        value = getattr(blank, one.name)
        rows.append(
            (one.name.upper(), ", ".join(value) if isinstance(value, tuple) else str(value), one.metadata["why"])
        )
    return rows


def _read(kind: str, name: str, text: str) -> Any:
    if kind == "int":
        try:
            return int(text)
        except ValueError:
            raise BadSettings(f"{name} must be a whole number, not {text!r}") from None
    if kind == "Path":
        return Path(text)
    if kind.startswith("tuple"):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read, complete and check the settings; BadSettings names what is wrong."""
    given = {
        one.name: _read(str(one.type), one.name.upper(), environ[one.name.upper()])
        for one in fields(Settings)
        if environ.get(one.name.upper())
    }
    return complete(Settings(**given))


def complete(settings: Settings) -> Settings:
    """Fill in what follows from other settings and refuse an unsafe production."""
    values = {one.name: getattr(settings, one.name) for one in fields(Settings)}
    if settings.environment not in ("development", "production"):
        raise BadSettings("ENVIRONMENT must be `development` or `production`")
    address = settings.public_url or settings.local_url
    public = urlsplit(address)
    if public.scheme not in ("http", "https") or not public.netloc:
        raise BadSettings("PUBLIC_URL must be an address such as https://kriyaloka.example")
    values["public_url"] = address.rstrip("/")
    data_dir = settings.data_dir.absolute()
    values["data_dir"] = data_dir
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        probe = data_dir / ".writable"
        probe.write_text("yes")
        probe.unlink()
    except OSError as error:
        raise BadSettings(f"DATA_DIR {data_dir} cannot be written: {error.strerror}") from None
    if not settings.database_url:
        values["database_url"] = f"sqlite:///{data_dir / 'kriyaloka.db'}"
    elif settings.database_url.startswith(("postgresql://", "postgres://")):
        values["database_url"] = "postgresql+psycopg://" + settings.database_url.split("://", 1)[1]
    biteship = urlsplit(settings.biteship_url)
    if settings.biteship_key and (
        biteship.scheme not in ("http", "https") or not biteship.hostname or not settings.biteship_couriers
    ):
        raise BadSettings(
            "BITESHIP_URL must be an address such as https://api.biteship.com, BITESHIP_COURIERS not empty"
        )
    if settings.stripe_key and not re.fullmatch(r"(sk|rk)_(test|live)_\w{8,}", settings.stripe_key):
        raise BadSettings("STRIPE_KEY must be a secret or restricted key, such as sk_test_… or rk_live_…")
    if settings.stripe_key and not settings.stripe_webhook_secrets:
        raise BadSettings(
            "STRIPE_WEBHOOK_SECRETS is missing: give the signing secret of /hooks/payments/stripe (whsec_…)"
        )
    if settings.stripe_connect and not (
        settings.stripe_key and settings.stripe_payout_secrets and re.fullmatch("[A-Z]{2}", settings.stripe_connect)
    ):
        raise BadSettings("STRIPE_CONNECT is a country such as ID, and needs STRIPE_KEY and STRIPE_PAYOUT_SECRETS")
    if settings.midtrans_server_key and not re.fullmatch(r"(SB-)?Mid-server-[\w-]{8,}", settings.midtrans_server_key):
        raise BadSettings("MIDTRANS_SERVER_KEY must be a server key, such as Mid-server-… or SB-Mid-server-…")
    if settings.midtrans_server_key and not settings.midtrans_methods:
        raise BadSettings("MIDTRANS_METHODS is empty: name what its page offers, such as bca_va, other_qris")
    if settings.meili_url and (
        urlsplit(settings.meili_url).scheme not in ("http", "https") or not urlsplit(settings.meili_url).hostname
    ):
        raise BadSettings("MEILI_URL must be an address such as http://127.0.0.1:7700")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", settings.meili_index):
        raise BadSettings("MEILI_INDEX may hold letters, digits, hyphens and underscores")
    for name in ("ppn_from", "pph22_from"):
        try:
            date.fromisoformat(getattr(settings, name) or "2025-01-01")
        except ValueError:
            raise BadSettings(f"{name.upper()} must be a day such as 2025-01-01, or empty") from None
    if settings.is_production:
        if len(settings.secret_key) < 32 or len(set(settings.secret_key)) < 12:
            raise BadSettings("SECRET_KEY is missing or weak: give at least 32 random characters")
        if not settings.trusted_hosts:
            raise BadSettings("TRUSTED_HOSTS is missing: name the hosts that requests may carry")
        if not settings.is_secure:
            raise BadSettings("PUBLIC_URL must start with https:// in production")
    elif not settings.secret_key:
        values["secret_key"] = _kept_secret(data_dir / "secret.key")
    return Settings(**values)


def _kept_secret(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    # Two processes may start at once: whoever links its file first wins, both read the winner's.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    draft.unlink()
    return path.read_text().strip()
