"""Tests of procedures: documents."""
