"""A post office in which tests look."""

from __future__ import annotations

import pytest

from tests.marketplace.notifications.post_office import PostOffice


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()
