"""Tests of procedures: rules."""
