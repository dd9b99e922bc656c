"""How we call the world. One file per service, imported by `wiring` only; every call has a timeout."""
