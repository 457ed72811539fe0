"""Tests of the tools of the loop."""
