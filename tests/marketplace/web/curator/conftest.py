"""A piece before the curators, and a collection; Dewi at her desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog import clock
from catalog.collections import services as collections
from catalog.db import transaction
from marketplace.curation import services as curation
from tests import factories
from tests.cast import Cast


@pytest.fixture
def dewi(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> FlaskClient:
    return sign_in(cast.dewi)


@pytest.fixture
def submission(cast: Cast) -> str:
    """The code of Ratna's waiting piece."""
    with transaction():
        piece = factories.product(cast.ratnas, "Kain cual pucuk rebung", live=False)
        return curation.submit(piece, cast.ratna, "Motif dari nenek saya").code


@pytest.fixture
def collection(cast: Cast) -> str:
    """The code of an open collection with Ratna's shawl and Budi's plaque, in this order."""
    with transaction():
        made = collections.create_collection("Hari raya", clock.now() - timedelta(days=1), on_home=True)
        collections.place(made, cast.shawl)
        collections.place(made, cast.plaque)
        return made.code


def post(client: FlaskClient, address: str, **fields: Any) -> Any:
    """A form of the client's own visit."""
    fields.setdefault("form_token", client.form_token)  # type: ignore[attr-defined]
    return client.post(address, data=fields)
