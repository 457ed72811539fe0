"""Tests of the screens of retrievals."""
