"""The ledger: what the house holds, owes and has earned, in double entry. The database keeps its promises."""
