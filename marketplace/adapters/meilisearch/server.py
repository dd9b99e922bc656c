"""The wire: the official client with time limits, one for each thread, and tasks that are watched until they end."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import meilisearch
import requests
from meilisearch.errors import MeilisearchApiError, MeilisearchError
from meilisearch.models.task import TaskInfo

log = logging.getLogger(__name__)

SEARCH_SECONDS = 1.5
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

    def client(self, kind: str) -> meilisearch.Client:
        """The client keeps its headers in one dictionary that every request changes, so threads do not share one."""
        held = getattr(self._local, kind, None)
        if held is None:
            held = meilisearch.Client(self.url, self._key, timeout=self._seconds[kind])  # type: ignore[arg-type]
            setattr(self._local, kind, held)
        return held

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

    def codes(self, uid: str, field: str = "code", batch: int = 1_000) -> set[str]:
        """All values of the primary key."""
        found: set[str] = set()
        offset = 0
        while True:
            wanted: dict[str, Any] = {"fields": [field], "limit": batch, "offset": offset}
            page = self.call(
                f"read {uid}",
                lambda client, wanted=wanted: client.http.post(f"indexes/{uid}/documents/fetch", body=wanted),
            )
            try:
                rows = [str(row[field]) for row in page["results"]]
            except FAILURES as error:
                raise ServerError(f"read {uid}: {error}") from error
            found.update(rows)
            offset += batch
            if len(rows) < batch:
                return found

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

    def notice(self) -> None:
        """Look at the tasks enqueued earlier; those that failed are logged and kept in `failed`."""
        uids = list(self._watched)
        for start in range(0, len(uids), 100):
            part = uids[start : start + 100]
            done = self.call("tasks", lambda client, part=part: client.get_tasks(
                {"uids": [str(uid) for uid in part], "limit": len(part)}
            ))  # fmt: skip
            known = {task.uid: task for task in done.results}
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
        found = self.call("failed tasks", lambda client: client.get_tasks(wanted))
        return [told_of(task) for task in found.results]


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
