"""What curators write of crafts, motifs, techniques and materials, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.crafts.gaps import Gap, asked_of, gaps
from catalog.crafts.models import Craft, Material, Measure, Motif, Technique
from catalog.crafts.queries import find_craft, find_motif, find_technique
from catalog.crafts.services import (
    add_term,
    digest,
    edit_term,
    focus_picture,
    load_taxonomy,
    remove_term,
    show_picture,
)
from catalog.db import db, transaction
from catalog.edition import edition
from catalog.errors import Conflict, DomainError, Invalid, NotFound, Several
from catalog.makers.models import Maker
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases

PAGE = "https://contoh.example/motif"


@pytest.fixture
def weaving(cast: Cast) -> Craft:
    """The craft of Ratna's shawl; its motif is kembang setaman."""
    return _craft()


def _craft() -> Craft:
    craft = find_craft("tenun-cual")
    assert craft
    return craft


def _motif(slug: str = "kembang-setaman") -> Motif:
    motif = find_motif(slug)
    assert motif
    return motif


def _only(model: Any) -> Any:
    return db.session.scalars(db.select(model)).one()


def refused(term: Any, changes: dict[str, Any]) -> list[tuple[str, str]]:
    """(field, sentence) of everything that is wrong with the changes."""
    with pytest.raises(DomainError) as found, transaction():
        edit_term(db.session.merge(term), changes)
    errors = found.value.errors if isinstance(found.value, Several) else [found.value]
    return [(one.field or "", str(one)) for one in errors]


