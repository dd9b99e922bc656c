"""The child that opens strangers' pictures: `python -m catalog.media.worker`.

Reads tasks from its standard input and answers on its standard output until the input ends or nothing was asked for a
minute. A task or an answer is a length (4 bytes), a JSON head, and the bytes that the head counts. Memory, processor
time, and open files are bounded; it cannot make files at all. Whatever goes wrong ends this process only.
"""

from __future__ import annotations

import json
import os
import resource
import select
import struct
import sys
from typing import Any, BinaryIO

IDLE_SECONDS = 60
CPU_SECONDS = 20
MEMORY = 640 * 2**20
"""Address space, not what is used: a 50-megapixel PNG with transparency needs about 400 MB, libraries 60 MB."""


def send(stream: BinaryIO, head: dict[str, Any], *blobs: bytes) -> None:
    """Write one message; `head` gets the sizes of the blobs."""
    text = json.dumps({**head, "sizes": [len(blob) for blob in blobs]}).encode()
    stream.write(struct.pack(">I", len(text)) + text)
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[dict[str, Any], list[bytes]] | None:
    """Read one message; None at the end of the stream, EOFError inside a message."""
    size = stream.read(4)
    if not size:
        return None
    head = json.loads(_exactly(stream, struct.unpack(">I", size)[0]))
    return head, [_exactly(stream, size) for size in head["sizes"]]


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data


def _limit(kind: int, soft: int, hard: int | None = None) -> None:
    try:
        resource.setrlimit(kind, (soft, soft if hard is None else hard))
    except (OSError, ValueError):  # an own, lower limit of the machine stays
        pass


def _bound() -> None:
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, 32)
    os.nice(5)  # serving pages goes before receiving pictures


def _allow_seconds(seconds: int) -> None:
    """Let this task use `seconds` of processor time beyond what was used so far; the kernel ends us after that."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + seconds, resource.RLIM_INFINITY)


def _answer(head: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    from catalog.errors import Invalid
    from catalog.media import decode
    from catalog.media.pictures import Limits

    try:
        if head["task"] == "receive":
            picture = decode.picture(decode.read(blobs[0], head["format"], Limits(**head["limits"])))
            kept = [picture.original, *picture.renditions]
        else:
            kept = decode.avif(blobs[0])
    except Invalid as refusal:
        return {"refused": refusal.message, "params": refusal.params}, []
    facts = [[one.format, one.width, one.height, one.sha256] for one in kept]
    return {"kept": facts}, [one.data for one in kept]


def main() -> None:
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    _bound()
    while True:
        if not select.select([stdin], [], [], IDLE_SECONDS)[0]:
            return
        task = receive(stdin)
        if task is None:
            return
        _allow_seconds(CPU_SECONDS)
        head, blobs = _answer(*task)
        send(stdout, head, *blobs)


if __name__ == "__main__":
    main()
