"""What an excursion was of, in words: a unit too warm, or a tank short of nitrogen."""

from custody.about_units import about_excursions, about_levels
from temperature.models import Excursion, ExcursionRule, Level, Quantity, Side

BROKE = {
    ExcursionRule.NO_RISE: "did not rise though a fill began",
    ExcursionRule.TWO_FILLS: "fell through two fills",
}


def is_of_level(row: Excursion) -> bool:
    """Say whether it is of the level of a tank; with its probe."""
    return row.probe.quantity == Quantity.LEVEL


def about(row: Excursion) -> str:
    """Return what the deviation of an excursion is known by."""
    return (about_levels if is_of_level(row) else about_excursions)(row.unit_id)


def trouble_of(row: Excursion) -> str:
    """Say what its unit was."""
    return "was short of nitrogen" if is_of_level(row) else "was too warm"


def limit_of(row: Excursion) -> str:
    """Say what it broke, such as “was above −150 °C (action)”, of the probe or its unit."""
    level = Level(row.level).label.lower()
    if row.rule != ExcursionRule.LIMIT:
        return f"{BROKE[ExcursionRule(row.rule)]} ({level})"
    side = Side(row.side).label.lower()
    return f"was {side} {with_unit(row, row.limit)} ({level})"


def peak_of(row: Excursion) -> str:
    """Say how far it went."""
    way = "up" if row.side == Side.ABOVE else "down"
    return f"{way} to {with_unit(row, row.peak)}"


def with_unit(row: Excursion, value: float) -> str:
    """Write a value with its unit and a true minus sign."""
    return f"{value:g} {Quantity(row.probe.quantity).unit}".replace("-", "\N{MINUS SIGN}")
