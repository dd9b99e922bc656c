"""What exists: places, crafts, makers, products, and how to find them. No users, no HTTP, no network."""
