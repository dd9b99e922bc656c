"""The form of the choices of a piece on sale: what was typed waits, is kept, and is refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.products.models import Product
from marketplace.curation import changes, services
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.seller.conftest import Desk

SILK = {"version": "1", "options-0-kind": "size", "options-0-values": "Ukuran 1 / Pure silk\nUkuran 2 / Size 2\nSutra asli 100%"}  # fmt: skip


@pytest.fixture
def two(cast: Cast, ratnas: Desk) -> Desk:
    """A piece of Ratna's on sale in two sizes."""
    with transaction():
        ratnas.product = factories.product(cast.ratnas, "Kain cual dua ukuran", variants=2).code
    return ratnas


def _piece(desk: Desk) -> Product:
    db.session.expire_all()
    found = db.session.scalar(db.select(Product).where(Product.code == desk.product))
    assert found is not None
    return found


def test_new_words_wait_are_kept_in_the_form_and_hidden_from_buyers(two: Desk) -> None:
    answer = two.post(f"products/{two.product}/options", SILK)
    assert answer.status_code == 303 and answer.location.endswith(two.product)
    piece = _piece(two)
    assert [value.name_en for value in piece.options[0].values] == ["Size 1", "Size 2"]
    assert "Sutra" not in two.client.get(f"/products/{piece.slug}-{piece.code}").text
    assert "Sutra asli 100%" in two.get(f"products/{two.product}/options").text
    hub = two.get(f"products/{two.product}").text
    assert "<ins>" in hub and "Sutra asli 100" in hub.replace("</ins>", "").replace("<ins>", "")


@pytest.mark.parametrize(
    ("values", "at"),
    [("Batik printing\nUkuran 1", "options-0-values-error"), ("Baru\nLain", "options-0-values-error"), ("", "options-0-values-error")],
)  # fmt: skip
def test_what_cannot_be_is_named_and_not_lost(two: Desk, values: str, at: str) -> None:
    answer = two.post(f"products/{two.product}/options", {**SILK, "options-0-values": values})
    assert answer.status_code == 422 and f'id="{at}"' in answer.text and values in answer.text
    assert len(_piece(two).options[0].values) == 2 and changes.on_table(_piece(two)) is None


def test_an_own_option_that_waits_stands_in_the_form(two: Desk) -> None:
    more = {"options-1-kind": "other", "options-1-name": "Bahan benang", "options-1-values": "Sutra"}
    assert two.post(f"products/{two.product}/options", {**SILK, **more}).status_code == 303
    assert 'value="bahan-benang" selected' in two.get(f"products/{two.product}/options").text


def _figures(**more: Any) -> dict[str, Any]:
    rows: dict[str, Any] = {"version": "3"}
    for place, key in enumerate(("s0", "s1", "besar")):
        at = f"variants-{place}"
        rows |= {f"{at}-values": f"size={key}", f"{at}-stock": "3", f"{at}-stock_seen": "3" if place < 2 else ""}
        rows |= {f"{at}-price": f"1.{850 + place * 50}.000", f"{at}-is_active": "y"}
    first = {"weight": "400", "length": "30", "width": "20", "height": "6", "fulfilment": "ready", "dispatch_days": "2"}
    return {**rows, **{f"variants-0-{name}": value for name, value in first.items()}, **more}


def test_a_new_choice_is_offered_by_the_price_that_its_maker_gives(cast: Cast, two: Desk) -> None:
    two.post(
        f"products/{two.product}/options", {**SILK, "options-0-values": "Ukuran 1 / Size 1\nUkuran 2 / Size 2\nBesar"}
    )
    with transaction():
        submission = changes.on_table(_piece(two))
        assert submission is not None
        services.approve(submission, db.session.merge(cast.dewi), changes.digest(submission))
    piece = _piece(two)
    assert sum(one.is_active for one in piece.variants) == 2
    figures = {**_figures(**{"variants-2-price": "7.000.000"}), "version": str(piece.version)}
    unticked = {name: value for name, value in figures.items() if name != "variants-2-is_active"}
    answer = two.post(f"products/{two.product}/variants", unticked)
    assert answer.status_code == 422 and 'href="#variants-2-is_active"' in answer.text and "7.000.000" in answer.text
    assert sum(one.is_active for one in _piece(two).variants) == 2
    answer = two.post(f"products/{two.product}/variants", {**figures, "variants-2-price": ""})
    assert answer.status_code == 422 and 'id="variants-2-price-error"' in answer.text
    answer = two.post(f"products/{two.product}/variants", figures)
    assert answer.status_code == 303, answer.text
    assert [one.price.rupiah for one in _piece(two).variants if one.is_active] == [1_850_000, 1_900_000, 7_000_000]
