"""The wire: the official client with time limits, one for each thread, and tasks that are watched until they end."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import meilisearch
import requests
from meilisearch.errors import MeilisearchApiError, MeilisearchError
from meilisearch.models.task import TaskInfo

log = logging.getLogger(__name__)

SEARCH_SECONDS = 0.6
"""For all requests of one search together, so that a page whose server is silent still comes within a second."""

WRITE_SECONDS = 20.0
TASK_SECONDS = 900.0
REMEMBERED = 500

FAILURES = (MeilisearchError, requests.RequestException, ValueError, KeyError, TypeError, AttributeError)
"""Whatever the client may raise when a server is silent, slow, refusing or talking nonsense."""


class ServerError(Exception):
    """The search server did not do what it was asked; the text says what and why."""


class Server:
    """One Meilisearch server. Everything here raises `ServerError` and nothing else."""

    def __init__(self, url: str, key: str, search_seconds: float, write_seconds: float) -> None:
        self.url = url.rstrip("/")
        self._key = key or None
        self._seconds = {"search": search_seconds, "write": write_seconds}
        self._local = threading.local()
        self._watched: deque[int] = deque(maxlen=REMEMBERED)
        self.failed: deque[dict[str, Any]] = deque(maxlen=20)

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """Everything asked inside has to be answered within the time of one search."""
        self._local.until = time.monotonic() + self._seconds["search"]
        try:
            yield
        finally:
            self._local.until = None

    def client(self, kind: str) -> meilisearch.Client:
        """The client keeps its headers in one dictionary that every request changes, so threads do not share one.

        It opens a connection for every request, and that is well: on a kept one the server's answer waits 40 ms for
        an acknowledgement that the kernel delays.
        """
        held = getattr(self._local, kind, None)
        if held is None:
            held = meilisearch.Client(self.url, self._key, timeout=self._seconds[kind])  # type: ignore[arg-type]
            setattr(self._local, kind, held)
        until = getattr(self._local, "until", None)
        left = self._seconds[kind] if until is None else until - time.monotonic()
        if left <= 0:
            raise ValueError("no time is left")
        held.config.timeout = left  # type: ignore[assignment]
        return held  # type: ignore[no-any-return]

    def call(self, what: str, ask: Callable[[meilisearch.Client], Any], kind: str = "write") -> Any:
        try:
            return ask(self.client(kind))
        except FAILURES as error:
            raise ServerError(f"{what}: {error}") from error

    # asking

    def ask(self, queries: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Several queries in one request; the answers under the same labels."""
        labels = list(queries)
        if not labels:
            return {}
        answers = self.call("search", lambda client: _results(client, list(queries.values())), "search")
        return dict(zip(labels, answers, strict=True))

    def exists(self, uid: str) -> bool:
        def look(client: meilisearch.Client) -> bool:
            try:
                client.get_raw_index(uid)
            except MeilisearchApiError as error:
                if error.code == "index_not_found":
                    return False
                raise
            return True

        return bool(self.call(f"look for {uid}", look))

    def count(self, uid: str) -> int:
        return int(self.call(f"count {uid}", lambda client: client.index(uid).get_stats().number_of_documents))

    def codes(self, uid: str) -> set[str]:
        """The keys of all documents."""
        return {row["code"] for row in self._rows(uid, ["code"])}

    def digests(self, uid: str) -> dict[str, str]:
        """What the documents held are, by their keys; empty for one that was sent before there were digests."""
        return {row["code"]: row.get("digest", "") for row in self._rows(uid, ["code", "digest"])}

    def _rows(self, uid: str, fields: list[str], batch: int = 1_000) -> Iterator[dict[str, Any]]:
        offset = 0
        while True:
            wanted = {"fields": fields, "limit": batch, "offset": offset}
            rows = self.call(f"read {uid}", partial(_documents, uid=uid, wanted=wanted))
            yield from rows
            offset += batch
            if len(rows) < batch:
                return

    def settings(self, uid: str) -> dict[str, Any]:
        return dict(self.call(f"settings of {uid}", lambda client: client.index(uid).get_settings()))

    def version(self) -> str:
        return str(self.call("version", lambda client: client.get_version()["pkgVersion"]))

    # writing: the numbers of tasks

    def add(self, uid: str, rows: list[dict[str, Any]]) -> int:
        return self.enqueue(f"add to {uid}", lambda client: client.index(uid).add_documents(rows))

    def remove(self, uid: str, ids: list[str]) -> int:
        """By key. The client's own way of deleting by key is about to go."""
        path = f"indexes/{uid}/documents/delete-batch"
        return self.enqueue(f"remove from {uid}", lambda client: TaskInfo(**client.http.post(path, ids)))

    def change(self, uid: str, settings: dict[str, Any]) -> int:
        return self.enqueue(f"set up {uid}", lambda client: client.index(uid).update_settings(settings))

    # writing: done when they return

    def make(self, uid: str, key: str) -> None:
        self.do(f"make {uid}", lambda client: client.create_index(uid, {"primaryKey": key}))

    def drop(self, uid: str) -> None:
        self.do(f"drop {uid}", lambda client: client.delete_index(uid))

    def swap(self, one: str, other: str) -> None:
        self.do(f"swap {one}", lambda client: client.swap_indexes([{"indexes": [one, other]}]))

    # tasks

    def enqueue(self, what: str, ask: Callable[[meilisearch.Client], TaskInfo]) -> int:
        """The task's number. The task may still fail: `notice` finds out."""
        uid = int(self.call(what, ask).task_uid)
        self._watched.append(uid)
        return uid

    def wait(self, uid: int, seconds: float = TASK_SECONDS) -> None:
        """Until the task has ended well; ServerError otherwise."""
        until, pause = time.monotonic() + seconds, 0.005
        while True:
            task = self.call(f"task {uid}", lambda client: client.get_task(uid))
            if task.status not in ("enqueued", "processing"):
                break
            if time.monotonic() > until:
                raise ServerError(f"task {uid}: not done after {seconds:.0f} s")
            time.sleep(pause)
            pause = min(pause * 2, 1.0)
        try:
            self._watched.remove(uid)
        except ValueError:
            pass
        if task.status != "succeeded":
            raise ServerError(f"task {uid} ({task.type}) {task.status}: {(task.error or {}).get('message', '')}")

    def do(self, what: str, ask: Callable[[meilisearch.Client], TaskInfo]) -> None:
        self.wait(self.enqueue(what, ask))

    def settle(self, seconds: float = TASK_SECONDS) -> None:
        """Wait for everything that this process has enqueued."""
        while self._watched:
            self.wait(self._watched[0], seconds)

    def finish(self, uid: str, seconds: float = TASK_SECONDS) -> None:
        """Wait until the server has done all that anybody has asked of this index."""
        wanted = {"indexUids": [uid], "statuses": ["enqueued", "processing"], "limit": 1}
        until, pause = time.monotonic() + seconds, 0.005
        while waiting := int(self._tasks(wanted).total):
            if time.monotonic() > until:
                raise ServerError(f"{waiting} tasks of {uid} not done after {seconds:.0f} s")
            time.sleep(pause)
            pause = min(pause * 2, 1.0)

    def notice(self) -> None:
        """Look at the tasks enqueued earlier; those that failed are logged and kept in `failed`."""
        uids = list(self._watched)
        for start in range(0, len(uids), 100):
            part = uids[start : start + 100]
            known = {
                task.uid: task for task in self._tasks({"uids": [str(uid) for uid in part], "limit": len(part)}).results
            }
            for uid in part:
                task = known.get(uid)
                if task is not None and task.status in ("enqueued", "processing"):
                    continue
                try:
                    self._watched.remove(uid)
                except ValueError:
                    continue
                if task is not None and task.status != "succeeded":
                    told = told_of(task)
                    self.failed.append(told)
                    log.error("search task failed: %s", told)

    def list_failed(self, uids: Iterable[str], limit: int = 20) -> list[dict[str, Any]]:
        """The latest failed tasks of these indexes, whoever enqueued them."""
        wanted = {"statuses": ["failed"], "indexUids": list(uids), "limit": limit}
        return [told_of(task) for task in self._tasks(wanted).results]

    def count_writes(self, uid: str, since: float) -> int:
        """How many tasks have written documents into an index since an instant (seconds since 1970), anybody's."""
        wanted = {
            "indexUids": [uid],
            "types": ["documentAdditionOrUpdate", "documentDeletion"],
            "afterEnqueuedAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(since)),
            "limit": 1,
        }
        return int(self._tasks(wanted).total)

    def _tasks(self, wanted: dict[str, Any]) -> Any:
        return self.call("tasks", lambda client: client.get_tasks(wanted))


def told_of(task: Any) -> dict[str, Any]:
    error = task.error or {}
    return {
        "task": task.uid,
        "index": task.index_uid,
        "type": task.type,
        "status": task.status,
        "error": error.get("message", ""),
        "at": task.finished_at.isoformat() if task.finished_at else None,
    }


def _results(client: meilisearch.Client, queries: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    answers = client.http.post("multi-search", body={"queries": queries})["results"]
    if len(answers) != len(queries) or any("totalHits" not in answer for answer in answers):
        raise ValueError("the answer has not the shape of an answer")
    return list(answers)


def _documents(client: meilisearch.Client, uid: str, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    found = client.http.post(f"indexes/{uid}/documents/fetch", body=wanted)["results"]
    return [{**row, "code": str(row["code"])} for row in found]
