"""Pairs of people who want what only one may have, or in one order only, by what it is about."""
