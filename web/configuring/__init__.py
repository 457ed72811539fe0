"""Setting up sites, units, programs, products and people: what the pages list and ask."""
