"""A stateful double of Stripe over real HTTP for the real SDK: sessions, payments, refunds, disputes, signed events.

It keeps idempotency keys (replays, and refuses them with another body), and can fail as the real one does: `drops` of
its next answers are lost after the deed was done, `statuses` are answered instead of doing anything, `silent` says
nothing, `slow` waits; `fails` says so of single requests. Events lie in `events` until the test delivers them, in any
order and number. `balance` is its own book.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import stripe

from tests.fakes import stripe_book, stripe_connect
from tests.fakes.stripe_schema import Bad, checked, params, unflat

Row = dict[str, Any]
TOO_LATE = 0.45
"""Seconds after which everybody who asked has gone."""


class StripeServer:
    """`with StripeServer() as server:` listens on `server.url`."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.events: list[Row] = []
        self.keys: dict[str, tuple[bytes, int, Row]] = {}
        self.asked: list[tuple[str, str, dict[str, str], Row]] = []
        self.balances: dict[str, int] = {"platform": 0}
        self.drops = 0
        self.statuses: list[int] = []
        self.silent = False
        self.slow = 0.0
        self.faults: list[tuple[str, int | str]] = []
        self.refunds_are = "succeeded"
        self.lock = threading.RLock()
        self._closed = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> StripeServer:
        threading.Thread(target=lambda: self._http.serve_forever(0.02), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._http.shutdown()
        self._http.server_close()

    def fails(self, where: str, *how: int | str) -> None:
        """What the next requests to `where` ("POST /v1/refunds") meet, one each: a status instead of the deed, "drop"
        (the deed is done and its answer lost), "late" (done, and answered when nobody listens) or "mute"."""
        self.faults += [(where, one) for one in how]

    def forget(self) -> None:
        """Everything that it knows and was told to do."""
        for one in (self.rows, self.events, self.keys, self.asked, self.statuses, self.faults):
            one.clear()
        self.balances = {"platform": 0}
        self.drops, self.silent, self.slow, self.refunds_are = 0, False, 0.0, "succeeded"

    def balance(self, currency: str = "idr") -> int:
        """What it holds for us in the smallest unit, before fees: what came, less what went back or is disputed."""
        return sum(
            charge["amount"] - charge["amount_refunded"] - charge.get("_withdrawn", 0)
            for charge in self.rows.values()
            if charge["object"] == "charge" and charge["currency"] == currency
        )

    def of(self, object_: str) -> list[Row]:
        """Every row of a kind, the oldest first."""
        return [one for one in self.rows.values() if one["object"] == object_]

    # What happens there without us.

    def pay(self, session: str, received: int | None = None, currency: str = "idr") -> Row:
        """The buyer pays the session, by default what it asks for."""
        row = self.rows[session]
        if row["status"] != "open":
            raise ValueError("this session is not open")
        sum_ = row["amount_total"] if received is None else received
        charge = self._new(
            "ch", "charge", amount=sum_, currency=currency, amount_refunded=0, disputed=False, status="succeeded",
            balance_transaction={"id": "txn_1", "object": "balance_transaction", "fee": 500_000, "currency": "idr"},
        )  # fmt: skip
        intent = self._new(
            "pi", "payment_intent", status="succeeded", amount=sum_, amount_received=sum_, currency=currency,
            latest_charge=charge, metadata=row["_intent"].get("metadata", {}),
        )  # fmt: skip
        charge["payment_intent"], charge["metadata"] = intent["id"], intent["metadata"]
        self.emit("payment_intent.created", {**intent, "status": "requires_payment_method", "amount_received": 0})
        self.emit("payment_intent.processing", {**intent, "status": "processing", "amount_received": 0})
        row.update(status="complete", payment_status="paid", payment_intent=intent, url=None)
        self.emit("payment_intent.succeeded", intent)
        self.emit("charge.succeeded", charge)
        self.emit("checkout.session.completed", row)
        return charge

    def send_back(
        self, charge: Row, sum_: int, metadata: dict[str, str] | None = None, status: str = "succeeded"
    ) -> Row:
        """A refund, also one made by hand at the dashboard."""
        if not 0 < sum_ <= charge["amount"] - charge["amount_refunded"] - charge.get("_withdrawn", 0):
            raise Bad("Refund amount is greater than unrefunded amount on charge", "charge_already_refunded", "amount")
        charge["amount_refunded"] += sum_
        row = self._new(
            "re", "refund", amount=sum_, currency=charge["currency"], charge=charge["id"], status=status,
            payment_intent=charge["payment_intent"], metadata=metadata or {},
        )  # fmt: skip
        self.emit("refund.created", row)
        self.emit("charge.refunded", charge)
        return row

    def decide_refund(self, refund: Row, status: str) -> None:
        """What became of a refund that was on its way, or seemed to have arrived; a failed one is here again."""
        if status in ("failed", "canceled") and refund["status"] not in ("failed", "canceled"):
            charge = self.rows[refund["charge"]]
            charge["amount_refunded"] -= refund["amount"]
        refund.update(status=status, failure_reason="expired_or_canceled_card" if status == "failed" else None)
        self.emit("refund.failed" if status == "failed" else "refund.updated", refund)

    def dispute(self, charge: Row, status: str = "needs_response") -> Row:
        """The bank takes what has not gone back yet; only when it is won it comes again."""
        known = next((one for one in self.of("dispute") if one["charge"] == charge["id"]), None)
        charge["disputed"] = True
        left = charge["amount"] - charge["amount_refunded"]
        row = known or self._new(
            "dp", "dispute", charge=charge["id"], payment_intent=charge["payment_intent"], amount=left,
            currency=charge["currency"],
        )  # fmt: skip
        row["status"] = status
        charge["_withdrawn"] = 0 if status in ("won", "warning_closed") else row["amount"]
        self.emit("charge.dispute.created" if known is None else "charge.dispute.closed", row)
        return row

    def emit(self, kind: str, thing: Row) -> None:
        self.events.append(
            {
                "id": "evt_" + secrets.token_hex(8), "object": "event", "type": kind, "created": int(time.time()),
                "api_version": "2026-10-28.endive", "livemode": False, "pending_webhooks": 1,
                "data": {"object": json.loads(json.dumps(_shown(thing)))},
            }
        )  # fmt: skip

    # What is asked of it.

    def answer(self, method: str, path: str, query: Row, body: bytes, headers: dict[str, str]) -> tuple[int, Row]:
        with self.lock:
            key = headers.get("idempotency-key") if method == "POST" else None
            if not re.fullmatch(r"Bearer (sk|rk)_test_\w+", headers.get("authorization", "")):
                return 401, _error(Bad("Invalid API Key provided", status=401))
            asked = query
            if method == "POST":  # forms up to v1, JSON from v2 on
                asked = (
                    json.loads(body or b"{}")
                    if path.startswith("/v2/")
                    else unflat(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
                )
            self.asked.append((method, path, headers, asked))
            if self.statuses:
                return self.statuses.pop(0), _error(Bad("x", code="lock_timeout", kind="api_error"))
            if key and key in self.keys:
                old, status, answer = self.keys[key]
                if old != body:
                    kind = "idempotency_error"
                    return 400, _error(Bad("Keys can only be used with the same parameters", kind=kind))
                return status, answer
            try:
                status, answer = 200, self._do(method, path, asked)
            except Bad as error:
                status, answer = error.status, _error(error)
            answer = json.loads(json.dumps(answer))
            if key:
                self.keys[key] = (body, status, answer)
            return status, answer

    def _do(self, method: str, path: str, asked: Row) -> Row:
        for verb, pattern, schema, deed in [*_ROUTES, *stripe_connect.ROUTES]:
            match = re.fullmatch(pattern, path)
            if verb == method and match:
                given = checked(params(schema), asked)
                return _shown(deed(self, given, *match.groups()))
        raise Bad(f"Unrecognized request URL ({method}: {path}).", status=404)

    def _begin(self, asked: Row) -> Row:
        items = asked.get("line_items") or []
        if asked.get("mode") != "payment" or not items:
            raise Bad("Missing required param: line_items.", "parameter_missing", "line_items")
        total = sum(one["price_data"]["unit_amount"] * one["quantity"] for one in items)
        if items[0]["price_data"]["currency"] == "idr" and total < 800_000:
            raise Bad("Amount must convert to at least 50 cents.", "amount_too_small", "line_items")
        ends = asked.get("expires_at", int(time.time()) + 86_400)
        if not 30 * 60 <= ends - time.time() <= 86_400:
            raise Bad("expires_at must be between 30 minutes and 24 hours from now.", "parameter_invalid", "expires_at")
        row = self._new(
            "cs_test", "checkout.session", status="open", payment_status="unpaid", payment_intent=None,
            amount_total=total, currency=items[0]["price_data"]["currency"], expires_at=ends,
            client_reference_id=asked.get("client_reference_id"), metadata=asked.get("metadata", {}),
            _intent=asked.get("payment_intent_data", {}), _return=asked.get("success_url"), _leave=asked.get("cancel_url"),
        )  # fmt: skip
        row["url"] = f"https://checkout.stripe.com/c/pay/{row['id']}"
        return row

    def _expire(self, asked: Row, session: str) -> Row:
        row = self._row(session)
        if row["status"] != "open":
            raise Bad("Only Checkout Sessions with a status in [open] can be expired.", "resource_invalid_state")
        row.update(status="expired", url=None)
        self.emit("checkout.session.expired", row)
        return row

    def _refund(self, asked: Row) -> Row:
        intent = self._row(asked["payment_intent"])
        metadata = dict(asked.get("metadata", {}))
        return self.send_back(intent["latest_charge"], asked["amount"], metadata, self.refunds_are)

    def _list(self, object_: str, asked: Row) -> Row:
        rows = [
            _shown(one)
            for one in reversed(self.of(object_))
            if one.get("payment_intent") == asked.get("payment_intent")
        ]
        return {"object": "list", "data": rows[: asked.get("limit", 10)], "has_more": False, "url": "/v1/x"}

    def _row(self, id_: str) -> Row:
        if id_ not in self.rows:
            raise Bad(f"No such object: '{id_}'", "resource_missing", "id", 404)
        return self.rows[id_]

    def _new(self, prefix: str, object_: str, **values: Any) -> Row:
        row = {"id": f"{prefix}_{secrets.token_hex(10)}", "object": object_, "created": int(time.time()), **values}
        self.rows[row["id"]] = row
        return row

    def next_fault(self, method: str, path: str) -> int | str | None:
        with self.lock:
            for place, (where, how) in enumerate(self.faults):
                verb, _, pattern = where.partition(" ")
                if verb == method and re.fullmatch(pattern, path):
                    del self.faults[place]
                    return how
        return None

    def wait(self, seconds: float = 30) -> None:
        self._closed.wait(seconds)


_ROUTES: list[tuple[str, str, str, Callable[..., Row]]] = [
    ("POST", r"/v1/checkout/sessions", "checkout._session_create_params.SessionCreateParams", StripeServer._begin),
    ("GET", r"/v1/checkout/sessions/(\w+)", "checkout._session_retrieve_params.SessionRetrieveParams",
     lambda server, asked, id_: server._row(id_)),
    ("POST", r"/v1/checkout/sessions/(\w+)/expire", "checkout._session_expire_params.SessionExpireParams",
     StripeServer._expire),
    ("POST", r"/v1/refunds", "_refund_create_params.RefundCreateParams", StripeServer._refund),
    ("GET", r"/v1/refunds", "_refund_list_params.RefundListParams", lambda server, asked: server._list("refund", asked)),
    ("GET", r"/v1/balance_transactions", "_balance_transaction_list_params.BalanceTransactionListParams",
     lambda server, asked: stripe_book.list_book(server, asked)),
    ("GET", r"/v1/disputes", "_dispute_list_params.DisputeListParams",
     lambda server, asked: server._list("dispute", asked)),
]  # fmt: skip


def message(event: Row, secret: str, at: float | None = None) -> tuple[bytes, dict[str, str]]:
    """The bytes and the headers in which Stripe sends an event."""
    body = json.dumps(event)
    made = int(time.time() if at is None else at)
    signed = stripe.WebhookSignature._compute_signature(f"{made}.{body}", secret)
    return body.encode(), {"Stripe-Signature": f"t={made},v1={signed}"}


def _shown(row: Row) -> Row:
    return {
        name: _shown(value) if isinstance(value, dict) else value
        for name, value in row.items()
        if not name.startswith("_")
    }


def _error(error: Bad) -> Row:
    return {"error": {"type": error.kind, "message": str(error), "code": error.code, "param": error.param}}


def _handler(server: StripeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if server.silent:
                server.wait()
                self.close_connection = True
                return
            time.sleep(server.slow)
            where = urllib.parse.urlsplit(self.path)
            fault = server.next_fault(self.command, where.path)
            if fault == "mute":
                server.wait(TOO_LATE)
                self.close_connection = True
                return
            if isinstance(fault, int):
                server.statuses.append(fault)
            headers = {name.casefold(): value for name, value in self.headers.items()}
            query = unflat(urllib.parse.parse_qsl(where.query))
            status, answer = server.answer(self.command, where.path, query, body, headers)
            if fault == "late":
                server.wait(TOO_LATE)
            if server.drops or fault in ("drop", "late"):
                server.drops -= fault not in ("drop", "late")
                self.connection.close()  # the deed is done, and nobody hears of it
                self.close_connection = True
                return
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _do

        def log_message(self, *args: Any) -> None:
            pass

    return Handler
