"""What buyers and sellers write to each other: one thread per buyer, shop and subject."""
