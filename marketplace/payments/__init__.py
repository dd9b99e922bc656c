"""How buyers pay. The core never names a provider."""
