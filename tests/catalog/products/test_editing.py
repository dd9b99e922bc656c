"""Texts and taxonomy: what is refused, and that two open forms cannot overwrite each other."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid, NotFound, Several
from catalog.makers.models import Maker
from catalog.products import services
from catalog.products.models import Product, ProductState
from catalog.products.queries import find_of_seller
from catalog.signals import product_changed
from tests import factories
from tests.cast import Cast


def draft(cast: Cast, **values: Any) -> Product:
    with transaction():
        return services.create_draft(
            cast.ratnas.id, cast.ratnas.makers[0], values.pop("title", "Taplak cual"), **values
        )


def test_a_draft_begins_with_a_title_alone(cast: Cast) -> None:
    piece = draft(cast, title="  Taplak   cual\n kecil ", craft="tenun-cual")
    assert (piece.title, piece.slug, piece.state, piece.version) == (
        "Taplak cual kecil",
        "taplak-cual-kecil",
        "draft",
        1,
    )
    assert piece.craft is not None


REFUSED = {
    "title": ["", "ab", "x" * 121],
    "title_en": ["x" * 121],
    "description": ["x" * 6_001],
    "care": ["x" * 2_001],
    "variation_note": ["x" * 301],
    "craft": ["no-such-craft"],
    "materials": [["no-such-material"]],
    "techniques": [["tenun-gedogan", "no-such-technique"]],
    "motifs": [[f"m{number}" for number in range(13)]],
    "dye": ["rainbow"],
    "animal_material": ["dragon"],
    "maker": [7, None],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in REFUSED.items() for value in values])
def test_refuses_what_cannot_be_right_and_names_the_field(cast: Cast, field: str, value: Any) -> None:
    piece = draft(cast)
    with pytest.raises(Several) as caught, transaction():
        services.edit(piece, {field: value}, piece.version)
    assert [error.field for error in caught.value.errors] == [field]


@pytest.mark.parametrize(
    "field",
    ["seller_id", "state", "published_at", "code", "id", "version", "is_example", "slug", "variants", "__class__"],
)
def test_refuses_fields_that_are_not_the_sellers(cast: Cast, field: str) -> None:
    piece = draft(cast)
    with pytest.raises(Invalid) as caught, transaction():
        services.edit(piece, {field: "live"}, piece.version)
    assert caught.value.field == field
    assert piece.state is ProductState.DRAFT


def test_names_every_wrong_field_at_once(cast: Cast) -> None:
    piece = draft(cast)
    with pytest.raises(Several) as caught, transaction():
        services.edit(piece, {"title": "", "dye": "rainbow", "craft": "x"}, piece.version)
    assert [error.field for error in caught.value.errors] == ["title", "dye", "craft"]


def test_the_second_of_two_open_forms_is_told(cast: Cast) -> None:
    piece = draft(cast)
    opened_on = piece.version
    with transaction():
        services.edit(piece, {"title": "Taplak cual merah"}, opened_on)
    with pytest.raises(Conflict), transaction():
        services.edit(piece, {"title": "Taplak cual biru"}, opened_on)
    db.session.expire_all()
    assert piece.title == "Taplak cual merah"
    assert piece.version == opened_on + 1


def test_a_version_changed_by_another_connection_is_seen(cast: Cast) -> None:
    piece = draft(cast)
    with transaction() as session:
        session.execute(
            db.update(Product).where(Product.id == piece.id).values(version=9),
            execution_options={"synchronize_session": False},
        )
        assert piece.version == 1
        with pytest.raises(Conflict):
            services.edit(piece, {"title": "Taplak cual biru"}, 1)


def test_stands_still_while_curators_look(cast: Cast) -> None:
    piece = draft(cast)
    with transaction():
        piece.state = ProductState.SUBMITTED
    for change in (
        lambda: services.edit(piece, {"title": "Taplak cual biru"}, None),
        lambda: services.set_options(piece, []),
        lambda: services.remove_picture(piece, "x"),
    ):
        with pytest.raises(Conflict), transaction():
            change()


def test_a_piece_on_sale_may_not_lose_what_the_checklist_asks(cast: Cast) -> None:
    with pytest.raises(Several) as caught, transaction():
        services.edit(cast.shawl, {"materials": [], "title": "Selendang batik Bangka"}, None)
    assert [error.field for error in caught.value.errors] == ["materials", "techniques"]
    db.session.expire_all()
    assert cast.shawl.materials


def test_a_change_of_a_piece_on_sale_is_announced(cast: Cast) -> None:
    heard: list[Product] = []
    with product_changed.connected_to(heard.append), transaction():
        services.edit(cast.shawl, {"care": "Gulung, jangan dilipat."}, cast.shawl.version)
    assert heard == [cast.shawl]


def test_a_change_of_a_draft_is_nobodys_business(cast: Cast) -> None:
    piece = draft(cast)
    heard: list[Product] = []
    with product_changed.connected_to(heard.append), transaction():
        services.edit(piece, {"care": "Gulung, jangan dilipat."}, None)
    assert heard == []


def test_another_sellers_piece_is_not_found(cast: Cast) -> None:
    assert find_of_seller(cast.ratnas.id, cast.shawl.code) is not None
    assert find_of_seller(cast.budis.id, cast.shawl.code) is None


def test_another_sellers_picture_cannot_be_attached(cast: Cast) -> None:
    with transaction():
        budis, house = factories.image(owner=cast.budis.code), factories.image(owner=None)
    for image in (budis, house):
        with pytest.raises(NotFound), transaction():
            services.attach_picture(cast.shawl, image.code, cast.ratnas.code)
    assert len(cast.shawl.pictures) == 1


def test_another_products_variant_cannot_have_the_picture(cast: Cast) -> None:
    with transaction():
        image = factories.image(owner=cast.ratnas.code)
    with pytest.raises(NotFound), transaction():
        services.attach_picture(cast.shawl, image.code, cast.ratnas.code, variant=cast.plaque.variants[0])


def test_pictures_are_added_ordered_and_removed(cast: Cast) -> None:
    code = cast.ratnas.code
    with transaction():
        images = [factories.image(owner=code) for _ in range(3)]
        for image in images:
            services.attach_picture(cast.shawl, image.code, code)
        services.attach_picture(cast.shawl, images[0].code, code)  # a second press changes nothing
    first = cast.shawl.pictures[0].image.code
    with transaction():
        services.order_pictures(cast.shawl, [images[2].code, first])
    wanted = [images[2].code, first, images[0].code, images[1].code]
    db.session.expire_all()
    assert [one.image.code for one in cast.shawl.pictures] == wanted
    with transaction():
        services.remove_picture(cast.shawl, first)
    db.session.expire_all()
    assert [(one.position, one.image.code) for one in cast.shawl.pictures] == list(
        enumerate(c for c in wanted if c != first)
    )
    assert cast.shawl.version == 1


def test_refuses_unknown_pictures_and_too_many(cast: Cast) -> None:
    for verb in (services.order_pictures, services.remove_picture):
        with pytest.raises(NotFound), transaction():
            verb(cast.shawl, ["unknown"] if verb is services.order_pictures else "unknown")  # type: ignore[arg-type]
    with pytest.raises(Invalid), transaction():
        for _ in range(services.PICTURES_MAX):
            services.attach_picture(cast.shawl, factories.image(owner=cast.ratnas.code).code, cast.ratnas.code)


def test_the_last_picture_of_a_piece_on_sale_stays(cast: Cast) -> None:
    with pytest.raises(Several), transaction():
        services.remove_picture(cast.shawl, cast.shawl.pictures[0].image.code)


def test_the_maker_is_a_maker(cast: Cast) -> None:
    piece = draft(cast)
    with transaction():
        other = Maker(name="Lain", slug="lain", district_code="19.05.04")
        db.session.add(other)
        services.edit(piece, {"maker": other}, None)
    assert piece.maker is other
