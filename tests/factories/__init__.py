"""People, places and product for tests; whatever has a history got it through the write door."""
