"""The rules of reviewing in force."""

from dataclasses import fields

from temperature.models import ReviewRules
from temperature.rules.reviewing import DueRules


def due_rules() -> DueRules:
    """Return the newest version as the database has it now."""
    row = ReviewRules.objects.order_by("-version").first()
    if row is None:
        return DueRules()
    return DueRules(**{each.name: getattr(row, each.name) for each in fields(DueRules)})
