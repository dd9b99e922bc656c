"""Price, weight, box and stock: figures that cannot be right are named, nothing typed is lost, nothing sold is undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.inventory.models import Stock
from catalog.products import services
from catalog.products.measures import ContentUnit, Measures
from catalog.products.models import Fulfilment, Product, Variant
from marketplace.orders.models import Order
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.seller.conftest import Desk

FIGURES = {
    "version": "1", "variants-0-values": "", "variants-0-price": "1.900.000", "variants-0-stock": "3", "variants-0-stock_seen": "3",
    "variants-0-weight": "450", "variants-0-length": "30", "variants-0-width": "20", "variants-0-height": "6,5",
    "variants-0-fulfilment": "ready", "variants-0-dispatch_days": "2",
}  # fmt: skip


def _variant(code: str) -> Variant:
    piece = db.session.scalar(db.select(Product).where(Product.code == code).execution_options(populate_existing=True))
    assert piece is not None
    return piece.variants[0]


def _on_hand(code: str) -> int:
    db.session.expire_all()
    return db.session.get_one(Stock, _variant(code).id).on_hand


def test_saves_figures_in_the_units_that_people_use(ratnas: Desk) -> None:
    assert ratnas.post(f"products/{ratnas.product}/variants", {**FIGURES, "variants-0-stock": "5"}).status_code == 303
    variant = _variant(ratnas.product)
    assert (variant.price.rupiah, variant.weight, variant.box_height) == (1_900_000, 450, 65)
    assert _on_hand(ratnas.product) == 5


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [("price", "", "price"), ("price", "seratus ribu", "price"), ("price", "999", "price"), ("price", "1,5", "price"), ("price", "-5000", "price"),
     ("price", "9" * 16, "price"), ("weight", "0", "weight"), ("weight", "berat", "weight"), ("weight", "100001", "weight"), ("weight", "1e3", "weight"),
     ("length", "", "length"), ("width", "-3", "width"), ("height", "301", "height"), ("dispatch_days", "31", "dispatch_days"),
     ("dispatch_days", "dua", "dispatch_days"), ("fulfilment", "magic", "fulfilment"), ("stock", "-1", "stock"), ("stock", "3,5", "stock"),
     ("stock", "banyak", "stock"), ("sku", "x" * 41, "sku"), ("values", "size=xl", "values")],
)  # fmt: skip
def test_names_the_figure_that_is_wrong(ratnas: Desk, field: str, value: str, at: str) -> None:
    answer = ratnas.post(f"products/{ratnas.product}/variants", {**FIGURES, f"variants-0-{field}": value})
    assert answer.status_code == 422
    if at != "values":
        assert f'id="variants-0-{at}-error"' in answer.text
    assert "1.900.000" in answer.text or field == "price"
    assert _variant(ratnas.product).price.rupiah == 1_850_000 and _on_hand(ratnas.product) == 3


def test_tells_all_wrong_figures_at_once(ratnas: Desk) -> None:
    wrong = {
        **FIGURES,
        "variants-0-price": "x",
        "variants-0-weight": "x",
        "variants-0-length": "x",
        "variants-0-stock": "x",
    }
    answer = ratnas.post(f"products/{ratnas.product}/variants", wrong)
    for field in ("price", "weight", "length"):
        assert f'id="variants-0-{field}-error"' in answer.text
    assert answer.text.count(" autofocus>") == 1 and answer.text.partition(" autofocus>")[0].endswith(
        'id="form-errors"'
    )


def test_made_to_order_needs_its_days(ratnas: Desk) -> None:
    figures = {**FIGURES, "variants-0-fulfilment": "made-to-order", "variants-0-stock": ""}
    answer = ratnas.post(f"products/{ratnas.product}/variants", figures)
    assert answer.status_code == 422 and 'id="variants-0-lead_days-error"' in answer.text
    assert (
        ratnas.post(f"products/{ratnas.product}/variants", {**figures, "variants-0-lead_days": "20"}).status_code == 303
    )
    assert _variant(ratnas.product).fulfilment is Fulfilment.MADE_TO_ORDER


@pytest.mark.parametrize(("field", "value"), [("lead_days", "20"), ("deposit_percent", "50"), ("deposit_percent", "x")])
def test_what_only_pieces_made_to_order_have_is_not_dropped_silently(ratnas: Desk, field: str, value: str) -> None:
    typed = {**FIGURES, f"variants-0-{field}": value}
    answer = ratnas.post(f"products/{ratnas.product}/variants", typed)
    assert answer.status_code == 422 and answer.text.count(f'id="variants-0-{field}-error"') == 1
    assert f'value="{value}"' in answer.text and _variant(ratnas.product).price.rupiah == 1_850_000
    for nothing in ("", "0"):
        typed = {**FIGURES, "version": str(_variant(ratnas.product).product.version), f"variants-0-{field}": nothing}
        assert ratnas.post(f"products/{ratnas.product}/variants", typed).status_code == 303


def test_what_a_piece_made_to_order_had_goes_when_it_is_made_ready(ratnas: Desk) -> None:
    ordered = {
        **FIGURES, "variants-0-fulfilment": "made-to-order", "variants-0-stock": "", "variants-0-lead_days": "20",
        "variants-0-deposit_percent": "50",
    }  # fmt: skip
    assert ratnas.post(f"products/{ratnas.product}/variants", ordered).status_code == 303
    ready = {**ordered, "version": "2", "variants-0-fulfilment": "ready", "variants-0-stock": "3"}
    wrong = ratnas.post(f"products/{ratnas.product}/variants", {**ready, "variants-0-lead_days": "21"})
    assert wrong.status_code == 422 and 'id="variants-0-lead_days-error"' in wrong.text
    assert ratnas.post(f"products/{ratnas.product}/variants", ready).status_code == 303
    assert (_variant(ratnas.product).lead_days, _variant(ratnas.product).deposit_percent) == (None, 0)


def test_a_number_typed_while_somebody_bought_does_not_undo_the_sale(
    cast: Cast, ratnas: Desk, buy: Callable[..., Order]
) -> None:
    order = buy(cast.shawl).code
    assert ratnas.post(f"orders/{order}/confirmation").status_code == 303
    assert _on_hand(ratnas.product) == 2
    answer = ratnas.post(f"products/{ratnas.product}/variants", {**FIGURES, "variants-0-stock": "4"})
    assert answer.status_code == 422 and 'id="variants-0-stock-error"' in answer.text
    assert 'name="variants-0-stock_seen" value="2"' in answer.text
    assert _on_hand(ratnas.product) == 2


def test_stock_cannot_go_below_what_buyers_hold(cast: Cast, ratnas: Desk, buy: Callable[..., Order]) -> None:
    buy(cast.shawl, quantity=2)
    answer = ratnas.post(f"products/{ratnas.product}/variants", {**FIGURES, "variants-0-stock": "1"})
    assert answer.status_code == 422 and 'id="variants-0-stock-error"' in answer.text
    assert _on_hand(ratnas.product) == 3


def test_shows_both_versions_when_somebody_was_faster(ratnas: Desk) -> None:
    with transaction():
        piece = db.session.scalar(db.select(Product).where(Product.code == ratnas.product))
        assert piece is not None
        services.edit(piece, {"care": "Cuci kering."}, None)
    answer = ratnas.post(f"products/{ratnas.product}/variants", FIGURES)
    assert answer.status_code == 409
    assert "1.900.000" in answer.text and "1.850.000" in answer.text and 'name="version" value="2"' in answer.text
    wrong = {**FIGURES, "variants-0-weight": "0", "variants-0-break_price_1": "x", "variants-0-break_quantity_1": "5"}
    answer = ratnas.post(f"products/{ratnas.product}/variants", wrong)
    assert answer.status_code == 409
    assert 'id="variants-0-weight-error"' in answer.text and 'id="variants-0-break_price_1-error"' in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("content", "banyak"), ("content", "0"), ("content_unit", "sendok"), ("piece_length", "panjang"), ("piece_width", "0"),
     ("piece_height", "3001"), ("piece_diameter", "-2")],
)  # fmt: skip
def test_names_the_measure_that_is_wrong(ratnas: Desk, field: str, value: str) -> None:
    typed = {**FIGURES, "variants-0-content": "500", "variants-0-piece_length": "180,5", f"variants-0-{field}": value}
    answer = ratnas.post(f"products/{ratnas.product}/variants", typed)
    assert answer.status_code == 422 and f'id="variants-0-{field}-error"' in answer.text
    assert 'value="180,5"' in answer.text or field == "piece_length"
    assert _variant(ratnas.product).measures == Measures()


def test_saves_and_shows_the_measures_of_the_piece(ratnas: Desk) -> None:
    typed = {"content": "1.250", "content_unit": "g", "piece_length": "180,5", "piece_width": "80"}
    figures = {**FIGURES, **{f"variants-0-{name}": value for name, value in typed.items()}}
    assert ratnas.post(f"products/{ratnas.product}/variants", figures).status_code == 303
    assert _variant(ratnas.product).measures == Measures(1250, ContentUnit.GRAM, 1805, 800)
    page = ratnas.get(f"products/{ratnas.product}/variants").text
    assert 'value="180,5"' in page and 'value="1250"' in page


def test_a_number_of_another_piece_is_named_with_it(cast: Cast, ratnas: Desk) -> None:
    with transaction():
        other = factories.product(cast.ratnas, "Kain cual naga", live=False)
        other.variants[0].sku = "KC-7"
    answer = ratnas.post(f"products/{ratnas.product}/variants", {**FIGURES, "variants-0-sku": "kc-7"})
    assert answer.status_code == 422 and 'id="variants-0-sku-error"' in answer.text
    assert "sudah dipakai “Kain cual naga”: KC-7." in answer.text


@pytest.fixture
def sizes(cast: Cast, ratnas: Desk) -> Desk:
    """A draft of Ratna's in two sizes."""
    with transaction():
        draft = factories.product(cast.ratnas, "Selendang cual dua ukuran", live=False, stock=None)
        draft.variants[0].fulfilment, draft.variants[0].lead_days = Fulfilment.READY, None
    ratnas.product = draft.code
    options = {"version": "1", "options-0-kind": "size", "options-0-values": "Kecil / Small\nBesar / Large"}
    assert ratnas.post(f"products/{ratnas.product}/options", options).status_code == 303
    return ratnas


