"""Seals over the trail: made every minute, anchored outside the database, recomputed at night."""
