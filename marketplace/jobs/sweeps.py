"""What the clock does: expired payments, overdue orders, old sessions. Each sweep is idempotent and short."""

from __future__ import annotations

import structlog
from sqlalchemy import delete

from catalog import clock
from catalog.db import transaction
from marketplace.accounts.models import Session, Token
from marketplace.settings import Settings

log = structlog.get_logger("sweeps")


def forget_old_sessions() -> None:
    """Sessions and links that have run out."""
    now = clock.now()
    with transaction() as session:
        session.execute(delete(Session).where(Session.expires_at < now))
        session.execute(delete(Token).where(Token.expires_at < now))


def sweep(settings: Settings) -> None:
    """Run every sweep; one that fails does not keep the others from running."""
    for one in (forget_old_sessions,):
        try:
            one()
        except Exception:
            log.exception("sweep failed", sweep=one.__name__)
