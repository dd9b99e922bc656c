"""Make the compiled catalogue: `python -m marketplace.translations`."""

from marketplace.translations import ROOT, compile_if_older, gather

if (ROOT / "src").is_dir():
    gather()
compile_if_older()
