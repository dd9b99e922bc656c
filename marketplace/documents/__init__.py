"""Papers about money that buyers and shops keep: invoices and receipts under numbers without gaps."""
