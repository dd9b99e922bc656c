"""Vouchers: what they take off, for whom, how often, and who pays for it."""
