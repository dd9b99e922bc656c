"""A page in, a PDF out; run as a program of its own, so that what it takes of memory is gone when it ends.

It reads one JSON object from its input: `page` (HTML), `files` (address → [kind, base64]), `megabytes` and `seconds`.
Whatever the page names that is not among the files does not exist: nothing is fetched, no file is opened. It imports
nothing of the house and is started without the house's environment, so it knows no secret.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import resource
import sys
from urllib.parse import urlsplit

MOST_PAGES = 200
TOO_LONG = 3
"""The exit code of a page that would fill more paper than anybody prints, or take more memory than there is."""


def main() -> int:
    asked = json.load(sys.stdin)
    os.nice(5)
    for what, most in (
        (resource.RLIMIT_AS, asked["megabytes"] * 1_000_000),
        (resource.RLIMIT_CPU, asked["seconds"]),
    ):
        resource.setrlimit(what, (most, most))
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    # Slow and large, and only ever loaded here.
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    files = asked["files"]

    class OurFiles(URLFetcher):
        """Hands out what came with the page."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            kind, body = files[urlsplit(url).path]
            return URLFetcherResponse(url, base64.b64decode(body), {"Content-Type": kind})

    html = HTML(
        string=asked["page"], base_url="http://house.invalid/", url_fetcher=OurFiles(allowed_protocols=["http"])
    )
    document = html.render()
    if len(document.pages) > MOST_PAGES:
        return TOO_LONG
    sys.stdout.buffer.write(document.write_pdf() or b"")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MemoryError:
        sys.exit(TOO_LONG)
