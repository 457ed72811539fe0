"""Putting vials away by scanning: what the session remembers, and what each scan means."""
