"""Real PostgreSQL and Redis servers from installed packages, for demo, tests and benches."""
