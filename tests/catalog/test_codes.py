"""Public codes: readable on the phone, never guessed, never a row id."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.codes import ALPHABET, CODE, drawn_from, hashed, new_code, new_token, tail_code


@given(st.integers(6, 26))
def test_codes_are_of_their_alphabet_and_length(length: int) -> None:
    code = new_code(length)
    assert len(code) == length
    assert CODE.match(code)
    assert set(code) <= set(ALPHABET)


def test_no_symbol_is_taken_for_another() -> None:
    assert not set("ilou") & set(ALPHABET)
    assert len(set(ALPHABET)) == 32


def test_codes_do_not_repeat() -> None:
    assert len({new_code() for _ in range(20_000)}) == 20_000


@pytest.mark.parametrize(
    "wrong", ["", "short", "UPPERCASE1", "with-dash12", "ilou123456", "a" * 27, "../../etc", "1234567890\n2", "١٢٣٤٥٦٧"]
)
def test_what_is_no_code_is_not_taken_for_one(wrong: str) -> None:
    assert not CODE.match(wrong)


def test_tokens_are_long_random_and_safe_in_an_address() -> None:
    tokens = {new_token() for _ in range(1_000)}
    assert len(tokens) == 1_000
    assert all(re.fullmatch(r"[\w-]{43}", one) for one in tokens)


def test_a_hash_does_not_tell_its_token() -> None:
    token = new_token()
    assert re.fullmatch(r"[0-9a-f]{64}", hashed(token))
    assert hashed(token) == hashed(token) != hashed(token + "x")


def test_example_codes_repeat_and_tokens_never_do() -> None:
    with drawn_from("one"):
        first, token = new_code(), new_token()
    with drawn_from("one"):
        assert new_code() == first
        assert new_token() != token
    assert new_code() != first


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("kain-cual-3f9k2m8qpz", "3f9k2m8qpz"),
        ("3f9k2m8qpz", "3f9k2m8qpz"),
        ("Kain-3F9K2M8QPZ", "3f9k2m8qpz"),
        ("", ""),
        ("-", ""),
    ],
)
def test_the_code_stands_behind_the_last_hyphen(address: str, code: str) -> None:
    assert tail_code(address) == code
