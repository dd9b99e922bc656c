from tests.marketplace.bare import app, bare_database, bare_postgresql  # noqa: F401
