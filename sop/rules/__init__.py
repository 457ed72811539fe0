"""Rules of procedures: pure functions over rows that were read."""
