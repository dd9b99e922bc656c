"""Pictures: what was uploaded, what was made of it, and where the bytes are kept."""
