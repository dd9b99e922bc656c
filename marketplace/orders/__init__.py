"""Promises: a Purchase groups the orders paid together; an Order has exactly one seller."""
