"""Carriers: every version, and those that may be chosen."""

from django.db.models import QuerySet

from custody.models import Carrier


def carriers() -> QuerySet[Carrier]:
    """Return the newest version of each carrier, by name."""
    return Carrier.objects.order_by("name", "-version").distinct("name")


def carrier_choices() -> list[tuple[str, str]]:
    """Return the carriers in use as choices of a form; one query."""
    found = [row for row in carriers() if row.is_in_use]
    return [(str(row.pk), f"{row.name} ({row.get_kind_display()})") for row in found]
