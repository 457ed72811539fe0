"""Cycle counts on screen: the list, the blind count by scanning, and what came of it."""
