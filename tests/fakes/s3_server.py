"""A strict double of S3 over real HTTP: signed requests only, PUT, GET, HEAD, DELETE and ListObjectsV2; it can fail."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=kunci/\d{8}/[a-z0-9-]+/s3/aws4_request, ?SignedHeaders=\S+, ?Signature=[0-9a-f]{64}"
)


class FakeS3:
    """`trouble` makes the next answers bad: a status, "mute" (no answer for a while) or "wrong" (other bytes)."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.requests: list[tuple[str, str]] = []
        self.trouble: list[Any] = []
        self.mute_seconds = 1.0
        self.page = 3
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None: ...

            def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", headers.get("length", str(len(body))))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def handle_any(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                url = urlsplit(self.path)
                fake.requests.append((self.command, self.path))
                problem = fake.trouble.pop(0) if fake.trouble else None
                if problem == "mute":
                    time.sleep(fake.mute_seconds)
                if isinstance(problem, int):
                    return self.answer(problem, b"<Error><Code>Trouble</Code></Error>")
                if not _SIGNED.match(self.headers.get("Authorization", "")):
                    return self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
                _, bucket, *rest = unquote(url.path).split("/", 2)
                name = rest[0] if rest else ""
                if bucket != "gambar":
                    return self.answer(404, b"<Error><Code>NoSuchBucket</Code></Error>")
                if self.command == "PUT":
                    fake.objects[name] = (
                        body,
                        {
                            "Content-Type": self.headers.get("Content-Type", ""),
                            "Cache-Control": self.headers.get("Cache-Control", ""),
                        },
                    )
                    return self.answer(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')
                if self.command == "POST" and url.query == "delete":
                    keys = re.findall(r"<Key>([^<]+)</Key>", body.decode())
                    for key in keys:
                        fake.objects.pop(unquote(key), None)
                    rows = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
                    return self.answer(
                        200, f"<DeleteResult>{rows}</DeleteResult>".encode(), Content_Type="application/xml"
                    )
                if self.command == "DELETE":
                    fake.objects.pop(name, None)
                    return self.answer(204)
                if not name:
                    return self.answer(200, fake.listing(parse_qs(url.query)), Content_Type="application/xml")
                if name not in fake.objects:
                    return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
                data, kept = fake.objects[name]
                if problem == "wrong":
                    data = b"!" + data[1:]
                return self.answer(
                    200,
                    data,
                    ETag=f'"{hashlib.md5(data).hexdigest()}"',
                    Last_Modified="Sat, 28 Nov 2026 03:00:00 GMT",
                    **{key.replace("-", "_"): value for key, value in kept.items()},
                )

            do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = handle_any

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def listing(self, query: dict[str, list[str]]) -> bytes:
        assert query["list-type"] == ["2"]
        prefix, after = query.get("prefix", [""])[0], query.get("continuation-token", [""])[0]
        names = [name for name in sorted(self.objects) if name.startswith(prefix) and name > after]
        shown, more = names[: self.page], len(names) > self.page
        moment = datetime(2026, 11, 1, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        rows = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>{moment}</LastModified><ETag>x</ETag>"
            f"<Size>{len(self.objects[name][0])}</Size></Contents>"
            for name in shown
        )
        token = f"<NextContinuationToken>{escape(shown[-1])}</NextContinuationToken>" if more else ""
        return (
            f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{token}{rows}</ListBucketResult>".encode()
        )


@contextmanager
def fake_s3() -> Iterator[FakeS3]:
    fake = FakeS3()
    threading.Thread(target=fake.server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield fake
    finally:
        fake.server.shutdown()
        fake.server.server_close()
