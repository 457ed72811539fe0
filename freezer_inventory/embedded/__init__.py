"""Real PostgreSQL and Redis servers from installed packages, for the demo, the tests and benches."""
