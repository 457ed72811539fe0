"""Tests of procedures: actions."""
