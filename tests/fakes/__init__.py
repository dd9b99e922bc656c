"""Doubles of servers that the house talks to, strict as the real ones."""
