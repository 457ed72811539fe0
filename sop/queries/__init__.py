"""What screens show of procedures."""
