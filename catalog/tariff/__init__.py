"""The customs tariff (Harmonized System) as far as the crafts of the house need it."""
