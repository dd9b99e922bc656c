"""Settings: complete, documented, and safe to start with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from marketplace.settings import BadSettings, Settings, complete, from_environment, knobs

ROOT = Path(__file__).resolve().parents[2]
STRONG = "k3yk3y-Zp0q8r7t5w2x9-abcdefgh-0123456789"


def production(tmp_path: Path, **values: object) -> Settings:
    given = {
        "environment": "production",
        "secret_key": STRONG,
        "trusted_hosts": ("kriyaloka.example",),
        "public_url": "https://kriyaloka.example",
        "data_dir": tmp_path,
    }
    return complete(Settings(**(given | values)))  # type: ignore[arg-type]


def test_a_complete_production_starts(tmp_path: Path) -> None:
    assert production(tmp_path).is_secure


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"secret_key": ""}, "SECRET_KEY"),
        ({"secret_key": "a" * 64}, "SECRET_KEY"),
        ({"secret_key": "short-secret"}, "SECRET_KEY"),
        ({"trusted_hosts": ()}, "TRUSTED_HOSTS"),
        ({"public_url": "http://kriyaloka.example"}, "PUBLIC_URL"),
        ({"public_url": "kriyaloka.example"}, "PUBLIC_URL"),
        ({"environment": "live"}, "ENVIRONMENT"),
    ],
)
def test_refuses_an_unsafe_production_by_name(tmp_path: Path, wrong: dict[str, object], named: str) -> None:
    with pytest.raises(BadSettings, match=named):
        production(tmp_path, **wrong)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "8190"}, "http://127.0.0.1:8190"),
        ({"PORT": "80", "BIND": "0.0.0.0"}, "http://127.0.0.1:80"),
        ({"BIND": "::"}, "http://[::1]:8000"),
        ({"BIND": "10.0.0.4"}, "http://10.0.0.4:8000"),
        ({"PORT": "8190", "PUBLIC_URL": "http://desa.example/"}, "http://desa.example"),
    ],
)
def test_links_lead_to_where_it_listens_unless_told_otherwise(
    tmp_path: Path, given: dict[str, str], address: str
) -> None:
    assert from_environment({"DATA_DIR": str(tmp_path), **given}).public_url == address


def test_refuses_a_number_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="SESSION_DAYS"):
        from_environment({"SESSION_DAYS": "many", "DATA_DIR": str(tmp_path)})


def test_refuses_a_folder_that_cannot_be_written() -> None:
    with pytest.raises(BadSettings, match="DATA_DIR"):
        from_environment({"DATA_DIR": "/proc/nowhere"})


def test_makes_and_keeps_a_secret_of_its_own_while_developing(tmp_path: Path) -> None:
    first = complete(Settings(data_dir=tmp_path)).secret_key
    assert len(first) >= 48
    assert complete(Settings(data_dir=tmp_path)).secret_key == first


def test_the_table_in_readme_is_true() -> None:
    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \| (.*?) \| (.*?) \|$", readme, re.M)
    told = {name: (default.strip("` "), why.strip()) for name, default, why in rows}
    assert told == {name: (default, why) for name, default, why in knobs()}


def test_nothing_else_reads_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for folder in ("catalog", "marketplace")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"os\.environ|getenv", path.read_text())
    ]
    assert set(readers) <= {"marketplace/settings.py", "marketplace/__main__.py"}
