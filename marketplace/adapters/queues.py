"""The drivers of Huey's other queues, Redis and PostgreSQL; `jobs.queue` leaves them out where a file is enough."""

from __future__ import annotations


def equip(url: str) -> None:
    """Give Huey the driver that the queue at `url` needs."""
    from huey import storage  # after `jobs.queue`, which imports Huey without them

    if url.startswith(("redis://", "rediss://", "unix://")):
        import redis

        storage.ConnectionPool, storage.Redis = redis.ConnectionPool, redis.Redis
        storage.ConnectionError, storage.TimeoutError = redis.ConnectionError, redis.TimeoutError
    elif url:
        import psycopg

        storage.psycopg = psycopg
