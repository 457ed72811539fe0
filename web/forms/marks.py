"""Marks on widgets, for the template that draws a field."""

GOES_WITH_OTHERS = "data-goes-with-others"
"""It may be empty only together with others, so nothing calls it optional."""
