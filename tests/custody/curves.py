"""Warming curves for tests: made-up numbers that are easy to count with."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from custody.actions.set_warming_curve import set_warming_curve
from custody.curves import Curve, TimeOut, of_outing
from custody.models import WarmingCurve, Way
from custody.rules.curves import CurveFacts
from inventory.models import StorageClass, VialKind
from tests.world import NOON, World

BENCH = ((0.0, -190.0), (60.0, -130.0), (120.0, -100.0))
"""1 °C a second for a minute, then half as fast; it ends at two minutes."""
LIFT = ((0.0, -190.0), (600.0, -130.0))


def curve(points: tuple[tuple[float, float], ...] = BENCH, until: datetime | None = None) -> Curve:
    """Return a curve of these points."""
    return Curve(points, warm_above=-135.0, valid_until=until)


def out_for(seconds: float, *, after: float = 0.0, way: str = Way.BENCH) -> TimeOut:
    """Return a time out that began so many seconds after noon."""
    began = NOON + timedelta(seconds=after)
    return of_outing(
        began,
        began + timedelta(seconds=seconds),
        way=way,
        bare=0.0,
        carried=seconds,
        exposed=seconds,
    )


def curve_facts(**said: object) -> CurveFacts:
    """Return the facts of a curve of 2 ml vials on an open bench."""
    facts = CurveFacts(
        name="2 ml vial, open bench",
        kind=VialKind.VIAL,
        least_ml=Decimal("0.5"),
        most_ml=Decimal(2),
        storage_class=StorageClass.VAPOUR,
        way=Way.BENCH,
        points=BENCH,
        warm_above=Decimal(-135),
        qualification="PQ-40",
        qualified_on=date(2026, 1, 5),
        valid_until=None,
    )
    return replace(facts, **said)  # type: ignore[arg-type] # facts by name


def curve_set(world: World, **said: object) -> WarmingCurve:
    """Set a curve, signed by quality."""
    facts = curve_facts(**{"least_ml": Decimal(0), "most_ml": Decimal(5000)} | said)
    return set_warming_curve(facts=facts, intent=world.signs(world.qa), at=NOON)
