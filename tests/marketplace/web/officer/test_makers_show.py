"""One maker of the own regencies: read only."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.db import transaction
from marketplace.sellers import services
from marketplace.sellers.models import SellerMaker
from tests import factories
from tests.cast import Cast


def maker_code(shop: Any) -> str:
    return str(shop.makers[0].code)


def test_says_what_a_draft_still_needs(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.hasan)
    with transaction():
        draft = factories.product(cast.ratnas, "Kain yang belum selesai", live=False)
        draft.description = "Pendek."
        code = maker_code(cast.ratnas)
    page = client.get(f"/en/officer/makers/{code}")
    assert page.status_code == 200
    assert "Describe the piece in at least 40 characters" in page.text
    assert cast.shawl.title_en in page.text
    assert "Open" in page.text


def test_a_maker_outside_is_not_found(cast: Cast, sign_in: Any) -> None:
    code = maker_code(cast.budis)
    assert sign_in(cast.hasan).get(f"/officer/makers/{code}").status_code == 404


def test_a_maker_that_the_public_does_not_see_yet_is_seen(cast: Cast, sign_in: Any) -> None:
    with transaction():
        maker = cast.ratnas.makers[0]
        maker.is_shown = False
        code = maker.code
    page = sign_in(cast.hasan).get(f"/en/officer/makers/{code}")
    assert page.status_code == 200
    assert "not yet" in page.text
    assert "Public page" not in page.text


def test_a_suspended_shop_is_named_so(cast: Cast, sign_in: Any) -> None:
    code = maker_code(cast.ratnas)
    client = sign_in(cast.hasan)
    with transaction():
        services.suspend(cast.ratnas, cast.tono, "Tidak menjawab pembeli sebulan.")
    assert "Suspended" in client.get(f"/en/officer/makers/{code}").text


def test_a_maker_without_a_shop_is_shown_with_a_hint(cast: Cast, sign_in: Any) -> None:
    code = maker_code(cast.ratnas)
    client = sign_in(cast.hasan)
    with transaction() as session:
        session.query(SellerMaker).filter_by(seller_id=cast.ratnas.id).delete()
    assert "No shop sells for this maker yet." in client.get(f"/en/officer/makers/{code}").text


@pytest.mark.parametrize("code", ["zzzzzzzz", "x", "1"])
def test_a_code_that_is_not_there_is_not_found(cast: Cast, sign_in: Any, code: str) -> None:
    assert sign_in(cast.hasan).get(f"/officer/makers/{code}").status_code == 404


def test_nobody_else_sees_it_and_nothing_can_be_posted(cast: Cast, sign_in: Any) -> None:
    code = maker_code(cast.ratnas)
    hasan = sign_in(cast.hasan)
    for other in [sign_in(one) for one in (cast.sari, cast.ratna, cast.dewi, cast.tono)]:
        assert other.get(f"/officer/makers/{code}").status_code == 404
    answer = hasan.post(f"/officer/makers/{code}", data={"form_token": hasan.form_token})
    assert answer.status_code == 405
