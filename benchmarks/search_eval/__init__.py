"""A seeded evaluation of search quality: an invented catalogue of crafts with queries that are graded by construction."""
