"""The Connect half of Stripe's double: recipient accounts (v2), links, thin events, transfers, reversals, balances.

`server.balances` holds smallest units: `platform` what of ours has settled, and what lies on each shop's account. A
transfer out of a charge (`source_transaction`) needs no settled money but stays within that charge.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from tests.fakes.stripe_schema import Bad

if TYPE_CHECKING:
    from tests.fakes.stripe_server import StripeServer

Row = dict[str, Any]
CAPABILITY_CHANGED = "v2.core.account[configuration.recipient].capability_status_updated"


def open_account(server: StripeServer, asked: Row) -> Row:
    wanted = asked.get("configuration", {}).get("recipient", {}).get("capabilities", {}).get("stripe_balance", {})
    if not wanted.get("stripe_transfers", {}).get("requested"):
        raise Bad("Request a capability.", "parameter_missing", "configuration")
    row = server._new(
        "acct", "v2.core.account", contact_email=asked.get("contact_email"), dashboard=asked.get("dashboard"),
        applied_configurations=["recipient"], closed=False, livemode=False, metadata=asked.get("metadata", {}),
    )  # fmt: skip
    server.balances[row["id"]] = 0
    _set(row, "restricted", "requirements_past_due")
    return row


def become(server: StripeServer, account: str, status: str, *codes: str) -> None:
    """What Stripe decides about an account, told by a thin event that says nothing but whom to ask about."""
    _set(server.rows[account], status, *codes)
    server.events.append(
        {
            "id": "evt_" + secrets.token_hex(8), "object": "v2.core.event", "type": CAPABILITY_CHANGED,
            "created": "2026-11-28T00:00:00.000Z", "livemode": False,
            "related_object": {"id": account, "type": "v2.core.account", "url": f"/v2/core/accounts/{account}"},
        }
    )  # fmt: skip


def _set(row: Row, status: str, *codes: str) -> None:
    details = [{"code": one, "resolution": "provide_info"} for one in codes]
    capability = {"status": status, "status_details": details}
    row["configuration"] = {"recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": capability}}}}


def show_account(server: StripeServer, asked: Row, id_: str) -> Row:
    row = dict(server._row(id_))
    if "configuration.recipient" not in asked.get("include", []):
        row.pop("configuration")
    return row


def link(server: StripeServer, asked: Row) -> Row:
    server._row(asked["account"])
    if not asked["use_case"].get("account_onboarding", {}).get("refresh_url", "").startswith("http"):
        raise Bad("Invalid URL", "url_invalid", "refresh_url")
    url = f"https://accounts.stripe.com/r/{asked['account']}#alu_test_{secrets.token_hex(6)}"
    return {"object": "v2.core.account_link", "account": asked["account"], "url": url, "use_case": asked["use_case"]}


def transfer(server: StripeServer, asked: Row) -> Row:
    sum_, account = asked["amount"], server.rows.get(asked["destination"])
    if account is None or account["object"] != "v2.core.account":
        raise Bad(f"No such destination: '{asked['destination']}'", "resource_missing", "destination")
    balance = account["configuration"]["recipient"]["capabilities"]["stripe_balance"]
    if balance["stripe_transfers"]["status"] != "active":
        raise Bad("Your destination account needs the transfers capability.", "insufficient_capabilities_for_transfer")
    if sum_ < 1:
        raise Bad("Invalid positive integer", "parameter_invalid_integer", "amount")
    if source := asked.get("source_transaction"):
        charge = server._row(source)
        taken = charge.setdefault("_transferred", 0)
        if taken + sum_ > charge["amount"] - charge["amount_refunded"]:
            raise Bad("Transfers must not exceed the source amount", "transfer_source_balance_parameters_mismatch")
        charge["_transferred"] += sum_
    elif sum_ > server.balances["platform"]:
        raise Bad("You have insufficient available funds in your Stripe account.", "balance_insufficient")
    else:
        server.balances["platform"] -= sum_
    server.balances[account["id"]] += sum_
    row = server._new(
        "tr", "transfer", amount=sum_, currency=asked["currency"], destination=account["id"], amount_reversed=0,
        reversed=False, source_transaction=source, transfer_group=asked.get("transfer_group"),
        metadata=dict(asked.get("metadata", {})),
    )  # fmt: skip
    server.emit("transfer.created", row)
    return row


def reverse(server: StripeServer, asked: Row, id_: str) -> Row:
    row = server._row(id_)
    left = row["amount"] - row["amount_reversed"]
    sum_ = asked.get("amount", left)
    if sum_ > left:
        raise Bad("Reversal amount exceeds the unreversed amount", "transfer_already_reversed", "amount")
    if sum_ > server.balances[row["destination"]]:
        raise Bad("The destination has insufficient funds", "balance_insufficient")
    row["amount_reversed"] += sum_
    row["reversed"] = row["amount_reversed"] == row["amount"]
    server.balances[row["destination"]] -= sum_
    server.balances["platform"] += sum_
    server.emit("transfer.reversed", row)
    return server._new("trr", "transfer_reversal", amount=sum_, transfer=id_, currency=row["currency"])


def list_transfers(server: StripeServer, asked: Row) -> Row:
    rows = [one for one in server.rows.values() if one["object"] == "transfer"]
    rows = [one for one in reversed(rows) if one["transfer_group"] == asked.get("transfer_group")]
    return {"object": "list", "data": rows[: asked.get("limit", 10)], "has_more": False, "url": "/v1/transfers"}


def show_intent(server: StripeServer, asked: Row, id_: str) -> Row:
    row = dict(server._row(id_))
    row["latest_charge"] = row["latest_charge"]["id"]
    return row


ROUTES: list[tuple[str, str, str, Any]] = [
    ("POST", r"/v2/core/accounts", "v2.core._account_create_params.AccountCreateParams", open_account),
    ("GET", r"/v2/core/accounts/(\w+)", "v2.core._account_retrieve_params.AccountRetrieveParams", show_account),
    ("POST", r"/v2/core/account_links", "v2.core._account_link_create_params.AccountLinkCreateParams", link),
    ("POST", r"/v1/transfers", "_transfer_create_params.TransferCreateParams", transfer),
    ("GET", r"/v1/transfers", "_transfer_list_params.TransferListParams", list_transfers),
    ("GET", r"/v1/transfers/(\w+)", "_transfer_retrieve_params.TransferRetrieveParams",
     lambda server, asked, id_: server._row(id_)),
    ("POST", r"/v1/transfers/(\w+)/reversals", "_transfer_reversal_create_params.TransferReversalCreateParams", reverse),
    ("GET", r"/v1/payment_intents/(\w+)", "_payment_intent_retrieve_params.PaymentIntentRetrieveParams", show_intent),
]  # fmt: skip
