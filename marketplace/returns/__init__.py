"""Returns, exchanges, claims and remakes: what a buyer says about pieces that came, and what becomes of it."""
