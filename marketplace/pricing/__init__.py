"""What a purchase costs: pure arithmetic, no database."""
