"""What screens show of procedures and deviations."""
