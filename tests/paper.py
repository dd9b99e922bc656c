"""Reading PDFs back; and saying loudly, once, where a machine cannot make them."""

from __future__ import annotations

import io
import os
import re
import sys
from typing import Any

import pytest
from pypdf import PdfReader

from marketplace.web.pdf import can_print

if not can_print():  # never in CI, whose script installs it
    message = "NO PANGO ON THIS MACHINE: tests of PDFs are skipped (apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)"
    if os.environ.get("CI"):
        raise RuntimeError(message)
    print(message, file=sys.stderr)

needs_pdf = pytest.mark.skipif(not can_print(), reason="no Pango here")


def text_of(answer: Any) -> str:
    """The words of a PDF, in one line."""
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages).replace("\xa0", " "))
