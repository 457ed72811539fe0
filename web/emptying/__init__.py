"""Emptying a unit that fails: the sheets, the scan page, and the places to confirm."""
