"""Stripe's own book: its balance transactions, page by page, as lines that name what they are about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from catalog.money import ZERO, Money
from marketplace.adapters.stripe_wire import Wire
from marketplace.payments.currencies import rupiah, spelled
from marketplace.payments.providers import BookLine, BookPage, Turn

PAGE = 100
_TURNS = {
    "charge": Turn.PAYMENT,
    "refund": Turn.REFUND,
    "refund_failure": Turn.REFUND,
    "partial_capture_reversal": Turn.REFUND,
    "dispute": Turn.DISPUTE,
    "dispute_reversal": Turn.DISPUTE,
    "payout": Turn.PAYOUT,
    "payout_reversal": Turn.PAYOUT,
    "transfer": Turn.TRANSFER,
    "transfer_reversal": Turn.TRANSFER,
    "fee": Turn.FEE,
    "network_cost": Turn.FEE,
    "tax": Turn.FEE,
}


def read(wire: Wire, since: datetime, until: datetime, after: str) -> BookPage:
    """Lines from `since` until `until`, the newest first. Unavailable when there is no answer."""
    params: dict[str, Any] = {
        "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp()) + 1},
        "limit": PAGE,
        "expand": ["data.source"],
    }
    if after:
        params["starting_after"] = after
    answer = wire.ask(lambda: wire.client.v1.balance_transactions.list(params))  # type: ignore[arg-type]
    rows = answer.get("data") or []
    lines = [line for row in rows for line in _lines(row)]
    return BookPage(lines, str(rows[-1]["id"]) if rows and answer.get("has_more") else "")


def _lines(row: dict[str, Any]) -> list[BookLine]:
    """One line, and a second one for a fee that was kept besides (of a dispute): those of payments stand on them."""
    turn = _TURNS.get(str(row.get("reporting_category")), Turn.OTHER)
    source = row.get("source")
    source = source if isinstance(source, dict) else {"id": str(source or "")}
    at = datetime.fromtimestamp(int(row["created"]), UTC)
    currency = str(row.get("currency") or "")
    total, odd = _sum(int(row.get("amount") or 0), currency)
    fee, odd_fee = _sum(int(row.get("fee") or 0), currency)
    own = turn in (Turn.PAYMENT, Turn.FEE)
    found = [BookLine(str(row["id"]), turn, total, fee if own else ZERO, at, _about(turn, source), odd or odd_fee)]
    if fee and not own:
        found.append(BookLine(f"{row['id']}-fee", Turn.FEE, -fee, ZERO, at, str(source.get("id") or ""), odd_fee))
    return found


def _about(turn: Turn, source: dict[str, Any]) -> str:
    metadata = source.get("metadata") or {}
    if turn in (Turn.PAYMENT, Turn.DISPUTE):
        return str(source.get("payment_intent") or source.get("id") or "")
    if turn is Turn.REFUND:
        return str(metadata.get("refund") or source.get("id") or "")
    if turn is Turn.TRANSFER:
        return str(metadata.get("payout") or source.get("id") or "")
    return str(source.get("id") or "")


def _sum(minor: int, currency: str) -> tuple[Money, str]:
    sign = -1 if minor < 0 else 1
    found = rupiah(abs(minor), currency)
    return (ZERO, spelled(minor, currency)) if found is None else (Money(found.rupiah * sign), "")
