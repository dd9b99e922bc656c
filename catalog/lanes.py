"""Connections that read and connections that write, kept apart in one pool.

SQLite forgets every prepared statement of a connection whose `query_only` changes ("OP_Expire" in its pragma.c, since a
pragma may change the code that was made), and preparing costs more than most of our statements. So a connection keeps
the right that it has begun with, for as long as there is another one to be had.
"""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from catalog.db import is_writing

# SQLAlchemy logs a pool under the name of its class, and its own keep silent about each opening and closing.
logging.getLogger(__name__).setLevel(logging.WARNING)


class Lanes(QueuePool):
    """A QueuePool that gives readers a connection that has read and writers one that has written.

    `connection.info["query_only"]`, which `catalog.db` keeps, says which. Where none is to be had and the pool may not
    grow, anyone gets what there is: only time is lost.
    """

    def __init__(self, creator: Any, *args: Any, **kw: Any) -> None:
        super().__init__(creator, *args, **kw | {"use_lifo": True})  # few warm connections instead of many cold ones

    def _do_get(self) -> ConnectionPoolEntry:
        other_lane = is_writing()
        passed: list[ConnectionPoolEntry] = []
        try:
            record = super()._do_get()
            while record.info.get("query_only") is other_lane:
                if not self.checkedin() and self.overflow() >= self._max_overflow:
                    return record
                passed.append(record)
                record = super()._do_get()
            return record
        finally:
            while passed:
                self._do_return_conn(passed.pop())
