from tests.marketplace.bare import app, bare_database, bare_postgresql  # noqa: F401
from tests.marketplace.payments.partner import running, shop  # noqa: F401
