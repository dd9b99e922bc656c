"""The table of kinds and the folders of words belong together, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.notifications.kinds import KINDS, Channel

FOLDERS = Path(__file__).resolve().parents[3] / "templates/emails"
PARTS = {"subject.txt", "body.txt", "body.html"}


def test_every_folder_is_a_kind_and_every_kind_a_folder() -> None:
    folders = {path.name for path in FOLDERS.iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert folders == set(KINDS)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_has_its_words(name: str) -> None:
    files = {path.name for path in (FOLDERS / name).iterdir()}
    assert "notice.html" in files
    assert files & PARTS in (set(), PARTS), "a letter of its own has three parts"
    assert ("whatsapp.txt" in files) is (Channel.WHATSAPP in KINDS[name].channels)
    assert files <= PARTS | {"notice.html", "whatsapp.txt"}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_fits_its_columns(name: str) -> None:
    assert len(name) <= 40 and name.isascii() and name == name.lower()
    assert KINDS[name].channels and KINDS[name].label


def test_icons_are_in_the_sprite() -> None:
    sprite = (FOLDERS.parents[1] / "static/icons/sprite.svg").read_text()
    assert not [one.name for one in KINDS.values() if f'id="{one.icon}"' not in sprite]
