"""How many there are, who holds them for how long, and why the number moved."""
