"""Passwords: which are accepted, and how they are kept.

Kept as argon2id. A hash costs memory on purpose, so at most `AT_ONCE` are made at the same time: a spray of sign-ins
waits in line instead of eating the machine's memory. The rules follow NIST SP 800-63B and OWASP ASVS 2.1: length, no
demand for kinds of characters, no truncation, and no password that is guessed first.
"""

from __future__ import annotations

import itertools
import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from catalog.errors import Invalid, Unavailable
from catalog.text import N_, fold, squeeze

SHORTEST = 8
LONGEST = 128
AT_ONCE = 3
PATIENCE_SECONDS = 10.0

_hasher = PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)
_line = threading.BoundedSemaphore(AT_ONCE)

_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
    "1q2w3e4r5t6y7u8i9o0p",
)
_STEPS = frozenset(pair for row in _ROWS for way in (row, row[::-1]) for pair in itertools.pairwise(way))
_TAIL = 5


def normal(password: str) -> str:
    """The same characters for every way of typing them (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, name: str = "", email: str = "") -> None:
    """Raise Invalid(field="password") with what would be right, unless the password is acceptable for this person."""
    if len(password) > LONGEST:
        raise Invalid(N_("A password has at most %(most)s characters."), field="password", most=LONGEST)
    text = normal(password)
    if len(text) < SHORTEST:
        raise Invalid(
            N_(
                "A password has at least %(least)s characters. Three or four words that only you would put together are easy to keep."
            ),
            field="password",
            least=SHORTEST,
        )
    plain = fold(text)
    if _is_row(plain):
        raise Invalid(
            N_(
                "This is a row or a repetition of characters and is guessed first. Three or four words of your own are better."
            ),
            field="password",
        )
    if _is_common(plain):
        raise Invalid(
            N_("Many people use this password, so it is guessed first. Three or four words of your own are better."),
            field="password",
        )
    if _is_personal(plain, name, email):
        raise Invalid(
            N_(
                "This is close to your name or your address and is guessed first. Three or four other words are better."
            ),
            field="password",
        )


def hash_password(password: str) -> str:
    """The argon2id hash of the normalised password; tens of milliseconds. Unavailable when the line is too long."""
    with _Turn():
        return _hasher.hash(normal(password))


def verify(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash. Without a hash the same time is spent, and the answer is no."""
    text = normal(password[: LONGEST + 1])
    with _Turn():
        try:
            right = _hasher.verify(password_hash or _nobodys_hash(), text)
        except (VerificationError, InvalidHashError):
            return False
    return right and password_hash is not None and len(password) <= LONGEST


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


class _Turn:
    def __enter__(self) -> None:
        if not _line.acquire(timeout=PATIENCE_SECONDS):
            raise Unavailable(
                N_("The shop is very busy right now. Please try again in a moment; nothing was lost."), retry_after=5
            )

    def __exit__(self, *error: object) -> None:
        _line.release()


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


@cache
def common() -> frozenset[str]:
    """Passwords and their stems that are guessed first, folded. Collected by hand from what leaks have in common."""
    lines = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _is_common(plain: str) -> bool:
    squeezed = re.sub(r"[\s._-]+", "", plain)
    if plain in common() or squeezed in common():
        return True
    return any(stem in common() for stem in _stems(squeezed))


def _stems(plain: str) -> Iterator[str]:
    """What is left when the usual ornaments are taken off: figures and signs around it, figures for letters, doubling."""
    for text in {plain, plain.translate(_LEET), plain.replace("1", "l").translate(_LEET)}:
        bare = text.strip("0123456789!?@#$%^&*()+=~'\"/\\|<>[]{}.,;:")
        if len(plain) - len(bare) <= _TAIL:
            yield bare
    bare = plain.strip("0123456789!?@#$%^&*()+=~'\"/\\|<>[]{}.,;:")
    if bare and len(plain) - len(bare) <= _TAIL:
        yield bare.translate(_LEET)
        half = len(bare) // 2
        if len(bare) % 2 == 0 and bare[:half] == bare[half:]:
            yield bare[:half]


def _is_row(plain: str) -> bool:
    if len(set(plain)) <= 2 or any(plain == (plain[:width] * len(plain))[: len(plain)] for width in (1, 2, 3, 4)):
        return True
    pieces = run = 1
    for before, here in itertools.pairwise(plain):
        if here == before or (before, here) in _STEPS:
            run += 1
            continue
        pieces += 1 if run >= 3 else run
        run = 1
    return pieces - 1 + (1 if run >= 3 else run) <= 2


def _is_personal(plain: str, name: str, email: str) -> bool:
    squeezed = squeeze(plain)
    local = fold(email).partition("@")[0]
    words = {squeeze(name), squeeze(local), *(squeeze(one) for one in re.split(r"\W+|_|\d+", f"{fold(name)} {local}"))}
    return any(len(word) >= 4 and word in squeezed and len(squeezed) - len(word) < SHORTEST for word in words)
