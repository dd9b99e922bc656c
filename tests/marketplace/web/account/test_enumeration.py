"""Who has an account is never told: same bytes, same status, same time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from argon2 import PasswordHasher

from catalog.db import transaction
from marketplace.accounts import passwords
from marketplace.accounts.models import User
from marketplace.settings import Settings
from tests import factories
from tests.cast import Cast

TIMES = 60
KNOWN, UNKNOWN = "budi@contoh.example", "nobd@contoh.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    many = "100000 per hour"
    return replace(settings, sign_in_limit=many, register_limit=many, reset_limit=many)


@pytest.fixture(autouse=True)
def quick_hashes(app: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Cheap hashes: whatever else differs would be hidden behind forty milliseconds of real ones."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=256, parallelism=1))
    passwords._nobodys_hash.cache_clear()
    with transaction() as session:
        for person in (cast.sari, cast.budi):
            session.get(User, person.id).password_hash = passwords.hash_password(factories.PASSWORD)  # type: ignore[union-attr]
    yield
    passwords._nobodys_hash.cache_clear()


def medians(ask: Callable[[str], Any]) -> dict[str, float]:
    """Milliseconds per address, the two asked in turn so that the machine's moods hit both."""
    seen: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    ask(KNOWN), ask(UNKNOWN)
    for number in range(TIMES):
        for email in (KNOWN, UNKNOWN) if number % 2 else (UNKNOWN, KNOWN):
            start = time.perf_counter()
            ask(email)
            seen[email].append((time.perf_counter() - start) * 1000)
    found = {email: statistics.median(values) for email, values in seen.items()}
    noise = max(statistics.quantiles(values, n=4)[2] - statistics.quantiles(values, n=4)[0] for values in seen.values())
    print(f"known {found[KNOWN]:.2f} ms, unknown {found[UNKNOWN]:.2f} ms, quartile distance {noise:.2f} ms")
    assert abs(found[KNOWN] - found[UNKNOWN]) <= max(noise, 0.12 * found[KNOWN]), found
    return found


def same(first: Any, second: Any) -> None:
    assert first.status_code == second.status_code
    assert first.data.replace(KNOWN.encode(), b"?") == second.data.replace(UNKNOWN.encode(), b"?")
    assert len(first.data) == len(second.data)
    skip = {"X-Request-Id"}
    assert {k: v for k, v in first.headers if k not in skip} == {k: v for k, v in second.headers if k not in skip}


def test_signing_in(cast: Cast, app: Any) -> None:
    def ask(email: str) -> Any:
        return app.test_client().post("/account/session", data={"email": email, "password": "kain hujan fajar"})

    same(ask(KNOWN), ask(UNKNOWN))
    medians(ask)


def test_asking_for_a_reset(cast: Cast, app: Any) -> None:
    def ask(email: str) -> Any:
        return app.test_client().post("/account/reset", data={"email": email})

    same(ask(KNOWN), ask(UNKNOWN))
    medians(ask)


def test_registering(cast: Cast, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(range(100_000))

    def ask(email: str) -> Any:
        if email == UNKNOWN:
            email = f"n{next(numbers):05}@contoh.example"
        return app.test_client().post(
            "/account/registration", data={"name": "Orang", "email": email, "password": "kain hujan senja"}
        )

    same(ask(KNOWN), ask(UNKNOWN))
    medians(ask)


def test_asking_for_another_address(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.sari)

    def ask(email: str) -> Any:
        answer = client.post(
            "/account/email",
            data={"email": email, "present_password": factories.PASSWORD, "form_token": client.form_token},
        )
        client.get("/account/profile")
        return answer

    same(ask(KNOWN), ask(UNKNOWN))
    medians(ask)
