"""Both languages are complete: every message in the code has its Indonesian, with the same parameters."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir

from marketplace.translations import read

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"_": None, "N_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
METHODS = [
    ("catalog/**.py", "python"),
    ("marketplace/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]


def messages() -> set[str]:
    found = set()
    for folder in ("catalog", "marketplace", "templates"):
        for _, _, message, _, _ in extract_from_dir(
            str(ROOT / folder), [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")], keywords=KEYWORDS
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found


def test_every_message_is_translated() -> None:
    known = {(one.id[0] if isinstance(one.id, tuple) else one.id): one for one in read() if one.id}
    missing = sorted(one for one in messages() if one and one not in known)
    assert not missing, f"{len(missing)} untranslated:\n" + "\n".join(missing)


def test_translations_keep_their_parameters() -> None:
    wrong = []
    for one in read():
        if not one.id:
            continue
        sources = one.id if isinstance(one.id, tuple) else (one.id,)
        strings = one.string if isinstance(one.string, tuple) else (one.string,)
        wanted = {name for source in sources for name in re.findall(r"%\((\w+)\)", source)}
        for string in strings:
            if (
                not string
                or not set(re.findall(r"%\((\w+)\)", string)) <= wanted
                or (not isinstance(one.id, tuple) and set(re.findall(r"%\((\w+)\)", string)) != wanted)
            ):
                wrong.append(sources[0])
    assert not wrong
