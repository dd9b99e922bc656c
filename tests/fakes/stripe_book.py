"""The book of the double of Stripe: its balance transactions, worked out from what has happened there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.stripe_server import StripeServer

Row = dict[str, Any]


def pay_out(server: StripeServer, sum_: int) -> Row:
    """It sends us what it holds: smallest units, less what it has kept in fees already."""
    return server._new("po", "payout", amount=sum_, currency="idr", status="paid")


def charge_fee(server: StripeServer, sum_: int) -> Row:
    """A fee of its own, of no payment."""
    return server._new("fee", "stripe_fee", amount=sum_, currency="idr")


def list_book(server: StripeServer, asked: Row) -> Row:
    """Balance transactions, the newest first."""
    window = asked.get("created") or {}
    rows = [
        one
        for one in reversed(list(_rows(server)))
        if window.get("gte", 0) <= one["created"] < window.get("lt", 1 << 40)
    ]
    names = [one["id"] for one in rows]
    if asked.get("starting_after"):
        rows = rows[names.index(asked["starting_after"]) + 1 :]
    limit = asked.get("limit", 10)
    return {"object": "list", "data": rows[:limit], "has_more": len(rows) > limit, "url": "/v1/balance_transactions"}


def _rows(server: StripeServer) -> Iterator[Row]:
    for row in list(server.rows.values()):
        match row["object"]:
            case "charge":
                yield _row(row, "charge", row["amount"], row["balance_transaction"]["fee"])
            case "refund":
                yield _row(row, "refund", -row["amount"])
                if row["status"] in ("failed", "canceled"):
                    yield _row(row, "refund_failure", row["amount"])
            case "dispute" if not row["status"].startswith("warning"):
                yield _row(row, "dispute", -row["amount"], row.get("_fee", 0))
                if row["status"] == "won":
                    yield _row(row, "dispute_reversal", row["amount"])
            case "payout":
                yield _row(row, "payout", -row["amount"])
            case "stripe_fee":
                yield _row(row, "fee", -row["amount"])


def _row(source: Row, category: str, amount: int, fee: int = 0) -> Row:
    shown = {name: value for name, value in source.items() if not name.startswith("_") and not isinstance(value, dict)}
    shown["metadata"] = source.get("metadata") or {}
    return {
        "id": f"txn_{category}_{source['id']}",
        "object": "balance_transaction",
        "reporting_category": category,
        "amount": amount,
        "fee": fee,
        "net": amount - fee,
        "currency": source["currency"],
        "created": source["created"],
        "source": shown,
    }