def _two(**more: Any) -> dict[str, Any]:
    second = {
        "variants-1-values": "size=besar",
        "variants-1-price": "2.100.000",
        "variants-1-is_active": "y",
        "variants-1-stock": "1",
        "variants-1-stock_seen": "",
    }
    return {**FIGURES, "version": "2", "variants-0-values": "size=kecil", "variants-0-is_active": "y", **second, **more}


def test_a_further_row_takes_weight_and_box_from_the_first(sizes: Desk) -> None:
    answer = sizes.post(f"products/{sizes.product}/variants", _two())
    assert answer.status_code == 303, answer.text
    piece = db.session.scalar(
        db.select(Product).where(Product.code == sizes.product).execution_options(populate_existing=True)
    )
    assert piece is not None
    assert [(one.price.rupiah, one.weight) for one in piece.variants] == [(1_900_000, 450), (2_100_000, 450)]


def test_a_further_row_takes_the_size_of_the_piece_from_the_first_and_tells_its_own_content(sizes: Desk) -> None:
    more = {"variants-0-piece_diameter": "9", "variants-0-content": "300", "variants-0-content_unit": "ml"}
    rows = _two(**more, **{"variants-1-content": "600", "variants-1-content_unit": "ml"})
    assert sizes.post(f"products/{sizes.product}/variants", rows).status_code == 303
    piece = db.session.scalar(
        db.select(Product).where(Product.code == sizes.product).execution_options(populate_existing=True)
    )
    assert piece is not None
    assert [(one.content, one.content_unit, one.piece_diameter) for one in piece.variants] == [
        (300, "ml", 90),
        (600, "ml", 90),
    ]


