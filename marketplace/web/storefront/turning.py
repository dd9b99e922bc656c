"""Turning the pages of a list that changes meanwhile.

Pages have numbers, which can be shared and which count from the top of the list as it is now. So the link to the next
page also says which piece stood last: what came or went above it since then neither repeats a piece nor leaves one out.
"""

from __future__ import annotations

from dataclasses import replace

from catalog.search.index import SearchIndex
from catalog.search.query import Results


def carried_on(search: SearchIndex, results: Results, after: str) -> tuple[Results, int]:
    """The same page beginning behind the piece with the code `after`, and how many pieces further down the list that is
    than where its number begins (less than none: further up). A piece that is not within a page of there, because it is
    gone or very much has changed, moves nothing."""
    query = results.query
    if not after or query.page < 2:
        return results, 0
    near = search.search(replace(query, page=query.page - 1)).hits + results.hits
    at = next((place for place, hit in enumerate(near, 1) if hit.code == after), query.per_page)
    moved = at - query.per_page
    if moved > 0:
        near += search.search(replace(query, page=query.page + 1)).hits
    hits = near[at : at + query.per_page]
    return (replace(results, hits=hits), moved) if hits else (results, 0)
