"""The screens of procedures."""
