"""Clocks: asking time sources, judging how far ours are off, and what a wrong clock stops."""
