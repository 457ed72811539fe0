"""What screens show of accounts."""
