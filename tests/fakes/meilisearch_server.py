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

from tests.fakes.meilisearch_engine import DEFAULTS, Index
from tests.fakes.meilisearch_filters import Refused, evaluate
from tests.fakes.meilisearch_shapes import check, check_query, check_search, check_settings

UID = re.compile(r"[A-Za-z0-9_-]{1,400}")
Task = dict[str, Any]
Route = Callable[..., tuple[int, Any]]


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

    def enqueue(self, kind: str, uid: str | None, work: Callable[[], dict[str, Any] | None]) -> tuple[int, Any]:
        with self._bell:
            now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
            number = len(self.tasks)
            self.tasks.append({
                "uid": number, "batchUid": None, "indexUid": uid, "status": "enqueued", "type": kind, "canceledBy": None,
                "details": {}, "error": None, "duration": None, "enqueuedAt": now, "startedAt": None, "finishedAt": None,
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
        raise Refused("not_found", f"{method} {path}", 404)

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
        if key == self.key:
            return
        actions, indexes = self.keys.get(key, (set(), set()))
        for pattern, verb, action, _ in ROUTES:
            match = pattern.fullmatch(path)
            if match and verb == method:
                uid = match.groups()[0] if path.startswith("/indexes/") and match.groups() else None
                may = actions & {action, "*", action.split(".")[0] + ".*"}
                if may and (uid is None or "*" in indexes or uid in indexes):
                    return
        raise Refused("invalid_api_key", "The provided API key is invalid.", 403)


def problem(error: Refused) -> dict[str, str]:
    kind = "auth" if error.status in (401, 403) else "system" if error.status >= 500 else "invalid_request"
    link = f"https://docs.meilisearch.com/errors#{error.code}"
    return {"message": error.message, "code": error.code, "type": kind, "link": link}


def _health(server: MeilisearchServer, *, query: Any, body: Any) -> tuple[int, Any]:
    return 200, {"status": "available"}


def _version(server: MeilisearchServer, *, query: Any, body: Any) -> tuple[int, Any]:
    return 200, {"commitSha": "unknown", "commitDate": "unknown", "pkgVersion": "1.50.0"}


def _keys(server: MeilisearchServer, *, query: Any, body: Any) -> tuple[int, Any]:
    rows = [
        {"key": key, "actions": sorted(actions), "indexes": sorted(indexes)}
        for key, (actions, indexes) in server.keys.items()
    ]
    return 200, {"results": rows, "offset": 0, "limit": 20, "total": len(rows)}


def _told(index: Index) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {"uid": index.uid, "createdAt": now, "updatedAt": now, "primaryKey": index.primary_key}


def _list_indexes(server: MeilisearchServer, *, query: Any, body: Any) -> tuple[int, Any]:
    check_query(query, {"offset": "int", "limit": "int"})
    rows = [_told(index) for _, index in sorted(server.indexes.items())]
    return 200, {"results": rows, "offset": 0, "limit": int(query.get("limit", 20)), "total": len(rows)}


def _create_index(server: MeilisearchServer, *, query: Any, body: Any) -> tuple[int, Any]:
    check(body, {"uid": "string", "primaryKey": "string?"}, "", needed=("uid",))
    uid = body["uid"]
    if not UID.fullmatch(uid):
        raise Refused("invalid_index_uid", f"`{uid}` is not a valid index uid.")

    def work() -> dict[str, Any]:
        if uid in server.indexes:
            raise Refused("index_already_exists", f"Index `{uid}` already exists.", 409)
        server.indexes[uid] = Index(uid, body.get("primaryKey"))
        return {"primaryKey": body.get("primaryKey")}

    return server.enqueue("indexCreation", uid, work)


def _get_index(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    return 200, _told(server.index(uid))


def _delete_index(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    def work() -> dict[str, Any]:
        many = len(server.index(uid).documents)
        del server.indexes[uid]
        return {"deletedDocuments": many}

    return server.enqueue("indexDeletion", uid, work)


def _stats(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    check_query(query, {"showInternalDatabaseSizes": "text", "sizeFormat": "text"})
    index = server.index(uid)
    fields: dict[str, int] = {}
    for document in index.documents.values():
        for name in document:
            fields[name] = fields.get(name, 0) + 1
    return 200, {
        "numberOfDocuments": len(index.documents), "rawDocumentDbSize": 0, "avgDocumentSize": 0, "isIndexing": False,
        "numberOfEmbeddings": 0, "numberOfEmbeddedDocuments": 0, "fieldDistribution": fields,
    }  # fmt: skip


def _get_settings(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    told = dict(server.index(uid).settings)
    for name in ("sortableAttributes", "stopWords"):
        told[name] = sorted(told[name])
    return 200, told


def _set_settings(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    check_query(query, {"customMetadata": "text"})
    check_settings(body)

    def work() -> dict[str, Any]:
        index = server.made(uid)
        for name, value in body.items():
            default = DEFAULTS[name]
            if value is None:
                index.settings[name] = json.loads(json.dumps(default))
            elif isinstance(default, dict) and name not in ("synonyms", "embedders"):
                index.settings[name] = {**index.settings[name], **value}
            else:
                index.settings[name] = value
        index.changed()
        return dict(body)

    return server.enqueue("settingsUpdate", uid, work)


def _add(server: MeilisearchServer, uid: str, *, query: Any, body: Any, replaces: bool = True) -> tuple[int, Any]:
    check_query(query, {"primaryKey": "text", "skipCreation": "text", "customMetadata": "text"})
    rows = [body] if isinstance(body, dict) else body
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused("malformed_payload", "The `json` payload provided is malformed: documents are objects.")

    def work() -> dict[str, Any]:
        server.made(uid, query.get("primaryKey")).add(rows, replaces)
        return {"receivedDocuments": len(rows), "indexedDocuments": len(rows)}

    return server.enqueue("documentAdditionOrUpdate", uid, work)


def _update(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    return _add(server, uid, query=query, body=body, replaces=False)


def _deleting(server: MeilisearchServer, uid: str, keys: Callable[[Index], list[str]]) -> tuple[int, Any]:
    return server.enqueue(
        "documentDeletion", uid, lambda: {"deletedDocuments": (index := server.index(uid)).remove(keys(index))}
    )


def _delete_batch(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    if not isinstance(body, list):
        raise Refused("malformed_payload", "The `json` payload provided is malformed: expected an array of ids.")
    return _deleting(server, uid, lambda index: [str(key) for key in body])


def _delete_by_filter(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    check(body, {"filter": "filter"}, "", needed=("filter",))

    def keys(index: Index) -> list[str]:
        held = evaluate(body["filter"], set(index.documents), index._look)
        return [key for key, number in index.numbers.items() if number in held]

    return _deleting(server, uid, keys)


def _delete_one(server: MeilisearchServer, uid: str, key: str, *, query: Any, body: Any) -> tuple[int, Any]:
    return _deleting(server, uid, lambda index: [key])


def _fetch(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    check(
        body,
        {"offset": "integer", "limit": "integer", "fields": "strings", "filter": "filter", "retrieveVectors": "boolean", "ids": "strings", "sort": "strings"},
        "",
    )  # fmt: skip
    index = server.index(uid)
    held = evaluate(body.get("filter"), set(index.documents), index._look)
    numbers = sorted(
        held if body.get("ids") is None else held & {index.numbers[key] for key in body["ids"] if key in index.numbers}
    )
    offset, limit, fields = body.get("offset", 0), body.get("limit", 20), body.get("fields")
    rows = [
        {name: value for name, value in index.documents[n].items() if fields is None or "*" in fields or name in fields}
        for n in numbers[offset : offset + limit]
    ]
    return 200, {"results": rows, "offset": offset, "limit": limit, "total": len(numbers)}


def _get_one(server: MeilisearchServer, uid: str, key: str, *, query: Any, body: Any) -> tuple[int, Any]:
    index = server.index(uid)
    if key not in index.numbers:
        raise Refused("document_not_found", f"Document `{key}` not found.", 404)
    return 200, index.documents[index.numbers[key]]


def _search(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    check_search(body, "")
    return 200, {**server.index(uid).search(body), "requestUid": "00000000-0000-0000-0000-000000000000"}


def _multi_search(server: MeilisearchServer, *, query: Any, body: Any) -> tuple[int, Any]:
    check(body, {"queries": "objects", "federation": "object?"}, "", needed=("queries",))
    if body.get("federation") is not None:
        raise Refused("invalid_multi_search_federation", "This double does not federate.")
    for n, one in enumerate(body["queries"]):
        check_search(one, f".queries[{n}]", with_index=True)
    found = []
    for n, one in enumerate(body["queries"]):
        try:
            found.append({"indexUid": one["indexUid"], **server.index(one["indexUid"]).search(one)})
        except Refused as error:
            raise Refused(
                error.code, f"Inside `.queries[{n}]`: {error.message}", 400 if error.status == 404 else error.status
            ) from None
    return 200, {"results": found}


def _swap(server: MeilisearchServer, *, query: Any, body: Any) -> tuple[int, Any]:
    if not isinstance(body, list):
        raise Refused("bad_request", "Invalid value type: expected an array.")
    for n, one in enumerate(body):
        check(one, {"indexes": "strings", "rename": "boolean"}, f"[{n}]", needed=("indexes",))
        if len(one["indexes"]) != 2:
            raise Refused("invalid_swap_indexes", "Two indexes must be given for each swap.")
    names = [uid for one in body for uid in one["indexes"]]
    if len(names) != len(set(names)):
        raise Refused("invalid_swap_duplicate_index_found", "Indexes must be declared only once during a swap.")

    def work() -> dict[str, Any]:
        for uid in names:
            if uid not in server.indexes:
                raise Refused("index_not_found", f"Index `{uid}` not found.", 404)
        for left, right in (one["indexes"] for one in body):
            server.indexes[left], server.indexes[right] = server.indexes[right], server.indexes[left]
            server.indexes[left].uid, server.indexes[right].uid = left, right
        return {"swaps": body}

    return server.enqueue("indexSwap", None, work)


_TASK_FILTERS = {
    "limit": "int", "from": "int", "reverse": "text", "batchUids": "text", "uids": "text", "canceledBy": "text",
    "types": "text", "statuses": "text", "indexUids": "text", "afterEnqueuedAt": "time", "beforeEnqueuedAt": "time",
    "afterStartedAt": "time", "beforeStartedAt": "time", "afterFinishedAt": "time", "beforeFinishedAt": "time",
}  # fmt: skip
KINDS = {
    "documentAdditionOrUpdate", "documentEdition", "documentDeletion", "settingsUpdate", "indexCreation", "indexDeletion",
    "indexUpdate", "indexSwap", "taskCancelation", "taskDeletion", "dumpCreation", "snapshotCreation",
}  # fmt: skip


def _tasks(server: MeilisearchServer, *, query: Any, body: Any) -> tuple[int, Any]:
    check_query(query, _TASK_FILTERS)
    wanted = {
        name: set(query[name].split(","))
        for name in ("uids", "types", "statuses", "indexUids")
        if query.get(name, "*") != "*"
    }
    if wrong := wanted.get("types", set()) - KINDS:
        raise Refused("invalid_task_types", f"Invalid value in parameter `types`: {wrong}")
    if wrong := wanted.get("statuses", set()) - {"enqueued", "processing", "succeeded", "failed", "canceled"}:
        raise Refused("invalid_task_statuses", f"Invalid value in parameter `statuses`: {wrong}")
    after = query.get("afterEnqueuedAt")
    names = {"uids": "uid", "types": "type", "statuses": "status", "indexUids": "indexUid"}
    rows = [
        task for task in reversed(server.tasks)
        if all(str(task[names[name]]) in values for name, values in wanted.items())
        and (after is None or datetime.fromisoformat(task["enqueuedAt"]) > datetime.fromisoformat(after))
    ]  # fmt: skip
    limit = int(query.get("limit", 20))
    rows_shown = rows[:limit]
    after_these = rows[limit]["uid"] if len(rows) > limit else None
    return 200, {
        "results": rows_shown,
        "total": len(rows),
        "limit": limit,
        "from": rows_shown[0]["uid"] if rows_shown else None,
        "next": after_these,
    }


def _task(server: MeilisearchServer, number: str, *, query: Any, body: Any) -> tuple[int, Any]:
    if not number.isdigit() or int(number) >= len(server.tasks):
        raise Refused("task_not_found", f"Task `{number}` not found.", 404)
    return 200, server.tasks[int(number)]


def _route(method: str, path: str, action: str, route: Route) -> tuple[re.Pattern[str], str, str, Route]:
    return re.compile(path.replace("{}", "([^/]+)")), method, action, route


ROUTES = [
    _route("GET", "/health", "health", _health),
    _route("GET", "/version", "version", _version),
    _route("GET", "/keys", "keys.get", _keys),
    _route("GET", "/indexes", "indexes.get", _list_indexes),
    _route("POST", "/indexes", "indexes.create", _create_index),
    _route("GET", "/indexes/{}", "indexes.get", _get_index),
    _route("DELETE", "/indexes/{}", "indexes.delete", _delete_index),
    _route("GET", "/indexes/{}/stats", "stats.get", _stats),
    _route("GET", "/indexes/{}/settings", "settings.get", _get_settings),
    _route("PATCH", "/indexes/{}/settings", "settings.update", _set_settings),
    _route("POST", "/indexes/{}/documents", "documents.add", _add),
    _route("PUT", "/indexes/{}/documents", "documents.add", _update),
    _route("POST", "/indexes/{}/documents/delete-batch", "documents.delete", _delete_batch),
    _route("POST", "/indexes/{}/documents/delete", "documents.delete", _delete_by_filter),
    _route("POST", "/indexes/{}/documents/fetch", "documents.get", _fetch),
    _route("GET", "/indexes/{}/documents/{}", "documents.get", _get_one),
    _route("DELETE", "/indexes/{}/documents/{}", "documents.delete", _delete_one),
    _route("POST", "/indexes/{}/search", "search", _search),
    _route("POST", "/multi-search", "search", _multi_search),
    _route("POST", "/swap-indexes", "indexes.swap", _swap),
    _route("GET", "/tasks", "tasks.get", _tasks),
    _route("GET", "/tasks/{}", "tasks.get", _task),
]


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
