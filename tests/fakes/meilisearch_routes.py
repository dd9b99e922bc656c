"""What each address of a Meilisearch server does, by method, with the right that a key needs for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.fakes.meilisearch_engine import DEFAULTS, Index
from tests.fakes.meilisearch_filters import Refused, evaluate
from tests.fakes.meilisearch_shapes import check, check_query, check_search, check_settings

if TYPE_CHECKING:
    from tests.fakes.meilisearch_server import MeilisearchServer

UID = re.compile(r"[A-Za-z0-9_-]{1,400}")
Route = Callable[..., tuple[int, Any]]


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

    return server.enqueue("indexCreation", uid, work, {"primaryKey": body.get("primaryKey")})


def _get_index(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    return 200, _told(server.index(uid))


def _delete_index(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    def work() -> dict[str, Any]:
        many = len(server.index(uid).documents)
        del server.indexes[uid]
        return {"deletedDocuments": many}

    return server.enqueue("indexDeletion", uid, work, {"deletedDocuments": 0})


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

    return server.enqueue(
        "documentAdditionOrUpdate", uid, work, {"receivedDocuments": len(rows), "indexedDocuments": 0}
    )


def _update(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    return _add(server, uid, query=query, body=body, replaces=False)


def _deleting(
    server: MeilisearchServer, uid: str, keys: Callable[[Index], list[str]], provided: int = 0
) -> tuple[int, Any]:
    told = {"providedIds": provided, "deletedDocuments": 0, "originalFilter": None}

    def work() -> dict[str, Any]:
        index = server.index(uid)
        return {**told, "deletedDocuments": index.remove(keys(index))}

    return server.enqueue("documentDeletion", uid, work, told)


def _delete_batch(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    if not isinstance(body, list):
        raise Refused("bad_request", "Json deserialize error: expected a sequence.")
    return _deleting(server, uid, lambda index: [str(key) for key in body], len(body))


def _delete_by_filter(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    check(body, {"filter": "filter"}, "", needed=("filter",))

    def keys(index: Index) -> list[str]:
        held = evaluate(body["filter"], set(index.documents), index._look)
        return [key for key, number in index.numbers.items() if number in held]

    return _deleting(server, uid, keys)


def _delete_one(server: MeilisearchServer, uid: str, key: str, *, query: Any, body: Any) -> tuple[int, Any]:
    return _deleting(server, uid, lambda index: [key])


def _fetch(server: MeilisearchServer, uid: str, *, query: Any, body: Any) -> tuple[int, Any]:
    known = {
        "offset": "integer", "limit": "integer", "fields": "strings", "filter": "filter", "retrieveVectors": "boolean",
        "ids": "strings", "sort": "strings",
    }  # fmt: skip
    check(body, known, "", code="invalid_document_{}")
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
        return told

    told = {"swaps": [{"indexes": one["indexes"], "rename": one.get("rename", False)} for one in body]}
    return server.enqueue("indexSwap", None, work, told)


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
        if server.may_see(task, query) and all(str(task[names[name]]) in values for name, values in wanted.items())
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
    hidden = (
        number.isdigit() and int(number) < len(server.tasks) and not server.may_see(server.tasks[int(number)], query)
    )
    if not number.isdigit():
        raise Refused("invalid_task_uids", f"Task uid `{number}` is invalid.")
    if int(number) >= len(server.tasks) or hidden:
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
