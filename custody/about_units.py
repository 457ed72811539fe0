"""What deviations of a whole unit are known by, so that one event of it opens one."""

import re

OF_UNIT = re.compile(r"(?:excursion|level|gap) of unit ([0-9]+)")


def about_excursions(unit_id: int) -> str:
    """Return what the deviation of a unit that was too warm is known by."""
    return f"excursion of unit {unit_id}"


def about_levels(unit_id: int) -> str:
    """Return what the deviation of a tank that was short of nitrogen is known by."""
    return f"level of unit {unit_id}"


def about_gaps(unit_id: int) -> str:
    """Return what the deviation of a unit that was not measured is known by."""
    return f"gap of unit {unit_id}"


def unit_of(about: str) -> int | None:
    """Return the key of the unit that a deviation is about; None where it is about none."""
    found = OF_UNIT.fullmatch(about)
    return None if found is None else int(found[1])
