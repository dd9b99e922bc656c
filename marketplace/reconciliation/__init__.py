"""Our book against the books of those who hold our money, and the day that is closed when both agree."""
