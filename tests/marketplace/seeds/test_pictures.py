"""The drawn pictures of the example province."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from marketplace.seeds.content import pieces
from marketplace.seeds.pictures import (
    COLOURS,
    FORMS,
    MOTIFS,
    STORIES,
    Subject,
    alt_text,
    draw,
    emblem,
    story,
    story_text,
)

SMALL = (120, 150)
EVERY_VIEW = [(form, view) for form, what in FORMS.items() for view in range(len(what.views))]


def drawn(subject: Subject) -> bytes:
    return draw(subject, *SMALL).tobytes()


@pytest.mark.parametrize(("form", "view"), EVERY_VIEW)
def test_every_view_of_every_form_is_drawn_at_the_size_asked_for(form: str, view: int) -> None:
    picture = draw(Subject(form, 3, view=view), *SMALL)
    assert picture.size == SMALL
    assert picture.mode == "RGB"
    assert max(high - low for low, high in picture.getextrema()) > 60


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_three_views_that_differ(form: str) -> None:
    views = FORMS[form].views
    assert len(views) >= 3
    assert len({drawn(Subject(form, 5, view=view)) for view in range(len(views))}) == len(views)


@pytest.mark.parametrize("form", FORMS)
def test_the_seed_decides_the_picture(form: str) -> None:
    assert drawn(Subject(form, 7)) == drawn(Subject(form, 7))
    assert drawn(Subject(form, 7)) != drawn(Subject(form, 8))


def test_another_process_draws_the_same_bytes() -> None:
    subjects = [Subject("cual-cloth", 4, "naga-bertarung"), Subject("pewter-vase", 4), Subject("batik-tulis", 9)]
    with ProcessPoolExecutor(max_workers=1) as pool:
        assert list(pool.map(drawn, subjects)) == [drawn(subject) for subject in subjects]


@pytest.mark.parametrize("form", ["cual-cloth", "batik-cap", "pewter-plaque"])
def test_every_motif_gives_its_own_picture(form: str) -> None:
    same = {"ketuyut": "kantung-semar", "resam": "pakis"}
    motifs = [motif for motif in MOTIFS if motif not in same]
    assert len({drawn(Subject(form, 2, motif)) for motif in motifs}) == len(motifs)


def test_every_colour_gives_its_own_cloth() -> None:
    assert len({drawn(Subject("cual-cloth", 2, "merak", colour)) for colour in COLOURS}) == len(COLOURS)


def test_stories_may_be_wide() -> None:
    assert draw(Subject("cual-cloth", 1), 150, 120).size == (150, 120)


@pytest.mark.parametrize("kind", STORIES)
def test_every_story_is_drawn_and_described(kind: str) -> None:
    picture = story(kind, 2, 150, 120)
    assert picture.size == (150, 120)
    assert picture.tobytes() == story(kind, 2, 150, 120).tobytes()
    assert picture.tobytes() != story(kind, 3, 150, 120).tobytes()
    indonesian, english = story_text(kind)
    assert indonesian.startswith("Ilustrasi: ")
    assert english.startswith("Illustration: ")


@pytest.mark.parametrize("kind", ["workshop", "group", "household"])
def test_makers_have_emblems_of_their_own(kind: str) -> None:
    marks = {emblem(seed, kind, size=96).tobytes() for seed in range(12)}
    assert len(marks) == 12
    assert emblem(1, kind, size=96).tobytes() in marks
    assert emblem(1, kind, size=96).size == (96, 96)


@pytest.mark.parametrize(("form", "view"), EVERY_VIEW)
def test_alt_texts_say_that_it_is_an_illustration(form: str, view: int) -> None:
    indonesian, english = alt_text(Subject(form, 1, "daun-simpor", "biru-tarum", view))
    assert indonesian.startswith("Ilustrasi: ")
    assert english.startswith("Illustration: ")
    assert "daun simpor" in indonesian
    assert "simpor leaf" in english
    assert indonesian != english


def test_refuses_what_it_cannot_draw() -> None:
    with pytest.raises(KeyError, match="motif"):
        draw(Subject("cual-cloth", 1, "no-such-motif"), *SMALL)
    with pytest.raises(KeyError, match="colour"):
        draw(Subject("cual-cloth", 1, None, "no-such-colour"), *SMALL)
    with pytest.raises(KeyError):
        draw(Subject("no-such-form", 1), *SMALL)
    with pytest.raises(KeyError, match="kind"):
        emblem(1, "king")


def test_a_child_that_draws_loads_nothing_but_a_brush() -> None:
    code = (
        "import sys, marketplace.seeds.illustrations, catalog.media.pipeline, marketplace.seeds.pictures\n"
        "print(sorted({'sqlalchemy', 'flask', 'catalog.db'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_key_rings_and_plaques_show_what_they_are_said_to_show() -> None:
    """Without a drawing of its motif a piece would show one by lot: a dredger's plaque a peacock."""
    shown = {"pewter-plaque", "pewter-keychain", "batok-keychain"}
    motifs = {piece.key: piece.motifs for piece in pieces() if piece.form in shown}
    assert len(motifs) > 10
    assert [key for key, found in motifs.items() if not set(found) & set(MOTIFS)] == []


def test_a_motif_that_the_form_names_is_not_said_twice() -> None:
    told, told_en = alt_text(Subject("pewter-dredger", 1, "kapal-keruk"))
    assert told.count("kapal keruk") == told_en.count("tin dredger") == 1
