"""What may be bought: products, their options and variants, and the checklist before they go on sale."""
