"""A strict double of Biteship over real HTTP, written from its documentation: rates by postal codes, and tracking.

It refuses a missing key, fields that it does not know and values of a wrong type. It can be `silent`, trickle (`drip`),
answer with a `status` of its choice, or talk `garbage`.
"""

from __future__ import annotations

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

FIELDS = {"origin_postal_code": int, "destination_postal_code": int, "couriers": str, "items": list}
ITEM = {"name": str, "value": int, "length": int, "width": int, "height": int, "weight": int, "quantity": int}
NAMES = {"jne": "JNE", "jnt": "J&T", "sicepat": "SiCepat"}


def service(courier: str, code: str, name: str, price: Any, days: str = "1 - 2", unit: str = "days") -> dict[str, Any]:
    """One row of `pricing`, as long as the real one."""
    return {
        "available_for_cash_on_delivery": False, "available_for_proof_of_delivery": False,
        "available_for_instant_waybill_id": True, "available_for_insurance": True, "company": courier,
        "courier_name": NAMES.get(courier, courier), "courier_code": courier, "courier_service_name": name,
        "courier_service_code": code, "description": name, "duration": f"{days} {unit}",
        "shipment_duration_range": days, "shipment_duration_unit": unit, "service_type": "standard",
        "shipping_type": "parcel", "price": price, "type": code,
    }  # fmt: skip


class BiteshipServer:
    """`with BiteshipServer() as server:` listens on `server.url`; `server.key` opens it."""

    def __init__(self, key: str = "biteship_test.0123456789") -> None:
        self.key = key
        self.pricing: list[Any] = [
            service("jne", "reg", "Reguler", 32_000, "2 - 4"),
            service("sicepat", "reg", "Reguler", 28_000, "3 - 5"),
            service("jnt", "ez", "EZ", 30_000, "3"),
        ]
        self.history: dict[tuple[str, str], list[Any]] = {}
        self.asked: list[tuple[str, Any]] = []
        self.status: int | None = None
        self.garbage: bytes | None = None
        self.silent = False
        self.drip = 0.0
        self._closed = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> BiteshipServer:
        threading.Thread(target=lambda: self._http.serve_forever(0.02), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._http.shutdown()
        self._http.server_close()

    def answer(self, method: str, path: str, key: str | None, kind: str, body: bytes) -> tuple[int, bytes]:
        """What the real one would say."""
        data = json.loads(body) if body else None
        self.asked.append((path, data))
        if self.status is not None:
            return self.status, b'{"success": false, "error": "x", "code": 1}'
        if self.garbage is not None:
            return 200, self.garbage
        if key != self.key:
            return 401, b'{"success": false, "error": "Authorization failed", "code": 40101001}'
        if (method, path) == ("POST", "/v1/rates/couriers") and kind == "application/json":
            wrong = _wrong(data)
            if wrong:
                return 400, json.dumps({"success": False, "error": wrong, "code": 40001002}).encode()
            allowed = data["couriers"].split(",")
            rows = [one for one in self.pricing if not isinstance(one, dict) or one.get("courier_code") in allowed]
            return 200, json.dumps(
                {"success": True, "object": "courier_pricing", "code": 20001003, "pricing": rows}
            ).encode()
        match = re.fullmatch(r"/v1/trackings/([^/]+)/couriers/([a-z]+)", path)
        if method == "GET" and match and (match[2], match[1]) in self.history:
            rows = self.history[match[2], match[1]]
            return 200, json.dumps({"success": True, "object": "tracking", "history": rows}).encode()
        return 404, b'{"success": false, "error": "not found", "code": 40003001}'

    def wait(self) -> None:
        """Say nothing until the test is over."""
        self._closed.wait(30)


def _wrong(data: Any) -> str:
    if not isinstance(data, dict) or set(data) != set(FIELDS):
        return "fields"
    if any(type(data[name]) is not kind for name, kind in FIELDS.items()) or not data["items"]:
        return "types"
    for item in data["items"]:
        if set(item) != set(ITEM) or any(type(item[name]) is not kind for name, kind in ITEM.items()):
            return "item"
        if item["quantity"] < 1 or item["weight"] < 1 or min(item["length"], item["width"], item["height"]) < 1:
            return "item size"
    codes = (data["origin_postal_code"], data["destination_postal_code"])
    return "" if all(10_000 <= code <= 99_999 for code in codes) else "postal code"


def _handler(server: BiteshipServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if server.silent:
                server.wait()
                self.close_connection = True
                return
            status, data = server.answer(
                self.command, self.path, self.headers.get("authorization"), self.headers.get("content-type") or "", body
            )
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            try:
                for place in range(0, len(data), 20 if server.drip else len(data) or 1):
                    self.wfile.write(data[place : place + (20 if server.drip else len(data))])
                    self.wfile.flush()
                    time.sleep(server.drip)
            except OSError:  # the other side has hung up
                self.close_connection = True

        do_GET = do_POST = _do

        def log_message(self, *args: Any) -> None:
            pass

    return Handler
