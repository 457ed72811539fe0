"""Actions on procedures and deviations."""
