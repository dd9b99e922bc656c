"""Every page of the operator's desk, for him and for nobody else."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

PAGES = ["/", "/applications", "/sellers", "/payments", "/orders", "/rates", "/mails", "/jobs"]


@pytest.mark.parametrize("page", PAGES)
def test_opens_when_there_is_nothing(tono: FlaskClient, page: str) -> None:
    assert tono.get(f"/operator{page}").status_code == 200
    assert tono.get(f"/en/operator{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_does_not_exist_for_others(others: list[FlaskClient], client: FlaskClient, page: str) -> None:
    for other in others:
        assert other.get(f"/operator{page}").status_code == 404
    assert client.get(f"/operator{page}").status_code == 303


@pytest.mark.parametrize(
    "page", ["/sellers/zzzzzzzz", "/orders/zzzzzzzzzz", "/mails/none.eml", "/mails/..%2F..%2Fsecret.key"]
)
def test_what_is_not_there_is_not_found(tono: FlaskClient, page: str) -> None:
    assert tono.get(f"/operator{page}").status_code == 404


@pytest.mark.parametrize("query", ["?state=nonsense", "?after=nonsense", "?q=%ff", "?decided=maybe"])
def test_nonsense_in_an_address_is_ignored(tono: FlaskClient, query: str) -> None:
    for page in ("/applications", "/sellers", "/orders", "/jobs"):
        assert tono.get(f"/operator{page}{query}").status_code == 200


def test_what_no_database_can_look_for_is_refused_with_a_sentence(tono: FlaskClient) -> None:
    assert tono.get("/operator/orders?q=%00").status_code == 422
