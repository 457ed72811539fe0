"""A number on the dashboard that leads to its list."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One number that leads to its list; `is_urgent` when somebody should look now."""

    label: str
    count: int
    url: str
    icon: str
    is_urgent: bool = False
