"""The mails fixture of the accounts' tests, and browsers that fill in forms."""

from tests.marketplace.accounts.conftest import mails

__all__ = ["mails"]