def test_a_row_that_is_not_offered_asks_for_nothing(sizes: Desk) -> None:
    rows = _two(**{"variants-1-price": "", "variants-1-stock": ""})
    del rows["variants-1-is_active"]
    assert sizes.post(f"products/{sizes.product}/variants", rows).status_code == 303


def test_errors_stand_at_the_row_that_is_wrong_even_behind_one_that_is_not_offered(sizes: Desk) -> None:
    rows = _two(**{"variants-1-price": "7"})
    del rows["variants-0-is_active"]
    answer = sizes.post(f"products/{sizes.product}/variants", rows)
    assert answer.status_code == 422 and 'id="variants-1-price-error"' in answer.text


@pytest.mark.parametrize(
    ("row", "at"),
    [({"options-0-values": ""}, "options-0-values"), ({"options-0-values": "Merah\nmerah"}, "options-0-values"),
     ({"options-0-kind": "other", "options-0-name": ""}, "options-0-name"), ({"options-0-values": "x" * 61}, "options-0-values"),
     ({"options-1-kind": "size", "options-1-values": "M"}, "options-1-kind"), ({"options-0-values": "Merah\n/ Red"}, "options-0-values"),
     ({"options-0-kind": ""}, "options-0-kind"), ({"options-2-values": "Merah"}, "options-2-kind")],
)  # fmt: skip
def test_options_that_cannot_be_are_named(ratnas: Desk, row: dict[str, str], at: str) -> None:
    typed = {"version": "1", "options-0-kind": "size", "options-0-values": "Kecil\nBesar", **row}
    answer = ratnas.post(f"products/{ratnas.product}/options", typed)
    assert answer.status_code == 422 and f'id="{at}-error"' in answer.text


def test_choices_that_were_there_may_go_with_their_kind(sizes: Desk) -> None:
    gone = {"version": "2", "options-0-kind": "", "options-0-values": "Kecil / Small\r\nBesar / Large"}
    assert sizes.post(f"products/{sizes.product}/options", gone).status_code == 303


def test_a_value_that_stands_twice_is_named(ratnas: Desk) -> None:
    typed = {"version": "1", "options-0-kind": "colour", "options-0-values": "Biru\nMerah tua\nmerah tua"}
    assert "“merah tua” ditulis dua kali" in ratnas.post(f"products/{ratnas.product}/options", typed).text


