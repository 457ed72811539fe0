"""Tools of the loop: checks, locks, the browser of the tests."""
