"""Searching on a Meilisearch server (written for 1.50), with the embedded engine standing by."""

from marketplace.adapters.meilisearch.index import MeilisearchIndex

__all__ = ["MeilisearchIndex"]
