"""README is true: its commands exist, and nothing in the tree points to somebody's machine or registry."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
TEXTUAL = {
    ".py",
    ".md",
    ".txt",
    ".toml",
    ".cfg",
    ".html",
    ".css",
    ".js",
    ".json",
    ".yml",
    ".yaml",
    ".sh",
    ".mako",
    ".ini",
    ".po",
    ".svg",
    "",
}
HERE = re.compile(r"(?<![\w/.>}])/(?:tmp|root|home|work|Users)/[A-Za-z0-9_.-]")
REGISTRY = re.compile(
    r"https?://[^\s\"'<>)]*/simple/?\b|--(?:extra-)?index-url|--find-links",
    re.I,
)


def tracked() -> list[Path]:
    """Every text of the repository (or of the folder, where there is no git)."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    names = [one for one in listed.stdout.split("\0") if one] if listed.returncode == 0 else []
    paths = [ROOT / one for one in names] or [
        one for one in ROOT.rglob("*") if not any(part.startswith(".") for part in one.relative_to(ROOT).parts)
    ]
    return [path for path in paths if path.suffix in TEXTUAL and path.is_file() and path.stat().st_size < 3_000_000]


def commands() -> list[str]:
    """The lines of README's shell blocks, without prompts and comments."""
    lines = []
    for block in re.findall(r"^```(?:sh|bash|console|shell)\n(.*?)^```", README, re.M | re.S):
        for line in block.splitlines():
            line = line.strip().removeprefix("$ ").split("  #")[0].strip()
            if line and not line.startswith("#"):
                lines.append(line)
    return lines


def test_readme_shows_commands() -> None:
    assert any("make run" in one for one in commands())


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(), re.M))
    named = set(
        re.findall(r"\bmake ([a-z][\w-]*)", "\n".join(commands()) + "\n".join(re.findall(r"`make [^`]*`", README)))
    )
    assert named and named <= targets, named - targets


def test_every_flask_command_exists(app: Flask) -> None:
    text = "\n".join(commands()) + "\n" + "\n".join(re.findall(r"`flask [^`]*`", README))
    named = re.findall(r"\bflask (?:--app wsgi )?([a-z][\w-]*(?: [a-z][\w-]*)?)", text)
    assert named
    for words in {tuple(one.split()) for one in named}:
        command = app.cli.commands.get(words[0]) or ({"run": 1, "shell": 1, "routes": 1}.get(words[0]))
        assert command, f"flask {' '.join(words)}"
        if len(words) > 1 and hasattr(command, "commands"):
            assert words[1] in command.commands, f"flask {' '.join(words)}"  # type: ignore[union-attr]


def test_every_option_of_a_flask_command_exists(app: Flask) -> None:
    for line in commands():
        found = re.search(r"\bflask (?:--app wsgi )?([a-z-]+)(.*)", line)
        command = app.cli.commands.get(found[1]) if found else None
        if found and command is not None and not hasattr(command, "commands"):
            known = {name for parameter in command.params for name in parameter.opts}
            assert set(re.findall(r"(--[a-z-]+)", found[2])) <= known, line


def test_every_file_that_readme_names_exists() -> None:
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", README):
        assert (ROOT / target).exists(), target


def test_the_cast_that_readme_names_is_the_seeds() -> None:
    for address in set(re.findall(r"[a-z.]+@contoh\.example", README)):
        name = address.split("@")[0]
        assert any(name in path.read_text().casefold() for path in (ROOT / "marketplace/seeds").rglob("*.toml")), (
            address
        )


def test_no_path_of_a_machine_and_no_registry_in_the_tree() -> None:
    wrong = []
    for path in tracked():
        if path == Path(__file__):
            continue
        text = path.read_text("utf-8", "replace")
        for pattern in (HERE, REGISTRY):
            found = pattern.search(text)
            if found and not (path.name == "Makefile" and "no-emit-index-url" in text and pattern is REGISTRY):
                wrong.append(f"{path.relative_to(ROOT)}: {found[0]}")
    assert not wrong, "\n".join(wrong)


def test_locks_have_hashes_and_no_addresses() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        pinned = re.findall(r"^[A-Za-z0-9][\w.\[\]-]*==\S+", text, re.M)
        assert len(pinned) > 20
    assert not (ROOT / "uv.lock").exists()


@pytest.mark.parametrize(
    "name",
    [
        "marketplace",
        "catalog",
        "templates",
        "static",
        "migrations",
        "tests",
        "wsgi.py",
        "pyproject.toml",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
    ],
)
def test_the_top_level_is_complete(name: str) -> None:
    assert (ROOT / name).exists()


def test_the_product_does_not_know_that_it_is_under_test() -> None:
    wrong = []
    for folder in ("catalog", "marketplace"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text()
            if re.search(r"\bTESTING\b|PYTEST|\bpytest\b|is_test|under_test|from tests\b|import tests\b", text):
                wrong.append(str(path.relative_to(ROOT)))
    assert not wrong
