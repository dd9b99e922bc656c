"""Work that nobody waits for: messages of the outbox and sweeps by the clock."""
