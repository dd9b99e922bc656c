"""A stateful double of Midtrans over real HTTP: Snap pages, transactions, refunds, signed messages.

Strict where Midtrans is: the key as a Basic user, whole rupiah, known parameters only, lines that sum up, a name for one
transaction alone, refunds within what was paid and once per key. `names` says when a name counts as used: "charged"
(somebody has chosen a way of paying) or "asked" (a page was opened). It fails as the real one does: `drops` of its next
answers are lost after the deed was done, `statuses` are answered instead of doing anything, `silent` says nothing, `slow`
waits. Messages lie in `messages` until the test delivers them, in any order and number.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import unquote

Row = dict[str, Any]
KEY = "SB-Mid-server-0123456789abcdef"
_PAGE = {
    "transaction_details": {"order_id", "gross_amount"},
    "item_details": None, "customer_details": {"first_name", "last_name", "email", "phone"}, "enabled_payments": None,
    "callbacks": {"finish"}, "expiry": {"start_time", "duration", "unit"}, "page_expiry": {"duration", "unit"},
}  # fmt: skip
_REFUNDABLE = {"gopay", "shopeepay", "qris", "credit_card", "dana", "ovo"}


class Bad(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class MidtransServer:
    """`with MidtransServer() as server:` listens on `server.url`, for both of Midtrans's hosts."""

    def __init__(self) -> None:
        self._closed = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self.lock = threading.RLock()
        self.forget()

    def forget(self) -> None:
        self.pages: dict[str, Row] = {}
        self.rows: dict[str, Row] = {}
        self.messages: list[Row] = []
        self.asked: list[tuple[str, str, Row, dict[str, str]]] = []
        self.names = "charged"
        self.drops = 0
        self.statuses: list[int] = []
        self.silent = False
        self.slow = 0.0

    def __enter__(self) -> MidtransServer:
        threading.Thread(target=lambda: self._http.serve_forever(0.02), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._http.shutdown()
        self._http.server_close()

    # What happens there without us.

    def choose(self, name: str, way: str = "bank_transfer", **values: Any) -> Row:
        """The buyer chooses a way on the newest page of this name: it is pending from now on."""
        page = next(one for one in reversed(self.pages.values()) if one["order_id"] == name)
        if page.get("canceled_at"):
            raise Bad(400, "token already canceled")
        if name in self.rows and self.rows[name]["transaction_status"] not in ("expire", "cancel"):
            raise Bad(406, "The request could not be completed due to a conflict with the current state of the target")
        row = {
            "transaction_id": secrets.token_hex(16), "order_id": name, "payment_type": way, "currency": "IDR",
            "gross_amount": f"{page['gross_amount']}.00", "transaction_status": "pending", "fraud_status": "accept",
            "status_code": "201", "transaction_time": _now(), "merchant_id": "M1", **values,
        }  # fmt: skip
        self.rows[name] = row
        self.emit(row)
        return row

    def pay(self, name: str, way: str = "bank_transfer", **values: Any) -> Row:
        """The money comes."""
        row = self.rows.get(name)
        if row is None or row["transaction_status"] != "pending":
            row = self.choose(name, way)
        row.update(transaction_status="settlement", status_code="200", settlement_time=_now(), **values)
        self.emit(row)
        return row

    def become(self, name: str, status: str, **values: Any) -> Row:
        """What else Midtrans or a bank may make of it."""
        row = self.rows[name]
        code = {"expire": "407", "deny": "202", "cancel": "200", "chargeback": "200"}.get(status, "200")
        row.update(transaction_status=status, status_code=code, **values)
        self.emit(row)
        return row

    def send_back(self, row: Row, key: str, sum_: int, method: str = "online") -> Row:
        """A refund, also one made by hand at the dashboard."""
        paid = int(row["gross_amount"].partition(".")[0])
        known = row.setdefault("refunds", [])
        if any(one["refund_key"] == key for one in known):
            raise Bad(406, "Duplicate refund ID")
        if row["payment_type"] not in _REFUNDABLE:
            raise Bad(412, "Merchant cannot modify the status of the transaction")
        if row["transaction_status"] not in ("settlement", "partial_refund"):
            raise Bad(412, "Merchant cannot modify the status of the transaction")
        back = sum_ + sum(int(one["refund_amount"].partition(".")[0]) for one in known)
        if not 0 < sum_ <= back <= paid or (row["payment_type"] in ("shopeepay", "ovo") and sum_ != paid):
            raise Bad(414, "Refund request is rejected due to invalid amount")
        one = {
            "refund_chargeback_id": len(known) + 1, "refund_chargeback_uuid": secrets.token_hex(16), "refund_key": key,
            "refund_amount": f"{sum_}.00", "reason": "", "created_at": _now(), "refund_method": method,
        }  # fmt: skip
        known.append(one)
        self.become(row["order_id"], "refund" if back == paid else "partial_refund", refund_amount=f"{back}.00")
        return {**row, **one, "refund_amount": f"{sum_}.00"}

    def emit(self, row: Row) -> None:
        self.messages.append(json.loads(json.dumps(row)))

    # What is asked of it.

    def answer(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, Row]:
        with self.lock:
            right = "Basic " + base64.b64encode(f"{KEY}:".encode()).decode()
            if headers.get("authorization") != right:
                return 401, {"status_code": "401", "status_message": "Unknown Merchant server_key/id"}
            asked = json.loads(body) if body else {}
            self.asked.append((method, path, asked, headers))
            if self.statuses:
                status = self.statuses.pop(0)
                return status, {"status_code": str(status), "status_message": "x"}
            try:
                return self._do(method, path, asked)
            except Bad as error:
                if path.startswith("/snap/"):
                    return error.status, {"error_messages": [str(error)]}
                return 200, {"status_code": str(error.status), "status_message": str(error)}

    def _do(self, method: str, path: str, asked: Row) -> tuple[int, Row]:
        if (method, path) == ("POST", "/snap/v1/transactions"):
            return 201, self._open(asked)
        snap = re.fullmatch(r"/snap/v1/transactions/([\w-]+)/cancel", path)
        if method == "POST" and snap:
            return 200, self._close(snap[1])
        core = re.fullmatch(r"/v2/([^/]+)/(status|cancel|expire|refund)", path)
        if core and method == ("GET" if core[2] == "status" else "POST"):
            row = self._row(unquote(core[1]))
            if core[2] == "status":
                return 200, json.loads(json.dumps(row))
            if core[2] == "refund":
                if set(asked) - {"refund_key", "amount", "reason"} or not isinstance(asked.get("amount"), int):
                    raise Bad(400, "One or more parameters in the payload is invalid.")
                return 200, {**self.send_back(row, asked["refund_key"], asked["amount"]), "status_code": "200"}
            if row["transaction_status"] not in ("pending", "authorize", "capture")[: 1 if core[2] == "expire" else 3]:
                raise Bad(412, "Merchant cannot modify the status of the transaction")
            return 200, {**self.become(row["order_id"], core[2])}
        raise Bad(404, "Not Found")

    def _open(self, asked: Row) -> Row:
        for name, inner in _PAGE.items():
            if inner and not isinstance(asked.get(name, {}), dict):
                raise Bad(400, f"{name} is invalid")
            if inner and set(asked.get(name, {})) - inner:
                raise Bad(400, f"{name} has unknown parameters")
        details = asked.get("transaction_details", {})
        name, sum_ = details.get("order_id", ""), details.get("gross_amount")
        if set(asked) - set(_PAGE) or not re.fullmatch(r"[A-Za-z0-9._~-]{1,50}", name):
            raise Bad(400, "transaction_details.order_id is not valid")
        if isinstance(sum_, bool) or not isinstance(sum_, int) or sum_ < 1:
            raise Bad(400, "transaction_details.gross_amount must be a whole number of at least 1")
        lines = asked.get("item_details", [])
        if lines and sum(one["price"] * one["quantity"] for one in lines) != sum_:
            raise Bad(400, "transaction_details.gross_amount is not equal to the sum of item_details")
        if any(len(one["name"]) > 50 or len(one["id"]) > 50 for one in lines):
            raise Bad(400, "item_details Name too long")
        used = self.rows.get(name, {}).get("transaction_status") not in (None, "expire", "cancel")
        if used or (self.names == "asked" and any(one["order_id"] == name for one in self.pages.values())):
            raise Bad(400, "transaction_details.order_id has already been taken")
        token = secrets.token_hex(16)
        self.pages[token] = {"order_id": name, "gross_amount": sum_, **asked}
        return {"token": token, "redirect_url": f"{self.url}/snap/v4/redirection/{token}"}

    def _close(self, token: str) -> Row:
        page = self.pages.get(token)
        if page is None:
            raise Bad(404, "token not found")
        if page.get("canceled_at"):
            raise Bad(400, "token already canceled")
        if self.rows.get(page["order_id"], {}).get("transaction_status") == "pending":
            raise Bad(400, "Transaction is on progress")
        page["canceled_at"] = _now()
        return {"canceled_at": page["canceled_at"]}

    def _row(self, name: str) -> Row:
        for row in self.rows.values():
            if name in (row["order_id"], row["transaction_id"]):
                return row
        raise Bad(404, "Transaction doesn't exist.")

    def wait(self) -> None:
        self._closed.wait(30)


def message(row: Row, secret: str = KEY) -> bytes:
    """The bytes in which Midtrans sends a message: the signature is a part of it."""
    parts = "".join(str(row[one]) for one in ("order_id", "status_code", "gross_amount"))
    return json.dumps({**row, "signature_key": hashlib.sha512((parts + secret).encode()).hexdigest()}).encode()


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 7 * 3600))


def _handler(server: MidtransServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if server.silent:
                server.wait()
                self.close_connection = True
                return
            time.sleep(server.slow)
            headers = {name.casefold(): value for name, value in self.headers.items()}
            status, answer = server.answer(self.command, self.path, body, headers)
            if server.drops:
                server.drops -= 1
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
