"""How a tank is filled, as signed with the limits of its level; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from audit.errors import Refusal
from temperature.models import LimitVersion, Quantity

RISE = 2.0
WITHIN = timedelta(minutes=15)
"""How much a level rises by a fill, in %, and how soon after it began. Source: REQUIREMENTS B4."""
FILLS = 2
"""Through so many fills a level falls before it calls for action. Source: REQUIREMENTS B4."""
LONGEST = timedelta(hours=12)
"""No fill lasts for longer."""


@dataclass(frozen=True, kw_only=True)
class FillRules:
    """
    How a tank is filled, as signed with the limits of its level.

    starts_at: the level in % at which its own controller begins to fill; every: the longest time
    from one fill to the next. Either is absent where nothing is to follow from it. rise: what
    counts as a fill, in %; within: how long after it began the level must have risen by that, and
    how long it must have ceased to rise before the fill is over.
    """

    starts_at: float | None = None
    every: timedelta | None = None
    rise: float = RISE
    within: timedelta = WITHIN

    @property
    def looks_back(self) -> timedelta:
        """How long before a reading another one may bear on what it shows: three fills."""
        return LONGEST + (self.every or timedelta()) * (FILLS + 2)

    def as_json(self) -> dict[str, float | None]:
        """Return the rules as a version of limits keeps them."""
        return {
            "starts_at": self.starts_at,
            "every_seconds": None if self.every is None else self.every.total_seconds(),
            "rise": self.rise,
            "within_seconds": self.within.total_seconds(),
        }


def fill_rules_of(version: LimitVersion) -> FillRules | None:
    """Return how a version says that a tank is filled; None where it says nothing."""
    kept: Mapping[str, float | None] | None = version.filling
    if kept is None:
        return None
    every = kept["every_seconds"]
    return FillRules(
        starts_at=kept["starts_at"],
        every=None if every is None else timedelta(seconds=every),
        rise=kept["rise"] or RISE,
        within=timedelta(seconds=kept["within_seconds"] or 0),
    )


BOUNDS = (
    "A tank begins to fill between 0 and 100 %, is filled every 1 to 72 hours, and rises by 0.5"
)
IMPOSSIBLE_FILLS = Refusal(
    "IMPOSSIBLE_FILLS", f"{BOUNDS} to 50 % within 1 to 240 minutes. Check what you entered."
)
NO_FILLS = Refusal(
    "NO_FILLS", "Say at which level a fill begins, or how often there is one; or leave both out."
)
FILLS_OF_NO_LEVEL = Refusal("FILLS_OF_NO_LEVEL", "Only the level of a tank is judged by its fills.")


def refusals_of_filling(rules: FillRules, quantity: Quantity) -> Iterator[Refusal]:
    """Say what of the rules of filling cannot be."""
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    if quantity != Quantity.LEVEL:
        yield FILLS_OF_NO_LEVEL
    if rules.starts_at is None and rules.every is None:
        yield NO_FILLS
    is_possible = (
        (rules.starts_at is None or 0 < rules.starts_at < 100)
        and (rules.every is None or hour <= rules.every <= 72 * hour)
        and 0.5 <= rules.rise <= 50
        and minute <= rules.within <= 240 * minute
    )
    if not is_possible:
        yield IMPOSSIBLE_FILLS
