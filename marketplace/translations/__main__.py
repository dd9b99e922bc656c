"""Make the compiled catalogue: `python -m marketplace.translations`."""

from marketplace.translations import compile_if_older

compile_if_older()