def test_what_a_further_row_takes_from_the_first_is_complained_of_once(sizes: Desk) -> None:
    answer = sizes.post(
        f"products/{sizes.product}/variants", _two(**{"variants-0-weight": "berat", "variants-0-width": ""})
    )
    assert answer.status_code == 422
    for field in ("weight", "width"):
        assert f'id="variants-0-{field}-error"' in answer.text and f'id="variants-1-{field}-error"' not in answer.text
    own = sizes.post(f"products/{sizes.product}/variants", _two(**{"variants-1-weight": "berat"}))
    assert 'id="variants-1-weight-error"' in own.text and 'id="variants-0-weight-error"' not in own.text


@pytest.mark.parametrize(
    "wrong", [{"sku": "x" * 41}, {"content": "banyak"}, {"break_quantity_1": "1", "break_price_1": "5000"}]
)
def test_a_fold_with_a_mistake_in_it_is_open(sizes: Desk, wrong: dict[str, str]) -> None:
    answer = sizes.post(f"products/{sizes.product}/variants", _two(**{f"variants-1-{k}": v for k, v in wrong.items()}))
    before = answer.text.partition(f'id="variants-1-{next(iter(wrong))}-error"')[0]
    assert before != answer.text
    assert all(" open" in fold.partition(">")[0] for fold in _around(before))


def _around(html: str) -> list[str]:
    """The folds that are not closed at the end of `html`."""
    folds: list[str] = []
    for part in html.split("<details")[1:]:
        folds.append(part)
        del folds[len(folds) - min(part.count("</details>"), len(folds)) :]
    return folds


def test_at_least_one_choice_stays_on_offer(sizes: Desk) -> None:
    rows = _two(**{"variants-1-price": "", "variants-1-stock": ""})
    del rows["variants-0-is_active"], rows["variants-1-is_active"]
    answer = sizes.post(f"products/{sizes.product}/variants", {**rows, "variants-0-price": ""})
    assert answer.status_code == 422 and 'id="variants-0-is_active-error"' in answer.text


def test_figures_are_written_as_the_reader_writes_them(ratnas: Desk) -> None:
    typed = {**FIGURES, "variants-0-weight": "1,450", "variants-0-stock": "1,200"}
    assert ratnas.post(f"products/{ratnas.product}/variants", typed).status_code == 303
    assert (_variant(ratnas.product).weight, _on_hand(ratnas.product)) == (1450, 1200)
    address = f"seller/{ratnas.seller}/products/{ratnas.product}/variants"
    english, indonesian = ratnas.client.get(f"/en/{address}").text, ratnas.client.get(f"/{address}").text
    assert 'value="1,900,000"' in english and 'value="6.5"' in english
    assert 'value="1.900.000"' in indonesian and 'value="6,5"' in indonesian
    wrong = {
        **FIGURES,
        "version": "2",
        "variants-0-price": "1,5",
        "variants-0-weight": "0",
        "form_token": ratnas.client.form_token,
    }  # type: ignore[attr-defined]
    assert "for example Rp1,250,000." in ratnas.client.post(f"/en/{address}", data=wrong).text
    assert "from 1 to 100,000." in ratnas.client.post(f"/en/{address}", data=wrong).text
    assert "misalnya Rp1.250.000." in ratnas.client.post(f"/{address}", data=wrong).text
    dear = {**wrong, "variants-0-price": "1"}
    assert "between Rp1,000 and Rp500,000,000." in ratnas.client.post(f"/en/{address}", data=dear).text


def test_too_many_combinations_are_refused_above_the_form(ratnas: Desk) -> None:
    typed = {"version": "1"}
    for place, kind in enumerate(("size", "colour", "motif")):
        typed |= {f"options-{place}-kind": kind, f"options-{place}-values": "\n".join(f"v{n}" for n in range(5))}
    answer = ratnas.post(f"products/{ratnas.product}/options", typed)
    assert answer.status_code == 422 and "125" in answer.text


def test_values_that_keep_their_name_keep_their_variant(sizes: Desk) -> None:
    piece = db.session.scalar(db.select(Product).where(Product.code == sizes.product))
    assert piece is not None
    before = {one.values[0].key: one.code for one in piece.variants if one.is_active}
    more = {"version": "2", "options-0-kind": "size", "options-0-values": "Besar / Large\nKecil / Small\nRaksasa"}
    assert sizes.post(f"products/{sizes.product}/options", more).status_code == 303
    db.session.expire_all()
    piece = db.session.scalar(db.select(Product).where(Product.code == sizes.product))
    assert piece is not None
    after = {one.values[0].key: one.code for one in piece.variants if one.is_active}
    assert {key: after[key] for key in before} == before and "raksasa" in after
