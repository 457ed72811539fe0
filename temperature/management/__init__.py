"""Commands of the machine doors."""
