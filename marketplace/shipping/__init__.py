"""What it costs and how long it takes to bring a box from the seller's place to the buyer's."""
