"""How a picture comes in: bytes decide, limits come before decoding, and strangers' bytes are opened by a child.

Nothing here touches the database or the network. `receive` takes a few tenths of a second of a child's processor time
for a phone's photo: call it before the write transaction begins.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from dataclasses import asdict
from typing import Any, BinaryIO, cast

from catalog.errors import Invalid, Unavailable
from catalog.media import worker
from catalog.media.pictures import WEBP_WIDTHS, Kept, Limits, Picture
from catalog.text import N_

__all__ = ["Kept", "Limits", "Picture", "avif", "prepare", "receive", "sniff"]

CHILDREN = max(1, min(2, os.cpu_count() or 1))
TASK_SECONDS = 30.0
WAIT_SECONDS = 25.0


def sniff(data: bytes) -> str | None:
    """The format that the bytes themselves claim, by Pillow's name, or None when it is none of ours."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and (data[8:12] in (b"avif", b"avis") or b"avif" in data[16:64]):
        return "AVIF"
    return None


def _refuse_format(data: bytes) -> Invalid:
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1"):
        return Invalid(
            N_(
                "This is a HEIC picture of an iPhone, which browsers cannot show. Choose Settings, Camera, Formats, "
                "“Most compatible” on the phone, or send the picture as JPEG."
            ),
            field="picture",
        )
    return Invalid(
        N_("This file is not a picture that can be used. Send a JPEG, PNG, WebP or AVIF picture."), field="picture"
    )


def receive(data: bytes, limits: Limits = Limits()) -> Picture:
    """The clean picture in a stranger's bytes; its name and declared type are never asked.

    Raises Invalid (field `picture`) with a sentence for the sender, Unavailable when all children stay busy.
    """
    if not data:
        raise Invalid(N_("The file is empty. Choose a picture."), field="picture")
    if len(data) > limits.max_bytes:
        raise Invalid(
            N_("The file is too large: at most %(megabytes)s MB are possible."),
            field="picture",
            megabytes=limits.max_bytes // 1_000_000,
        )
    claimed = sniff(data)
    if claimed is None:
        raise _refuse_format(data)
    kept = _run({"task": "receive", "format": claimed, "limits": asdict(limits)}, data)
    return Picture(kept[0], tuple(kept[1:]))


def prepare(image: Any, widths: tuple[int, ...] = WEBP_WIDTHS) -> Picture:
    """The same for a `PIL.Image` of our own making, in this process; `widths` of the WebP renditions, narrowest first."""
    from catalog.media import decode

    return decode.picture(decode.clean(image), widths)


def avif(original: bytes) -> list[Kept]:
    """The AVIF renditions of a kept original, made in a child; about as costly as `receive`."""
    return _run({"task": "avif"}, original)


class _Children:
    """At most CHILDREN processes, started when needed, kept while they are asked within a minute."""

    def __init__(self, size: int) -> None:
        self._slots = threading.BoundedSemaphore(size)
        self._idle: queue.LifoQueue[subprocess.Popen[bytes]] = queue.LifoQueue()

    def run(self, head: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]] | None:
        """The answer of a child; None when the child died over it."""
        if not self._slots.acquire(timeout=WAIT_SECONDS):
            raise Unavailable(
                N_("Many pictures are being received just now. Please try again in a moment."), retry_after=15
            )
        try:
            while True:
                child, is_fresh = self._child()
                answer = _ask(child, head, data)
                if answer is not None:
                    self._idle.put(child)
                    return answer
                _end(child)
                # A child that went home for want of work (or was ended from outside) between two tasks is no verdict.
                if is_fresh:
                    return None
        finally:
            self._slots.release()

    def _child(self) -> tuple[subprocess.Popen[bytes], bool]:
        while True:
            try:
                child = self._idle.get_nowait()
            except queue.Empty:
                return _start(), True
            if child.poll() is None:
                return child, False
            _end(child)


def _start() -> subprocess.Popen[bytes]:
    # -S and a full PYTHONPATH: no site initialisation, and the same code that runs here.
    path = os.pathsep.join(one for one in [_HOUSE, *sys.path] if one)
    return subprocess.Popen(  # noqa: S603  our own module, no word of the request
        [sys.executable, "-S", "-m", worker.__name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PYTHONPATH": path, "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
    )


_HOUSE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def _ask(
    child: subprocess.Popen[bytes], head: dict[str, Any], data: bytes
) -> tuple[dict[str, Any], list[bytes]] | None:
    stdin, stdout = cast(BinaryIO, child.stdin), cast(BinaryIO, child.stdout)
    watch = threading.Timer(TASK_SECONDS, child.kill)
    watch.daemon = True
    watch.start()
    try:
        worker.send(stdin, head, data)
        return worker.receive(stdout)
    except (OSError, EOFError, ValueError):
        return None
    finally:
        watch.cancel()


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    for stream in (child.stdin, child.stdout):
        try:
            if stream is not None:
                stream.close()
        except OSError:
            pass
    child.wait()


_children = _Children(CHILDREN)


def _forget_children() -> None:
    """After a fork the children are the parent's: two processes must not talk through one pipe."""
    global _children
    _children = _Children(CHILDREN)


os.register_at_fork(after_in_child=_forget_children)


def _run(head: dict[str, Any], data: bytes) -> list[Kept]:
    answer = _children.run(head, data)
    if answer is None:
        raise Invalid(
            N_("This picture takes too much work to open. Save it again as a JPEG of at most 4,000 pixels a side."),
            field="picture",
        )
    facts, blobs = answer
    if "refused" in facts:
        raise Invalid(facts["refused"], field="picture", **facts["params"])
    return [
        Kept(format=fact[0], width=fact[1], height=fact[2], sha256=fact[3], data=blob)
        for fact, blob in zip(facts["kept"], blobs, strict=True)
    ]
