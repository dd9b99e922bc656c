"""Curators look at a piece as buyers will, and answer with a reason."""
