"""The list of sabotage is the table in the README, and everything that it names is still there."""

from __future__ import annotations

from tests.sabotage import ROOT, SABOTAGES, stale, table


def test_the_readme_says_what_is_broken_and_who_notices() -> None:
    assert table() in (ROOT / "tests/README.md").read_text(), (
        "python -c 'from tests.sabotage import table; print(table())'"
    )


def test_whatever_the_list_breaks_or_asks_is_there() -> None:
    assert len({one.rule for one in SABOTAGES}) == len(SABOTAGES) >= 30
    assert list(stale()) == []
