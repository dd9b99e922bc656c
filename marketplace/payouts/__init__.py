"""How shops are paid: their bank account, batches that two people look at, and what came back."""
