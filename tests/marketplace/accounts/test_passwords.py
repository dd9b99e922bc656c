"""Which passwords are accepted, and how they are kept."""

from __future__ import annotations

import threading
import time

import pytest

from catalog.errors import Invalid
from marketplace.accounts import passwords


@pytest.mark.parametrize(
    "password",
    [
        "short12",
        "x" * 129,
        "password",
        "Password123!",
        "P4ssw0rd",
        "iloveyou",
        "sunshine1",
        "sayangku",
        "Sayang123",
        "bismillah99",
        "indonesia2026",
        "12345678",
        "87654321",
        "abcdefgh",
        "qwertyuiop",
        "1qaz2wsx",
        "zaq12wsx",
        "aaaaaaaa",
        "abababab",
        "abcabcabc",
        "abcd1234",
        "１２３４５６７８",
        "ratnasari",
        "ratnasari1990",
        "Sari-Ratna-90",
        "kriyaloka2026",
    ],
)
def test_refuses_what_is_guessed_first(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        passwords.check(password, "Ratna Sari", "ratna.sari@contoh.example")
    assert refusal.value.field == "password"


@pytest.mark.parametrize(
    "password",
    [
        "kain hujan senja",
        "benang emas di tepi laut",
        "tr0ub4dor&3",
        "correct horse battery",
        "menenun di teras",
        "jalan-jalan-ke-mentok-2026",
        "ratna-menenun-di-mentok-sore",
        "ünïcödé-wörter",
        "織物と海と風と光",
        "x7" + "Gk9!" * 30,
        " leading and trailing ",
    ],
)
def test_takes_what_is_long_and_ones_own_without_asking_for_kinds_of_characters(password: str) -> None:
    passwords.check(password, "Ratna Sari", "ratna.sari@contoh.example")


def test_collected_enough_that_is_guessed_first() -> None:
    assert len(passwords.common()) > 1500


def test_nothing_is_cut_off() -> None:
    start = "benang " * 11  # 77 bytes: beyond the 72 at which some hashes stop
    kept = passwords.hash_password(start + "emas")
    assert passwords.verify(start + "emas", kept)
    assert not passwords.verify(start + "perak", kept)
    assert not passwords.verify(start, kept)


def test_the_same_characters_typed_otherwise_are_the_same_password() -> None:
    kept = passwords.hash_password("café di pantai")
    assert passwords.verify("cafe\u0301 di pantai", kept)


def test_is_argon2id_and_salted() -> None:
    first, second = passwords.hash_password("kain hujan senja"), passwords.hash_password("kain hujan senja")
    assert first.startswith("$argon2id$")
    assert first != second
    assert len(first) <= 200


def test_knows_a_hash_of_other_parameters() -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("kain hujan senja")
    assert passwords.verify("kain hujan senja", old)
    assert passwords.is_outdated(old)
    assert not passwords.is_outdated(passwords.hash_password("kain hujan senja"))


def test_nobody_has_no_password_and_a_broken_hash_opens_nothing() -> None:
    assert not passwords.verify("nobody has this password", None)
    assert not passwords.verify("kain hujan senja", "not a hash")
    assert not passwords.verify("a" * 100_000, passwords.hash_password("kain hujan senja"))


def test_a_spray_waits_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    present = most = 0
    guard = threading.Lock()

    class Slow:
        def hash(self, text: str) -> str:
            nonlocal present, most
            with guard:
                present += 1
                most = max(most, present)
            time.sleep(0.01)
            with guard:
                present -= 1
            return "hash"

    monkeypatch.setattr(passwords, "_hasher", Slow())
    threads = [threading.Thread(target=passwords.hash_password, args=("kain hujan senja",)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == passwords.AT_ONCE
