"""Tests of what runs the product in production."""
