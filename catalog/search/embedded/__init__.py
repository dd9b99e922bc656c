"""The embedded engine: SQLite's FTS5 finds the words, sets of bits count the facets, a weighted re-rank orders them."""

from catalog.search.embedded.engine import EmbeddedIndex, private_file

__all__ = ["EmbeddedIndex", "private_file"]
