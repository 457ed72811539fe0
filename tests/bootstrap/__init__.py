"""Tests of what sets a clone up."""
