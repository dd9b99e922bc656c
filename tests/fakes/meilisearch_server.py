"""A strict double of a Meilisearch server 1.50 over real HTTP, written from its documentation and source.

It refuses what the real one refuses: unknown fields and wrong types, undeclared facets and sort attributes, a missing
key or content type. Writes are tasks that end later, one after the other. It can be `silent`, `slow`, answer with a
`status` of its choice, or talk `garbage`.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.meilisearch_engine import Index
from tests.fakes.meilisearch_filters import Refused
from tests.fakes.meilisearch_routes import ROUTES, UID, problem

Task = dict[str, Any]


class MeilisearchServer:
    """`with MeilisearchServer() as server:` listens on `server.url`; `server.key` opens everything."""

    def __init__(self, key: str = "test-master-key-0123456789") -> None:
        self.key = key
        self.keys: dict[str, tuple[set[str], set[str]]] = {}
        self.indexes: dict[str, Index] = {}
        self.tasks: list[Task] = []
        self.requests: list[tuple[str, str, Any]] = []
        self.silent = False
        self.slow = 0.0
        self.status: int | None = None
        self.garbage: bytes | None = None
        self.lock = threading.RLock()
        self._local = threading.local()
        self._work: list[Callable[[], dict[str, Any] | None]] = []
        self._bell = threading.Condition(self.lock)
        self._paused = self._closed = False
        self._http = _Listener(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._threads = [
            threading.Thread(target=lambda: self._http.serve_forever(0.02), daemon=True),
            threading.Thread(target=self._run, daemon=True),
        ]

    def __enter__(self) -> MeilisearchServer:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.silent = False
        with self._bell:
            self._closed = True
            self._bell.notify_all()
        self._http.shutdown()
        self._http.server_close()
        for thread in self._threads:
            thread.join(5)

    # what tests turn

    def pause(self, paused: bool = True) -> None:
        """Leave tasks enqueued, or go on with them."""
        with self._bell:
            self._paused = paused
            self._bell.notify_all()

    def recover(self) -> None:
        self.silent, self.slow, self.status, self.garbage = False, 0.0, None, None

    def add_key(self, key: str, actions: set[str], indexes: set[str]) -> None:
        """A key that may do less than everything."""
        self.keys[key] = (actions, indexes)

    def asked(self, ending: str) -> list[Any]:
        """Bodies of the requests whose path ended so."""
        return [body for _, path, body in self.requests if path.endswith(ending)]

    # tasks

    def enqueue(
        self, kind: str, uid: str | None, work: Callable[[], dict[str, Any] | None], told: dict[str, Any] | None = None
    ) -> tuple[int, Any]:
        """`told` are the details of a task that has not been done, or failed."""
        with self._bell:
            now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
            number = len(self.tasks)
            self.tasks.append({
                "uid": number, "batchUid": None, "indexUid": uid, "status": "enqueued", "type": kind, "canceledBy": None,
                "details": told or {}, "error": None, "duration": None, "enqueuedAt": now, "startedAt": None, "finishedAt": None,
            })  # fmt: skip
            self._work.append(work)
            self._bell.notify_all()
        return 202, {"taskUid": number, "indexUid": uid, "status": "enqueued", "type": kind, "enqueuedAt": now}

    def _run(self) -> None:
        done = 0
        while True:
            with self._bell:
                self._bell.wait_for(lambda done=done: self._closed or (done < len(self._work) and not self._paused))
                if self._closed:
                    return
                task, work = self.tasks[done], self._work[done]
                task["startedAt"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
                try:
                    task["details"] = work() or {}
                    task["status"] = "succeeded"
                except Refused as error:
                    task["status"], task["error"] = "failed", problem(error)
                task["finishedAt"], task["duration"], task["batchUid"] = task["startedAt"], "PT0.001S", done
            done += 1

    def index(self, uid: str) -> Index:
        if uid not in self.indexes:
            raise Refused("index_not_found", f"Index `{uid}` not found.", 404)
        return self.indexes[uid]

    def made(self, uid: str, primary_key: str | None = None) -> Index:
        """Writing documents or settings into an index that is not there makes it."""
        if uid not in self.indexes:
            self.indexes[uid] = Index(uid, primary_key)
        found = self.indexes[uid]
        if primary_key and found.primary_key not in (None, primary_key):
            raise Refused(
                "index_primary_key_already_exists",
                f"Index `{uid}`: Index already has a primary key: `{found.primary_key}`.",
            )
        found.primary_key = found.primary_key or primary_key
        return found

    # routes

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        for pattern, verb, _, route in ROUTES:
            match = pattern.fullmatch(path)
            if match and verb == method:
                for part in match.groups():
                    if part is not None and not UID.fullmatch(part):
                        raise Refused("invalid_index_uid", f"`{part}` is not a valid index uid.")
                return route(self, *match.groups(), query=query, body=body)
        raise Refused("not_found", f"{method} {path}", 404)  # the real one says nothing at all

    def may_see(self, task: Task, query: dict[str, str]) -> bool:
        """A key for some indexes sees the tasks of exactly one index that it may use: never a swap."""
        allowed = self._local.indexes
        if allowed is None or "*" in allowed:
            return task["indexUid"] is not None or "indexUids" not in query
        return task["indexUid"] in allowed

    def guard(self, method: str, path: str, given: str | None) -> None:
        if path == "/health":
            return
        if given is None:
            raise Refused(
                "missing_authorization_header",
                "The Authorization header is missing. It must use the bearer authorization method.",
                401,
            )
        key = given.removeprefix("Bearer ")
        self._local.indexes = None
        if key == self.key:
            return
        actions, indexes = self.keys.get(key, (set(), set()))
        self._local.indexes = indexes
        for pattern, verb, action, _ in ROUTES:
            match = pattern.fullmatch(path)
            if match and verb == method:
                uid = match.groups()[0] if path.startswith("/indexes/") and match.groups() else None
                may = actions & {action, "*", action.split(".")[0] + ".*"}
                if may and (uid is None or "*" in indexes or uid in indexes):
                    return
        raise Refused("invalid_api_key", "The provided API key is invalid.", 403)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64


def _handler(server: MeilisearchServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            super().setup()

        def log_message(self, format: str, *args: Any) -> None:
            return None

        def _serve(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            while server.silent:
                time.sleep(0.02)
            time.sleep(server.slow)
            if server.garbage is not None:
                return self._send(200, server.garbage)
            parts = urlsplit(self.path)
            try:
                if server.status is not None:
                    raise Refused(
                        "internal" if server.status == 500 else "too_many_search_requests", "No.", server.status
                    )
                server.guard(self.command, parts.path, self.headers.get("Authorization"))
                body = self._body(raw)
                server.requests.append((self.command, parts.path, body))
                with server.lock:
                    status, answer = server.answer(self.command, parts.path, dict(parse_qsl(parts.query)), body)
            except Refused as error:
                status, answer = error.status, problem(error)
            self._send(status, json.dumps(answer).encode())

        def _body(self, raw: bytes) -> Any:
            if self.command not in ("POST", "PUT", "PATCH"):
                return None
            kind = self.headers.get("Content-Type")
            if kind is None:
                raise Refused(
                    "missing_content_type",
                    "A Content-Type header is missing. Accepted values for the Content-Type header are: `application/json`",
                    415,
                )
            if kind.split(";")[0] != "application/json":
                raise Refused("invalid_content_type", f"The Content-Type `{kind}` is invalid.", 415)
            if not raw:
                raise Refused("missing_payload", "A json payload is missing.")
            try:
                text = raw.decode()
                if re.search(r"\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])", text, re.I) or re.search(
                    r"(?<!\\u....)\\ud[c-f]", text, re.I
                ):
                    raise ValueError("lone surrogate")
                return json.loads(text)
            except ValueError:
                raise Refused("malformed_payload", "The json payload provided is malformed.") from None

        def _send(self, status: int, data: bytes) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    return Handler
