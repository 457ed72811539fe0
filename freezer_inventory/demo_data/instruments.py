"""The demo's measuring instruments: what the fill check reads from, and one that is overdue."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from freezer_inventory.demo_data.setting import Setting
from inventory.actions.add_instrument import add_instrument
from inventory.actions.record_calibration import record_calibration
from inventory.models import InstrumentKind
from inventory.rules.instruments import Certificate


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One instrument; days: until its calibration is due, negative for one that is overdue."""

    name: str
    serial: str
    kind: InstrumentKind
    unit: str
    days: int
    site: str = "ZRH"


INSTRUMENTS = (
    Wanted(
        name="Oxygen display, tank room",
        serial="OX-1107",
        kind=InstrumentKind.OXYGEN_METER,
        unit="% O2",
        days=160,
    ),
    Wanted(
        name="Dipstick 1",
        serial="LG-0204",
        kind=InstrumentKind.LEVEL_GAUGE,
        unit="cm",
        days=320,
    ),
    Wanted(
        name="Hand probe 1",
        serial="TH-3319",
        kind=InstrumentKind.THERMOMETER,
        unit="°C",
        days=75,
    ),
    Wanted(
        name="Hand probe 2",
        serial="TH-3320",
        kind=InstrumentKind.THERMOMETER,
        unit="°C",
        days=-12,
    ),
    Wanted(
        name="Hand probe",
        serial="TH-7001",
        kind=InstrumentKind.THERMOMETER,
        unit="°C",
        days=210,
        site="BOS",
    ),
)


def register(setting: Setting) -> None:
    """Let quality enter each instrument with the certificate of its last calibration."""
    cast, now = setting.cast, timezone.now()
    for wanted in INSTRUMENTS:
        made = add_instrument(
            kind=wanted.kind,
            name=wanted.name,
            serial=wanted.serial,
            unit=wanted.unit,
            site_id=setting.sites[wanted.site].pk,
            intent=cast.signs("qa", "Qualified for use"),
        )
        due_on = now.date() + timedelta(days=wanted.days)
        record_calibration(
            instrument_id=made.pk,
            certificate=Certificate(
                number=f"AM-{made.pk:04d}",
                calibrated_on=due_on - timedelta(days=365),
                due_on=due_on,
                calibrated_by="Alpine Metrology",
            ),
            intent=cast.signs("qa", "Certificate checked"),
            at=now,
        )
    cast.tell()
