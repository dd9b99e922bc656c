"""What stands beside a piece."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog import clock
from catalog.crafts.models import Measure
from catalog.db import db, transaction
from catalog.inventory import workdays
from catalog.products import services
from catalog.products.measures import ContentUnit, Measures
from catalog.products.models import Fulfilment, Product
from catalog.products.services import OptionInput, ValueInput, VariantInput, pair_up, withdraw
from marketplace.web.filters import weekday
from tests import factories


def page(client: FlaskClient, piece: Any) -> str:
    return client.get(f"/products/{piece.slug}-{piece.code}").text


def test_few_pieces_make_one_row(client: FlaskClient, cast: Any) -> None:
    text = page(client, cast.shawl)
    assert text.count('product-grid"') == 1
    assert cast.plaque.title in text


def test_enough_pieces_make_rows_by_motif_and_maker(client: FlaskClient, cast: Any) -> None:
    with transaction():
        mine = [factories.product(cast.ratnas, f"Kain Ratna {number}") for number in range(4)]
        others = [factories.product(cast.budis, f"Kain Budi {number}") for number in range(3)]
        titles = [piece.title for piece in (*mine, *others)]
    text = page(client, cast.shawl)
    assert text.count('product-grid"') == 2
    assert all(text.count(f">{title}</a>") == 1 for title in titles)


def test_facts_lead_to_technique_and_material(client: FlaskClient, cast: Any) -> None:
    text = page(client, cast.shawl)
    for path in (
        "/techniques/tenun-gedogan",
        "/materials/benang-sutra",
        "/motifs/kembang-setaman",
        "/crafts/tenun-cual",
    ):
        assert f'href="{path}"' in text
        assert client.get(path).status_code == 200


def test_unknown_terms_are_not_found(client: FlaskClient, cast: Any) -> None:
    for path in ("/techniques/sulap", "/materials/angin"):
        assert client.get(path).status_code == 404


def test_goods_by_weight_say_what_a_kilogram_costs_of_each_choice_and_on_the_card(
    client: FlaskClient, cast: Any
) -> None:
    with transaction():
        pepper = factories.product(cast.ratnas, "Lada putih butir", price=50_000, variants=2)
        for variant, content in zip(pepper.variants, (500, 1000), strict=True):
            variant.measures = Measures(content, ContentUnit.GRAM)
        honey = factories.product(cast.ratnas, "Madu pelawan", price=60_000)
        honey.variants[0].measures = Measures(150, ContentUnit.MILLILITRE)
        shawl = db.session.merge(cast.shawl)
        shawl.variants[0].measures = Measures(320, ContentUnit.GRAM)
        shawl.craft.measure = Measure.CONTENT
    text = page(client, pepper)
    assert "Rp100.000 per kg" in text and "Rp100.000 per kg" in text.split("variant-picker__unit", 2)[1]
    assert "500 g" in text and "1 kg" in text
    assert "Rp40.000 per 100 ml" in page(client, honey)
    assert "Rp40,000 per 100 ml" in client.get(f"/en/products/{honey.slug}-{honey.code}").text
    assert 'card__unit">Rp40.000 per 100 ml' in text
    with transaction():
        db.session.merge(cast.shawl).craft.measure = Measure.WEIGHT
    text = page(client, pepper)
    assert "per kg" not in text and "Berat barang" in text


def test_facts_tell_size_and_set_apart_from_the_parcel(client: FlaskClient, cast: Any) -> None:
    with transaction():
        shawl = db.session.merge(cast.shawl)
        shawl.variants[0].measures = Measures(piece_length=1805, piece_width=800)
        services.edit(shawl, {"set_pieces": "Kain / Cloth, 180 × 100 cm\n2 × Tusuk konde / Hairpin"}, None)
    text = page(client, cast.shawl)
    assert "180,5 × 80 cm" in text and "1 × Kain, 180 × 100 cm" in text and "2 × Tusuk konde" in text
    assert "2 × Hairpin" in client.get(f"/en/products/{cast.shawl.slug}-{cast.shawl.code}").text


def test_head_sizes_come_with_a_guide(client: FlaskClient, cast: Any) -> None:
    assert "head-guide" not in page(client, cast.shawl)
    with transaction():
        sizes = [ValueInput("57"), ValueInput("58-59")]
        shawl = db.session.merge(cast.shawl)
        services.set_options(shawl, [OptionInput("head-size", "Lingkar kepala", values=sizes)])
        row = VariantInput(price=shawl.variants[0].price, weight=400, box=(300, 200, 60))
        services.set_variants(shawl, [replace(row, values={"head-size": key}) for key in ("57", "58-59")])
    text = page(client, cast.shawl)
    assert "head-guide" in text and "57 cm, 58–59 cm" in text


def test_each_choice_says_by_which_day_it_leaves(client: FlaskClient, cast: Any) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kain cual dua ukuran", variants=2)
        piece.variants[1].fulfilment, piece.variants[1].lead_days = Fulfilment.MADE_TO_ORDER, 20
    text = page(client, piece)
    ready, later = (weekday(workdays.add(clock.today(), days)) for days in (2, 20))
    assert f"Siap, dikirim paling lambat {ready}" in text
    assert f"Dibuatkan untuk Anda, dikirim paling lambat {later}" in text


class TestOthersAlsoBought:
    def row(self, text: str) -> str:
        return text.partition("Pembeli lain juga membeli")[2].partition("</section>")[0]

    def test_says_nothing_when_there_is_nothing(self, client: FlaskClient, cast: Any) -> None:
        assert "Pembeli lain juga membeli" not in page(client, cast.shawl)

    def test_shows_what_goes_with_it_in_its_order_and_once(self, client: FlaskClient, cast: Any) -> None:
        with transaction():
            first, second = (factories.product(cast.ratnas, f"Kain {name}") for name in ("kedua", "kesatu"))
            pair_up({cast.shawl.id: [second.id, cast.plaque.id, first.id]})
        text = page(client, cast.shawl)
        titles = re.findall(r'card__link" href="[^"]+">([^<]+)<', self.row(text))
        assert titles == ["Kain kesatu", "Plakat pewter tepi tali", "Kain kedua"]
        assert all(text.count(f">{title}</a>") == 1 for title in titles)
        assert "Pembeli lain juga membeli" not in page(client, cast.plaque)
        english = client.get(f"/en/products/{cast.shawl.slug}-{cast.shawl.code}").text
        assert "Others also bought" in english

    @pytest.mark.parametrize("fate", ["withdrawn", "sold out"])
    def test_never_shows_what_cannot_be_had(self, client: FlaskClient, cast: Any, fate: str) -> None:
        with transaction():
            gone = factories.product(cast.budis, "Plakat yang pergi", stock=0 if fate == "sold out" else 3)
            pair_up({cast.shawl.id: [gone.id]})
            if fate == "withdrawn":
                withdraw(db.session.get_one(Product, gone.id))
        assert "Pembeli lain juga membeli" not in page(client, cast.shawl)

    def test_a_change_of_the_pairs_changes_the_kept_page(self, client: FlaskClient, cast: Any) -> None:
        assert "Pembeli lain juga membeli" not in page(client, cast.shawl)
        with transaction():
            pair_up({cast.shawl.id: [cast.plaque.id]})
        assert "Plakat pewter" in self.row(page(client, cast.shawl))
