"""Choices of a piece on sale: new words about them wait for the curators, and a new one is sold at its maker's price."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.errors import Conflict, Forbidden, Invalid, Several
from catalog.money import Money
from catalog.products import services as products
from catalog.products.models import Product, ProductState
from catalog.products.services import OptionInput, ValueInput, VariantInput
from catalog.products.staging import choices, says_more
from marketplace.curation import changes, queries, services
from marketplace.curation.models import Submission
from marketplace.sellers.models import Decision
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases

FIRST = [ValueInput("Merah", "Red"), ValueInput("Biru", "Blue")]
COLOUR = OptionInput("colour", "Warna", "Colour", FIRST)
SILK = replace(COLOUR, values=[ValueInput("Sutra asli 100%", "Pure silk", "merah"), FIRST[1]])
GREEN = replace(COLOUR, values=[*FIRST, ValueInput("Hijau", "Green")])
ROW = VariantInput(price=Money(1_850_000), weight=400, box=(300, 200, 60))
REASON = "Kainnya katun, bukan sutra. Sebut warnanya saja."


@pytest.fixture
def piece(cast: Cast) -> Product:
    """On sale in red and blue."""
    with transaction():
        product = factories.product(cast.ratnas, "Kain cual dua warna", live=False)
        products.set_options(product, [COLOUR])
        product.state, product.published_at = ProductState.LIVE, cast.shawl.published_at
    return product


def ask(piece: Product, cast: Cast, *options: OptionInput, version: int | None = None) -> bool:
    with transaction():
        return changes.change_options(piece, list(options), version, cast.ratna)


def lying(piece: Product) -> Submission:
    found = changes.on_table(piece)
    assert found is not None
    return found


def approve(piece: Product, cast: Cast) -> None:
    with transaction():
        services.approve(lying(piece), cast.dewi, changes.digest(lying(piece)))


def names(piece: Product) -> list[str]:
    db.session.expire_all()
    return [value.name for option in piece.options for value in option.values]


def sold(piece: Product) -> dict[str, int]:
    db.session.expire_all()
    return {"-".join(one.choices().values()): one.price.rupiah for one in piece.variants if one.is_active}


NEW_WORDS: dict[str, list[OptionInput]] = {
    "a value called otherwise": [SILK],
    "only in English": [replace(COLOUR, values=[ValueInput("Merah", "Pure silk"), FIRST[1]])],
    "English taken away": [replace(COLOUR, values=[ValueInput("Merah"), FIRST[1]])],
    "a value more": [GREEN],
    "the option called otherwise": [replace(COLOUR, name="Sutra asli")],
    "the option called otherwise in English": [replace(COLOUR, name_en="Pure silk")],
    "an option more": [COLOUR, OptionInput("kind", "Bahan", values=[ValueInput("Sutra asli")])],
    "another option": [OptionInput("kind", "Bahan", values=[ValueInput("Sutra asli")])],
    "names that change places": [replace(COLOUR, values=[ValueInput("Biru", "Blue", "merah"), replace(FIRST[0], key="biru")])],
}  # fmt: skip


@both_databases
@pytest.mark.parametrize("kind", NEW_WORDS)
def test_new_words_wait_and_buyers_see_the_present_ones(cast: Cast, piece: Product, kind: str) -> None:
    before, version, offered = choices(piece.options), piece.version, sold(piece)
    assert ask(piece, cast, *NEW_WORDS[kind])
    db.session.expire_all()
    assert choices(piece.options) == before and sold(piece) == offered
    assert piece.version == version + 1 and piece.is_live
    [one] = changes.difference(lying(piece))
    assert (one.field, one.before) == ("options", before)
    assert one.after == lying(piece).changes["options"] == changes.lying_options(piece)  # type: ignore[index]
    assert queries.list_queue() == [lying(piece)]


@both_databases
def test_approval_lets_them_be_read(cast: Cast, piece: Product) -> None:
    codes = {one.choices()["colour"]: one.code for one in piece.variants}
    ask(piece, cast, replace(SILK, values=[ValueInput("Merah tua", "Dark red", "merah"), FIRST[1]]))
    approve(piece, cast)
    assert names(piece) == ["Merah tua", "Biru"]
    assert {one.choices()["colour"]: one.code for one in piece.variants if one.is_active} == codes
    assert changes.on_table(piece) is None


def test_a_refusal_keeps_what_was_typed(cast: Cast, piece: Product) -> None:
    ask(piece, cast, SILK)
    with transaction():
        services.refuse(lying(piece), cast.dewi, REASON)
    assert names(piece) == ["Merah", "Biru"]
    lies = changes.lying_options(piece)
    assert lies is not None and lies[0]["values"][0]["name"] == "Sutra asli 100%"
    with transaction():
        assert changes.ask_again(piece, cast.ratna)
    assert changes.lying_options(piece) == lies


@pytest.mark.parametrize("name", ["ratna", "sari", "budi", "hasan", "tono"])
def test_only_curators_let_them_be_read(cast: Cast, piece: Product, name: str) -> None:
    ask(piece, cast, SILK)
    with pytest.raises(Forbidden), transaction():
        services.approve(lying(piece), cast.people[name], changes.digest(lying(piece)))
    assert names(piece) == ["Merah", "Biru"]


def test_only_what_was_seen_is_approved(cast: Cast, piece: Product) -> None:
    ask(piece, cast, replace(SILK, values=[ValueInput("Merah tua", "", "merah"), FIRST[1]]))
    seen = changes.digest(lying(piece))
    ask(piece, cast, SILK)
    for token in (seen, "", None):
        with pytest.raises(Conflict) as caught, transaction():
            services.approve(lying(piece), cast.dewi, token)
        assert caught.value.field == "seen"
    assert names(piece) == ["Merah", "Biru"]


def test_an_old_form_does_not_overwrite_what_waits(cast: Cast, piece: Product) -> None:
    opened = piece.version
    ask(piece, cast, GREEN, version=opened)
    with pytest.raises(Conflict) as caught:
        ask(piece, cast, SILK, version=opened)
    assert caught.value.field == "version"
    assert changes.lying_options(piece) == choices(products.check_options([GREEN]))


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (replace(COLOUR, name=" "), "options-0-name"),
        (replace(COLOUR, values=[]), "options-0-values"),
        (replace(COLOUR, values=[FIRST[0], FIRST[0]]), "options-0-values"),
        (replace(COLOUR, values=[FIRST[0], ValueInput("x" * 61)]), "options-0-values"),
        (replace(COLOUR, values=[ValueInput("Hijau"), ValueInput("Kuning")]), "options-0-values"),
        (replace(COLOUR, values=[*FIRST, ValueInput("Batik printing")]), "options-0-values"),
        (replace(COLOUR, values=[*FIRST, ValueInput("Batik tulis")]), "techniques"),
    ],
)
def test_refuses_what_could_not_go_on_sale(cast: Cast, piece: Product, wanted: OptionInput, field: str) -> None:
    before = sold(piece)
    with pytest.raises((Invalid, Several)) as caught:
        ask(piece, cast, wanted)
    errors = caught.value.errors if isinstance(caught.value, Several) else [caught.value]
    assert field in {one.field for one in errors}
    assert names(piece) == ["Merah", "Biru"] and sold(piece) == before
    assert changes.on_table(piece) is None


def test_what_goes_or_changes_places_needs_no_look(cast: Cast, piece: Product) -> None:
    assert not ask(piece, cast, replace(COLOUR, values=[FIRST[1], FIRST[0]]))
    assert names(piece) == ["Biru", "Merah"]
    assert not ask(piece, cast, replace(COLOUR, values=[FIRST[1]]))
    assert list(sold(piece)) == ["biru"] and queries.count_queue() == 0


def test_a_choice_that_comes_back_is_looked_at(cast: Cast, piece: Product) -> None:
    ask(piece, cast, replace(COLOUR, values=[FIRST[1]]))
    assert ask(piece, cast, COLOUR)
    assert names(piece) == ["Biru"]


def test_typing_it_back_takes_it_from_the_table_and_leaves_the_rest(cast: Cast, piece: Product) -> None:
    ask(piece, cast, SILK)
    with transaction():
        changes.change_words(piece, {"title": "Kain cual dua warna tua"}, None, cast.ratna)
    assert lying(piece).changes is not None and set(lying(piece).changes or {}) == {"options", "title"}
    ask(piece, cast, COLOUR)
    assert lying(piece).changes == {"title": "Kain cual dua warna tua"}
    with transaction():
        changes.let_go(piece, cast.ratna)
    first = lying_after(piece, cast)
    assert not ask(piece, cast, COLOUR)
    assert changes.on_table(piece) is None and first.decision is Decision.RECALLED


def lying_after(piece: Product, cast: Cast) -> Submission:
    ask(piece, cast, GREEN)
    return lying(piece)


def test_a_price_that_waits_and_choices_that_wait_do_not_lose_each_other(cast: Cast, piece: Product) -> None:
    ask(piece, cast, GREEN)
    rows = [replace(ROW, values={"colour": "merah"}, price=Money(9_000_000)), replace(ROW, values={"colour": "biru"})]
    with transaction():
        assert changes.change_variants(piece, rows, None, cast.ratna)[1]
    assert {one.field for one in changes.difference(lying(piece))} == {"options", "prices"}
    ask(piece, cast, replace(GREEN, name_en="Shade"))
    approve(piece, cast)
    assert sold(piece) == {"merah": 9_000_000, "biru": 1_850_000}
    assert names(piece) == ["Merah", "Biru", "Hijau"]


def test_a_withdrawn_piece_takes_its_choices_along(cast: Cast, piece: Product) -> None:
    ask(piece, cast, GREEN)
    with transaction():
        changes.withdraw(piece, cast.ratna)
    assert names(piece) == ["Merah", "Biru", "Hijau"] and set(sold(piece)) == {"merah", "biru"}


def test_a_draft_changes_at_once_and_copies(cast: Cast) -> None:
    with transaction():
        draft = factories.product(cast.ratnas, "Taplak cual dua warna", live=False)
    assert not ask(draft, cast, GREEN)
    assert set(sold(draft)) == {"merah", "biru", "hijau"} and queries.count_queue() == 0


@both_databases
def test_a_new_choice_is_not_sold_before_its_maker_has_said_what_it_costs(cast: Cast, piece: Product) -> None:
    ask(piece, cast, GREEN)
    approve(piece, cast)
    assert set(sold(piece)) == {"merah", "biru"}
    rows = [replace(ROW, values={"colour": key}) for key in ("merah", "biru")]
    with transaction():  # saving the others says nothing of the new one
        changes.change_variants(piece, rows, None, cast.ratna)
    assert set(sold(piece)) == {"merah", "biru"}
    dear = replace(ROW, values={"colour": "hijau"}, price=Money(7_500_000))
    with transaction():
        assert not changes.change_variants(piece, [*rows, dear], None, cast.ratna)[1]
    assert sold(piece)["hijau"] == 7_500_000 and queries.count_queue() == 0


@both_databases
def test_the_second_price_of_a_new_choice_is_not_free(cast: Cast, piece: Product) -> None:
    ask(piece, cast, GREEN)
    approve(piece, cast)
    rows = [replace(ROW, values={"colour": key}) for key in ("merah", "biru", "hijau")]
    with transaction():
        changes.change_variants(piece, rows, None, cast.ratna)
        assert changes.change_variants(piece, [*rows[:2], replace(rows[2], price=Money(7_500_000))], None, cast.ratna)[
            1
        ]
    assert sold(piece)["hijau"] == 1_850_000


@both_databases
def test_taking_a_choice_off_and_offering_it_again_does_not_free_its_price(cast: Cast, piece: Product) -> None:
    rows = [replace(ROW, values={"colour": key}) for key in ("merah", "biru")]
    with transaction():
        changes.change_variants(piece, rows[:1], None, cast.ratna)
    ask(piece, cast, COLOUR)
    assert set(sold(piece)) == {"merah"} and len(piece.variants) == 2
    with transaction():
        assert changes.change_variants(piece, [rows[0], replace(rows[1], price=Money(9_000_000))], None, cast.ratna)[1]
    assert sold(piece)["biru"] == 1_850_000


def test_a_new_choice_of_a_piece_that_was_on_sale_waits_for_its_price_too(cast: Cast, piece: Product) -> None:
    with transaction():
        changes.withdraw(piece, cast.ratna)
    assert not ask(piece, cast, GREEN)
    assert set(sold(piece)) == {"merah", "biru"}


@pytest.mark.parametrize("price", [0, 1, 999, 500_000_001])
def test_a_first_price_is_free_but_not_impossible(cast: Cast, piece: Product, price: int) -> None:
    ask(piece, cast, GREEN)
    approve(piece, cast)
    rows = [replace(ROW, values={"colour": key}) for key in ("merah", "biru", "hijau")]
    with pytest.raises(Several) as caught, transaction():
        changes.change_variants(piece, [*rows[:2], replace(rows[2], price=Money(price))], None, cast.ratna)
    assert [one.field for one in caught.value.errors] == ["variants-2-price"]
    assert set(sold(piece)) == {"merah", "biru"}


def test_an_approval_that_would_leave_nothing_to_buy_is_refused(cast: Cast, piece: Product) -> None:
    ask(piece, cast, replace(COLOUR, values=[FIRST[0], ValueInput("Hijau")]))
    with transaction():
        products.set_variants(lying(piece).product, [replace(ROW, values={"colour": "biru"})])
    with pytest.raises(Invalid):
        approve(piece, cast)
    db.session.expire_all()
    assert names(piece) == ["Merah", "Biru"] and lying(piece).decided_at is None


def test_a_preview_shows_the_names_and_writes_nothing(cast: Cast, piece: Product) -> None:
    ask(piece, cast, replace(SILK, values=[SILK.values[0]]))
    with db.session.no_autoflush:
        changes.lay_over(lying(piece))
        shown: list[Any] = [one.values[0].name for one in piece.variants if one.is_active]
    db.session.rollback()
    assert shown == ["Sutra asli 100%"]
    assert names(piece) == ["Merah", "Biru"] and set(sold(piece)) == {"merah", "biru"}


def test_says_more_hears_every_name() -> None:
    before = choices(products.check_options([COLOUR]))
    for wanted in NEW_WORDS.values():
        assert says_more(before, choices(products.check_options(wanted)))
    assert not says_more(before, []) and not says_more(before, before)
