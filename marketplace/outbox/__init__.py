"""Words to the outside, written in the same transaction as the deed, spoken after the commit."""
