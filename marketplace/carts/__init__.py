"""What a visitor means to buy, kept per seller, for guests and for people with an account."""