class TestAdding:
    def test_the_slug_is_made_of_the_name_and_survives_every_new_one(self, weaving: Craft) -> None:
        with transaction():
            motif = add_term(Motif, {"name": "  Burung   Hong "}, craft=_craft())
        assert (motif.name, motif.slug, motif.craft_id) == ("Burung Hong", "burung-hong", weaving.id)
        with transaction():
            edit_term(_motif("burung-hong"), {"name": "Feniks"})
        assert _motif("burung-hong").name == "Feniks"

    @pytest.mark.parametrize("name", ["", " ", "x", "··", "x" * 81])
    def test_refuses_what_is_no_name(self, weaving: Craft, name: str) -> None:
        with pytest.raises(Several) as wrong, transaction():
            add_term(Motif, {"name": name}, craft=_craft())
        assert wrong.value.field == "name"

    def test_refuses_to_add_without_a_name(self, weaving: Craft) -> None:
        with pytest.raises(Several) as wrong, transaction():
            add_term(Technique, {"story": "Ditenun."})
        assert wrong.value.field == "name"

    def test_refuses_a_motif_without_a_craft(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as wrong, transaction():
            add_term(Motif, {"name": "Burung hong"})
        assert wrong.value.field == "craft"

    @pytest.mark.parametrize("name", ["Kembang setaman", "kembang-setaman", "KEMBANG SETAMAN"])
    def test_refuses_two_motifs_of_one_name_in_one_craft(self, weaving: Craft, name: str) -> None:
        with pytest.raises(Several) as wrong, transaction():
            add_term(Motif, {"name": name}, craft=_craft())
        assert (wrong.value.field, str(wrong.value)) == ("name", f"“{name}” is here already.")

    @pytest.mark.parametrize(
        ("model", "name"), [(Craft, "Tenun Cual"), (Technique, "tenun gedogan"), (Material, "Benang sutra")]
    )
    def test_refuses_two_others_of_one_name(self, weaving: Craft, model: Any, name: str) -> None:
        with pytest.raises(Several) as wrong, transaction():
            add_term(model, {"name": name})
        assert wrong.value.field == "name"

    def test_two_crafts_may_have_a_motif_of_one_name(self, cast: Cast) -> None:
        with transaction():
            pewter = find_craft("pewter")
            first = add_term(Motif, {"name": "Kembang setaman"}, craft=pewter)
            second = add_term(Motif, {"name": "Kembang setaman"}, craft=factories.craft("pewter-dua", "Pewter"))
        assert (first.slug, second.slug) == ("kembang-setaman-pewter", "kembang-setaman-2")

    def test_a_name_that_was_left_can_be_taken_and_gets_another_address(self, weaving: Craft) -> None:
        with transaction():
            edit_term(_motif(), {"name": "Taman bunga"})
            assert add_term(Motif, {"name": "Kembang setaman"}, craft=_craft()).slug == "kembang-setaman-tenun-cual"

    def test_a_long_name_fits_its_address(self, cast: Cast) -> None:
        with transaction():
            slugs = [add_term(Motif, {"name": "bunga " * 13 + x}, craft=_craft()).slug for x in ("a", "b")]
        assert slugs[0] != slugs[1] and all(len(slug) <= 60 for slug in slugs)


class TestWriting:
    def test_a_meaning_needs_a_page_or_somebody_who_told_it(self, weaving: Craft) -> None:
        for meaning in ({"meaning": "Taman."}, {"meaning_en": "A garden."}):
            assert refused(_motif(), meaning) == [
                ("sources", "Say where the meaning comes from: a page here, or who told it.")
            ]
        with transaction():
            edit_term(_motif(), {"meaning": "Taman.", "told_by": "Nenek Aminah, Mentok"})
        with transaction():
            edit_term(_motif(), {"told_by": "", "sources": PAGE})
        assert [field for field, _ in refused(_motif(), {"sources": ""})] == ["sources"]
        assert _motif().sources == PAGE

    @pytest.mark.parametrize(
        "line",
        ["contoh.example/motif", "ftp://contoh.example", "javascript:alert(1)", "https://", "https://contoh", "Buku 1987",
         "https://a:b@contoh.example", "https://contoh.example/a b", "https://contoh.example:x", "http://[", 'https://c.example/"'],
    )  # fmt: skip
    def test_a_source_is_a_web_address_and_the_line_that_is_none_is_named(self, weaving: Craft, line: str) -> None:
        [(field, sentence)] = refused(_motif(), {"sources": f"{PAGE}\n\n{line}\n"})
        assert field == "sources"
        assert sentence == f"Line 3 is no web address: “{line}”. Begin it with https://."

    def test_every_wrong_line_is_named(self, weaving: Craft) -> None:
        assert [sentence[:6] for _, sentence in refused(weaving, {"sources": f"a\n{PAGE}\nb"})] == ["Line 1", "Line 3"]

    def test_what_stood_there_before_may_stay(self, weaving: Craft) -> None:
        with transaction():
            _craft().sources = "SNI 0239:2019\ncontoh.example/lama"
        with transaction():
            edit_term(_craft(), {"sources": f"contoh.example/lama\n{PAGE}\n  {PAGE}  "})
        assert _craft().sources == f"contoh.example/lama\n{PAGE}"
        assert refused(_craft(), {"sources": "SNI 0239:2019"}), "what went does not come back"

    def test_too_many_or_too_long_lines_are_refused(self, weaving: Craft) -> None:
        assert refused(weaving, {"sources": "\n".join(f"{PAGE}/{n}" for n in range(21))})
        assert refused(weaving, {"sources": f"{PAGE}/{'x' * 300}"})

    @pytest.mark.parametrize(
        ("field", "value"),
        [("name", "Pewter"), ("name_en", "x" * 81), ("summary", "x" * 241), ("story", "x" * 6_001), ("care_en", "x" * 6_001),
         ("position", -1), ("position", 10_001), ("position", True), ("position", "1"), ("measure", "colour"),
         ("techniques", ["tidak-ada"]), ("materials", ["tenun-gedogan"]), ("slug", "lain"), ("meaning", "Taman.")],
    )  # fmt: skip
    def test_refuses_by_field_and_changes_nothing(self, weaving: Craft, field: str, value: Any) -> None:
        before = digest(_craft())
        assert [one for one, _ in refused(weaving, {"summary_en": "Told.", field: value})] == [field]
        assert digest(_craft()) == before

    def test_a_craft_gets_its_techniques_its_materials_and_what_is_asked_of_its_pieces(self, weaving: Craft) -> None:
        with transaction():
            changes = {"techniques": ["tenun-gedogan"], "materials": ["benang-sutra"], "measure": "size", "position": 3}
            edit_term(_craft(), {**changes, "is_food": True})
        craft = _craft()
        assert ([one.slug for one in craft.techniques], [one.slug for one in craft.materials]) == (
            ["tenun-gedogan"],
            ["benang-sutra"],
        )
        assert (craft.measure, craft.position, craft.is_food) == (Measure.SIZE, 3, True)

    def test_two_curators_do_not_write_over_each_other(self, weaving: Craft) -> None:
        seen = digest(_motif())
        with transaction():
            edit_term(_motif(), {"origin": "Mentok"}, seen)
        with pytest.raises(Conflict) as conflict, transaction():
            edit_term(_motif(), {"origin": "Belinyu"}, seen)
        assert (conflict.value.field, _motif().origin) == ("seen", "Mentok")

    def test_nothing_new_is_nothing_told(self, weaving: Craft) -> None:
        number = edition()
        with transaction():
            edit_term(_motif(), {"name": "Kembang setaman", "sources": ""}, digest(_motif()))
        assert (edition(), _motif().told_at) == (number, None)
        with transaction():
            edit_term(_motif(), {"origin": "Mentok"})
        assert edition() == number + 1
        assert _motif().told_at is not None

    def test_a_load_fills_what_is_empty_and_keeps_every_word_of_theirs(self, weaving: Craft) -> None:
        with transaction():
            load_taxonomy()
        theirs = {"name": "Tenun gendong", "story": "Dari kurator.", "sources": PAGE}
        with transaction():
            edit_term(find_technique("tenun-gedogan"), theirs)
            show_picture(find_technique("tenun-gedogan"), factories.image())
            edit_term(_motif(), {"meaning": "Taman.", "told_by": "Nenek Aminah", "sources": PAGE})
            edit_term(_craft(), {"materials": [], "position": 7})
            find_technique("songket").sources = ""  # type: ignore[union-attr]
        with transaction():
            load_taxonomy(overwrite=False)
        technique, motif, songket = find_technique("tenun-gedogan"), _motif(), find_technique("songket")
        assert technique and songket
        assert {name: getattr(technique, name) for name in theirs} == theirs
        assert technique.story_en and technique.image_id
        assert (motif.meaning, motif.told_by, motif.sources) == ("Taman.", "Nenek Aminah", PAGE)
        assert (_craft().materials, _craft().position) == ([], 7)
        assert songket.sources, "what nobody wrote is filled"


class TestPictures:
    def test_a_technique_is_shown_by_a_picture_and_its_point(self, weaving: Craft) -> None:
        number = edition()
        with transaction():
            show_picture(_only(Technique), factories.image())
            focus_picture(_only(Technique), 15, 85)
        technique = find_technique("tenun-gedogan")
        assert technique and technique.image and technique.image.focal == "15% 85%"
        assert technique.told_at and edition() > number
        with transaction():
            show_picture(_only(Technique), None)
        assert _only(Technique).image_id is None

    @pytest.mark.parametrize("point", [(-1, 50), (50, 101)])
    def test_a_point_outside_is_refused(self, weaving: Craft, point: tuple[int, int]) -> None:
        with pytest.raises(Invalid), transaction():
            show_picture(_only(Technique), factories.image())
            focus_picture(_only(Technique), *point)

    def test_without_a_picture_there_is_no_point(self, weaving: Craft) -> None:
        with pytest.raises(NotFound), transaction():
            focus_picture(_only(Material), 50, 50)


@both_databases
class TestRemoving:
    @pytest.mark.parametrize(
        ("model", "sentence"),
        [
            (Craft, "Pieces that name it, drafts among them: 2. It stays as long as they do."),
            (Motif, "Pieces that name it, drafts among them: 3. It stays as long as they do."),
            (Technique, "Pieces that name it, drafts among them: 3. It stays as long as they do."),
            (Material, "Pieces that name it, drafts among them: 3. It stays as long as they do."),
        ],
    )
    def test_what_pieces_name_stays_and_their_number_is_told(self, cast: Cast, model: Any, sentence: str) -> None:
        with transaction():
            factories.product(db.session.merge(cast.ratnas), live=False)
        with pytest.raises(Conflict) as conflict, transaction():
            remove_term(db.session.scalars(db.select(model).order_by(model.id)).first())
        assert str(conflict.value) == sentence

    def test_what_a_craft_names_stays(self, cast: Cast) -> None:
        with transaction():
            wood = add_term(Material, {"name": "Kayu"})
            edit_term(_craft(), {"materials": ["kayu"]})
        with pytest.raises(Conflict) as conflict, transaction():
            remove_term(db.session.get_one(Material, wood.id))
        assert str(conflict.value) == "Crafts that name it: 1. Untick it there first."

    def test_a_craft_stays_for_its_motifs_its_makers_and_the_books(self, cast: Cast) -> None:
        with transaction():
            craft = add_term(Craft, {"name": "Ukir kayu", "materials": ["benang-sutra"]})
            add_term(Motif, {"name": "Sulur"}, craft=craft)
        with pytest.raises(Conflict, match="Motifs of this craft: 1"), transaction():
            remove_term(db.session.get_one(Craft, craft.id))
        with transaction():
            remove_term(_motif("sulur"))
            maker = db.session.scalars(db.select(Maker)).first()
            assert maker
            maker.crafts.append(db.session.get_one(Craft, craft.id))
        with pytest.raises(Conflict, match="Makers of this craft: 1"), transaction():
            remove_term(db.session.get_one(Craft, craft.id))
        with transaction():
            db.session.get_one(Maker, maker.id).crafts.clear()
            factories.voucher().crafts = [db.session.get_one(Craft, craft.id)]
        with pytest.raises(Conflict, match="A voucher or a rate of commission names this craft"), transaction():
            remove_term(db.session.get_one(Craft, craft.id))

    def test_what_nothing_names_goes(self, cast: Cast) -> None:
        with transaction():
            craft = add_term(Craft, {"name": "Ukir kayu", "materials": ["benang-sutra"]})
            wood = add_term(Material, {"name": "Kayu"})
        number = edition()
        with transaction():
            remove_term(db.session.get_one(Craft, craft.id))
            remove_term(db.session.get_one(Material, wood.id))
        assert find_craft("ukir-kayu") is None
        assert edition() == number + 1


class TestGaps:
    def test_a_new_motif_lacks_everything_and_loses_gap_by_gap(self, weaving: Craft) -> None:
        with transaction():
            motif = add_term(Motif, {"name": "Burung hong"}, craft=_craft())
            assert gaps(motif) == list(asked_of(Motif)) == [Gap.MEANING, Gap.ENGLISH, Gap.SOURCE, Gap.PICTURE]
            edit_term(motif, {"meaning": "Burung bahagia.", "told_by": "Nenek Aminah"})
            assert gaps(motif) == [Gap.ENGLISH, Gap.PICTURE]
            edit_term(motif, {"name_en": "Phoenix"})
            assert Gap.ENGLISH in gaps(motif), "its meaning is told in Indonesian only"
            edit_term(motif, {"meaning_en": "A bird of good days."})
            show_picture(motif, factories.image())
            assert gaps(motif) == []

    def test_what_is_told_in_english_alone_is_still_missing(self, weaving: Craft) -> None:
        with transaction():
            edit_term(_only(Technique), {"story_en": "Woven.", "sources": PAGE})
        assert gaps(_only(Technique)) == [Gap.STORY, Gap.PICTURE]
