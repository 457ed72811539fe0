"""Tests of the screens of procedures."""
