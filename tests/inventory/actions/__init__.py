"""Configuration actions: each succeeds with its evidence, or is refused and changes nothing."""
