"""Sealing the trail, and verifying it."""
