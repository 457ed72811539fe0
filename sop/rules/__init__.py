"""Rules of procedures and deviations; pure."""
