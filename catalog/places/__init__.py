"""Where things are: provinces, regencies, districts and villages by official code."""
