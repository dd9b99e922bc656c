"""Modules are the vocabulary: no drawers for odds and ends, no file that nobody can hold in the head."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for folder in ("catalog", "marketplace") for path in (ROOT / folder).rglob("*.py"))
DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "core",
    "managers",
    "manager",
    "constants",
    "misc",
    "shared",
    "base",
}
LONGEST = 450
IMPOSED = {"get_id", "get_expiry", "get_command"}  # what Flask-Login, limits and click ask for by these names


def test_no_drawers() -> None:
    assert not [str(path.relative_to(ROOT)) for path in FILES if path.stem in DRAWERS or path.parent.name in DRAWERS]


def test_no_file_is_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in FILES}
    assert not {name: length for name, length in lengths.items() if length > LONGEST}


def test_queries_only_ask_and_are_named_so() -> None:
    """No `get_`; nothing in a `queries.py` writes."""
    wrong = []
    for path in FILES:
        tree = ast.parse(path.read_text())
        names = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        wrong += [
            f"{path.relative_to(ROOT)}: {name}" for name in names if name.startswith("get_") and name not in IMPOSED
        ]
        if path.name == "queries.py" and re.search(
            r"session\.(add|delete|flush|commit)\(|\.raise_edition\(", path.read_text()
        ):
            wrong.append(f"{path.relative_to(ROOT)} writes")
    assert not wrong


def test_services_never_commit() -> None:
    """`transaction()` and commits belong to the web's lifecycle, jobs, commands and the outbox's own bookkeeping."""
    allowed = re.compile(
        r"catalog/db\.py|marketplace/web/(lifecycle|visits)\.py|marketplace/(cli|seeds|subscribers|outbox|jobs)/|catalog/search/embedded/|__main__|catalog/((media|postcards|search)/jobs|places/services)\.py"
    )  # loading 84,000 villages goes in batches
    wrong = []
    for path in FILES:
        name = str(path.relative_to(ROOT))
        if not allowed.search(name) and re.search(r"\bsession\.commit\(|\bwith transaction\(", path.read_text()):
            wrong.append(name)
    assert not wrong


def test_only_the_clock_reads_time() -> None:
    """Everything that must stand still in a test asks `catalog.clock`; counters of the operating system are no clock."""
    allowed = {"catalog/clock.py", "marketplace/web/limits.py"}
    wrong = []
    for path in FILES:
        name = str(path.relative_to(ROOT))
        if name not in allowed and re.search(
            r"datetime\.(now|utcnow|today)\(|date\.today\(|\btime\.time\(", path.read_text()
        ):
            wrong.append(name)
    assert not wrong


def test_no_pickle_anywhere() -> None:
    assert not [
        str(path.relative_to(ROOT))
        for path in FILES
        if re.search(r"\b(pickle|marshal|shelve|dill|yaml\.load)\b", _code(path))
    ]


def _code(path: Path) -> str:
    """The file without its docstrings and comments."""
    text = path.read_text()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            text = text.replace(node.value.value, "")
    return re.sub(r"#.*", "", text)


def test_no_print_and_no_leftovers() -> None:
    for path in FILES:
        text = path.read_text()
        assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text), path
        assert "breakpoint(" not in text and "pdb" not in text, path
