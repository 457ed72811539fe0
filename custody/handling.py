"""The rules of handling in force, and what they say of excursions and gaps."""

from datetime import timedelta

from custody.models import HandlingRules, HoldsFrom

EXPECTED_PICK_SECONDS = 60
"""How long a pick is expected to last until quality signs other rules of handling."""


def newest_rules() -> HandlingRules | None:
    """Return the version in force; None until quality signs one."""
    return HandlingRules.objects.order_by("-version").first()


def excursions_held_from(rules: HandlingRules | None = None) -> HoldsFrom:
    """
    Return the level of excursion from which on contents are held: critical, until quality signs.

    rules: those in force, where the caller has read them. Source: REQUIREMENTS B4; URS-113.
    """
    found = rules or newest_rules()
    return HoldsFrom.CRITICAL if found is None else HoldsFrom(found.holds_excursions_from)


def gaps_reported_from(rules: HandlingRules | None) -> timedelta | None:
    """
    Return how long a gap must last to open a deviation; None where none does, as delivered.

    rules: those in force. Source: URS-108, URS-113.
    """
    minutes = None if rules is None else rules.gap_deviation_minutes
    return None if minutes is None else timedelta(minutes=minutes)
