"""A small load generator on raw sockets: bounded in time, keeps its connections, tells percentiles."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """One keep-alive connection to 127.0.0.1:port, with the cookie it was given."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""
        self.took: float | None = None
        """Milliseconds of the part that counts, where a flow says so; else the whole flow counts."""
        self.last = ""
        """The last answer in words: what the first failure of a flow is called in the report."""
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def request(self, method: str, path: str, body: str = "", extra: str = "") -> Answer:
        """Send one request; reconnects once when the server had closed."""
        for attempt in (1, 2):
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Encoding: br\r\n{extra}"
            if self.cookie:
                head += f"Cookie: {self.cookie}\r\n"
            if method == "POST":
                head += f"Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            try:
                self.writer.write((head + "\r\n" + body).encode())
                answer = await self._read()
                self.last = f"{answer.status} for {method} {path.partition('?')[0]}"
                return answer
            except (ConnectionError, asyncio.IncompleteReadError):
                self.writer = None
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    async def _read(self) -> Answer:
        assert self.reader is not None
        raw = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = raw.split("\r\n")
        headers: dict[str, str] = {}
        for one in lines:
            name, colon, value = one.partition(":")
            if colon:
                if name.lower() == "set-cookie":
                    self.cookie = value.strip().split(";")[0]
                headers[name.lower()] = value.strip()
        status = int(first.split(" ", 2)[1])
        if headers.get("transfer-encoding") == "chunked":
            parts = []
            while size := int((await self.reader.readline()).strip() or b"0", 16):
                parts.append(await self.reader.readexactly(size))
                await self.reader.readline()
            await self.reader.readline()
            return Answer(status, headers, b"".join(parts))
        length = 0 if status == 304 else int(headers.get("content-length", "0"))
        return Answer(status, headers, await self.reader.readexactly(length) if length else b"")


Flow = Callable[[Connection, int], Awaitable[bool]]


@dataclass
class Report:
    """What one run measured; times in milliseconds."""

    seconds: float
    times: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    """How often which answer ended a flow."""

    @property
    def errors(self) -> int:
        return self.failures.total()

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        if not self.times:
            return 0.0
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(port: int, flow: Flow, connections: int, seconds: float) -> Report:
    """Repeat `flow` on `connections` connections for `seconds`, in a process of its own."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_worker, args=(sender, port, flow, connections, seconds))
    process.start()
    report: Report = receiver.recv()
    process.join()
    return report


def _worker(sender: object, port: int, flow: Flow, connections: int, seconds: float) -> None:
    sender.send(asyncio.run(_repeat(port, flow, connections, seconds)))  # type: ignore[attr-defined]


async def _repeat(port: int, flow: Flow, connections: int, seconds: float) -> Report:
    report = Report(0.0)
    started = time.perf_counter()
    ends = started + seconds

    async def one(number: int) -> None:
        connection = Connection(port)
        turn = 0
        while (begun := time.perf_counter()) < ends:
            try:
                # No two connections have a turn in common: else all would buy the same piece until it is sold out.
                good = await flow(connection, turn * connections + number)
            except (OSError, asyncio.IncompleteReadError, ValueError) as error:
                good = False
                connection = Connection(port)
                connection.last = type(error).__name__
            turn += 1
            if good:
                whole = (time.perf_counter() - begun) * 1000
                report.times.append(whole if connection.took is None else connection.took)
            else:
                report.failures[connection.last] += 1

    await asyncio.gather(*(one(number) for number in range(connections)))
    report.seconds = time.perf_counter() - started
    return report
