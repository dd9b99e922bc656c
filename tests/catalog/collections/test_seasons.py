"""The seasons of the shop: feasts that stay and feasts that move."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalog.collections.seasons import present_season, seasons
from catalog.crafts.services import supplied


@pytest.mark.parametrize(
    ("day", "slug"),
    [
        ("2026-02-01", "imlek"),
        ("2027-02-06", "imlek"),
        ("2027-02-07", "lebaran"),  # the feast that comes is before the one that was
        ("2027-01-10", "imlek"),
        ("2027-03-11", "lebaran"),
        ("2028-01-25", "imlek"),
        ("2026-08-10", "kemerdekaan"),
        ("2026-08-21", "maulid"),
        ("2027-08-14", "maulid"),
        ("2027-08-16", "kemerdekaan"),
        ("2026-10-02", "batik"),
        ("2026-11-21", "babel"),
        ("2026-12-01", "natal"),
        ("2026-12-26", "natal"),
        ("2033-12-20", "lebaran"),
        ("2026-06-15", None),
    ],
)
def test_the_season_of_a_day(day: str, slug: str | None) -> None:
    season = present_season(date.fromisoformat(day))
    assert (season.slug if season else None) == slug


def test_a_season_opens_and_closes_on_its_days() -> None:
    natal = next(one for one in seasons() if one.slug == "natal")
    feast = date(2026, 12, 25)
    for day, inside in ((-28, False), (-27, True), (0, True), (1, True), (2, False)):
        assert (natal.feast(feast + timedelta(days=day)) == feast) is inside, day


def test_a_season_knows_its_feast_over_the_turn_of_the_year() -> None:
    lebaran = next(one for one in seasons() if one.slug == "lebaran")
    assert lebaran.feast(date(2032, 12, 1)) == date(2033, 1, 3)


def test_seasons_name_crafts_and_motifs_that_there_are_and_speak_both_languages() -> None:
    crafts = {row["slug"] for row in supplied()["crafts"]}
    motifs = {motif["slug"] for row in supplied()["crafts"] for motif in row["motifs"]}
    for season in seasons():
        assert set(season.crafts) <= crafts and set(season.motifs) <= motifs, season.slug
        assert season.crafts, season.slug
        assert all((season.name, season.name_en, season.lead, season.lead_en))
        assert len(season.lead) <= 160 and len(season.lead_en) <= 160


@pytest.mark.parametrize("slug", ["imlek", "lebaran", "maulid"])
def test_moving_feasts_are_known_for_every_year_of_the_table(slug: str) -> None:
    season = next(one for one in seasons() if one.slug == slug)
    for year in range(2026, 2036):
        days = [date(year, 1, 1) + timedelta(days=n) for n in range(0, 365, 7)]
        assert any(season.feast(day) for day in days), (slug, year)
