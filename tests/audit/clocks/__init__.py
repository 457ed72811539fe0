"""Clocks: measured against real SNTP answers, judged, and what they stop."""
