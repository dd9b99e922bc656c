"""What each step of buying means in the ledger, and what is left of a price for its shop."""
