"""Measuring instruments as quality enters them, by the actions."""

from datetime import date, timedelta

from accounts.models import Person
from inventory.actions.add_instrument import add_instrument
from inventory.actions.record_calibration import record_calibration
from inventory.models import Instrument, InstrumentKind, Site
from inventory.rules.instruments import Certificate
from tests.world import NOON, World

DUE = NOON.date() + timedelta(days=200)


def instrument(
    world: World,
    *,
    kind: InstrumentKind = InstrumentKind.THERMOMETER,
    serial: str = "TH-1",
    due_on: date | None = DUE,
    site: Site | None = None,
    by: Person | None = None,
) -> Instrument:
    """Return an instrument that is calibrated until a day, or was never calibrated."""
    made = add_instrument(
        kind=kind,
        name=f"{kind.label} {serial}",
        serial=serial,
        unit="°C",
        site_id=(site or world.site).pk,
        intent=world.signs(by or world.qa),
    )
    if due_on is not None:
        record_calibration(
            instrument_id=made.pk,
            certificate=Certificate(
                number=f"CAL-{serial}",
                calibrated_on=NOON.date() - timedelta(days=300),
                due_on=due_on,
                calibrated_by="Alpine Metrology",
            ),
            intent=world.signs(by or world.qa),
            at=NOON,
        )
    return made
