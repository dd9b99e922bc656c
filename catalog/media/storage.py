"""Where the bytes of pictures and papers are kept."""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from catalog.errors import Unavailable
from catalog.text import N_

_NAME = re.compile(r"^(?!.*\.\.)[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*){0,4}$")
TEMPORARY = "tmp/"
"""Half-written files are born here, so that a killed process leaves them where a sweep finds them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as the storage lists it; size in bytes."""

    name: str
    size: int
    modified_at: datetime


class Storage(Protocol):
    """Files by name. Names are made by us (lower case, digits, `/`), never by the sender of a file.

    A file is there whole or not at all. `open` and `read` raise FileNotFoundError; `put` replaces, and raises
    Unavailable where there is no room. `url` raises LookupError for a storage of private files.
    """

    def put(self, name: str, data: bytes) -> None: ...

    def open(self, name: str) -> BinaryIO: ...

    def read(self, name: str) -> bytes: ...

    def exists(self, name: str) -> bool: ...

    def delete(self, name: str) -> None:
        """Remove a file; one that is gone already is no error."""

    def list(self) -> Iterator[Entry]: ...

    def url(self, name: str) -> str: ...


def checked(name: str) -> str:
    """`name`, or ValueError when it is not one of ours (it could leave the folder)."""
    if len(name) > 200 or not _NAME.fullmatch(name):
        raise ValueError(f"not a name of a stored file: {name[:80]!r}")
    return name


class FolderStorage:
    """A folder of this machine. Without `base` its files are private and have no address."""

    def __init__(self, root: Path, base: str | None = "/media/") -> None:
        self.root = Path(root)
        self.base = base

    def path(self, name: str) -> Path:
        """The file behind `name`; ValueError for a name that is not ours."""
        return self.root / checked(name)

    def put(self, name: str, data: bytes) -> None:
        target = self.path(name)
        temporary = self.root / f"{TEMPORARY}{secrets.token_hex(8)}"
        try:
            temporary.parent.mkdir(parents=True, exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
                raise Unavailable(
                    N_("There is no room for pictures at the moment. Please try again later."), retry_after=600
                ) from error
            raise

    def open(self, name: str) -> BinaryIO:
        return self.path(name).open("rb")

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def exists(self, name: str) -> bool:
        return self.path(name).is_file()

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def list(self) -> Iterator[Entry]:
        """All files, half-written ones of a killed process included (their names begin with `tmp/`)."""
        for folder, _folders, files in os.walk(self.root):
            for one in files:
                path = Path(folder) / one
                try:
                    found = path.stat()
                except FileNotFoundError:
                    continue
                name = path.relative_to(self.root).as_posix()
                yield Entry(name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def url(self, name: str) -> str:
        if self.base is None:
            raise LookupError("private files have no address")
        return self.base + checked(name)


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut; file systems that cannot are left alone."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
