"""What screens and papers show of vials, as plain data."""
