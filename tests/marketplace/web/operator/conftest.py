"""Tono at his desk, and what comes to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.db import transaction
from marketplace.sellers import services
from tests import factories
from tests.cast import Cast


@pytest.fixture
def tono(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> FlaskClient:
    return sign_in(cast.tono)


@pytest.fixture
def application(cast: Cast) -> str:
    """The code of Sari's application for a shop."""
    with transaction():
        factories.craft()
        return services.apply(
            cast.sari, "Tenun Contoh Sari", "19.05.01", "Jalan Contoh 3", "+6281234567890", crafts=["tenun-cual"]
        ).code


@pytest.fixture
def others(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> list[FlaskClient]:
    return [sign_in(one) for one in (cast.sari, cast.ratna, cast.dewi, cast.hasan)]


def post(client: FlaskClient, address: str, **fields: Any) -> Any:
    """A form of the client's own visit."""
    fields.setdefault("form_token", client.form_token)  # type: ignore[attr-defined]
    return client.post(address, data=fields)
