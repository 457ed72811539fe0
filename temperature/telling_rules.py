"""The rules of telling in force."""

from dataclasses import fields

from temperature.models import TellingRules
from temperature.rules.telling import Rules


def rules_in_force() -> Rules:
    """Return the newest version as the database has it now."""
    row = TellingRules.objects.order_by("-version").first()
    return Rules() if row is None else rules_of(row)


def rules_of(row: TellingRules) -> Rules:
    """Return what one version says."""
    return Rules(**{each.name: getattr(row, each.name) for each in fields(Rules)})
