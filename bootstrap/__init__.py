"""Scripts that set a clone up before any package is there."""
