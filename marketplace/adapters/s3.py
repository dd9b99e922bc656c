"""Pictures in a bucket of S3 or of what speaks like it (MinIO, Ceph, R2), through obstore.

The names of pictures carry the SHA-256 of their bytes. So what this process has just put need not be put again (an
upload puts its files before its transaction, where waiting for a network would hold up every other buyer), and what
comes back is compared with its name: wrong bytes are refused, never shown.
"""

from __future__ import annotations

import io
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from datetime import timedelta
from typing import BinaryIO
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from catalog.errors import Unavailable
from catalog.media.pictures import is_named
from catalog.media.storage import Entry, checked
from catalog.text import N_

CONNECT_SECONDS = 2
SECONDS = 10
TRIES = 2
REMEMBERED = 2_000
_HASHED = re.compile(r"(?:^|/)(?:[0-9a-f]{24}|[0-9a-f]{64})\.[a-z]+$")
_TYPES = {"webp": "image/webp", "avif": "image/avif", "jpg": "image/jpeg", "png": "image/png"}
_IMMUTABLE = "public, max-age=31536000, immutable"


class S3Storage:
    """`url` is `s3://bucket/prefix?endpoint=https://host&region=name`; `public_url` an address that serves the bucket.

    Without `public_url` pictures are read through the shop (`/media/…`), which needs nothing else and is cached for
    ever by browsers. Every call ends within about SECONDS × (TRIES + 1).
    """

    def __init__(self, url: str, key: str, secret: str, public_url: str = "", base: str | None = "/media/") -> None:
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.hostname:
            raise ValueError("S3_URL must look like s3://bucket/prefix?endpoint=https://host&region=name")
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        endpoint = options.get("endpoint", "")
        self.base = public_url.rstrip("/") + "/" if public_url and base is not None else base
        self._recent: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()
        self._store = S3Store(
            parts.hostname,
            prefix=parts.path.strip("/") or None,
            config={
                "access_key_id": key,
                "secret_access_key": secret,
                "region": options.get("region", "auto"),
                **({"endpoint": endpoint, "virtual_hosted_style_request": False} if endpoint else {}),  # type: ignore[typeddict-item]
            },
            client_options={
                "timeout": timedelta(seconds=SECONDS),
                "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
                "allow_http": endpoint.startswith("http://"),
            },
            retry_config={
                "max_retries": TRIES,
                "retry_timeout": timedelta(seconds=SECONDS),
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=1),
                    "base": 2,
                },
            },
        )

    def put(self, name: str, data: bytes) -> None:
        checked(name)
        with self._lock:
            if name in self._recent:
                return
        kind = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        try:
            obstore.put(
                self._store,
                name,
                data,
                attributes={"Content-Type": kind, "Cache-Control": _IMMUTABLE},
                use_multipart=False,
            )
        except (BaseError, OSError) as error:
            raise _away() from error
        if _HASHED.search(name):
            with self._lock:
                self._recent[name] = None
                while len(self._recent) > REMEMBERED:
                    self._recent.popitem(last=False)

    def open(self, name: str) -> BinaryIO:
        return io.BytesIO(self.read(name))

    def read(self, name: str) -> bytes:
        """The bytes; FileNotFoundError where there are none, Unavailable for a bucket out of reach or wrong bytes."""
        checked(name)
        try:
            data = bytes(obstore.get(self._store, name).bytes())
        except FileNotFoundError:
            raise
        except (BaseError, OSError) as error:
            raise _away() from error
        if _HASHED.search(name) and not is_named(name, data):
            raise _away()
        return data

    def exists(self, name: str) -> bool:
        checked(name)
        try:
            obstore.head(self._store, name)
        except FileNotFoundError:
            return False
        except (BaseError, OSError) as error:
            raise _away() from error
        return True

    def delete(self, name: str) -> None:
        checked(name)
        with self._lock:
            self._recent.pop(name, None)
        try:
            obstore.delete(self._store, name)
        except FileNotFoundError:
            pass
        except (BaseError, OSError) as error:
            raise _away() from error

    def list(self) -> Iterator[Entry]:
        try:
            for batch in obstore.list(self._store):
                for one in batch:
                    yield Entry(one["path"], one["size"], one["last_modified"])
        except (BaseError, OSError) as error:
            raise _away() from error

    def url(self, name: str) -> str:
        if self.base is None:
            raise LookupError("private files have no address")
        return self.base + checked(name)


def _away() -> Unavailable:
    return Unavailable(
        N_("The store of pictures cannot be reached at the moment. Please try again later."), retry_after=60
    )
