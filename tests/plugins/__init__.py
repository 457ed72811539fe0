"""Plumbing of the test run itself."""
