"""Searching on a Meilisearch server (1.41 and later), with the embedded engine standing by."""

from marketplace.adapters.meilisearch.index import MeilisearchIndex

__all__ = ["MeilisearchIndex"]
