"""Doors and mains of the demo's units: for how long each may be open, and what each said."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from audit.models import Meaning
from freezer_inventory import demo_doors
from freezer_inventory.demo_data.setting import Setting
from inventory.models import StorageClass
from temperature.actions.add_limit_profile import Target, add_limit_profile
from temperature.actions.set_limits import set_limits
from temperature.arrivals import Sample
from temperature.models import Level, Quantity
from temperature.rules.bands import Band
from temperature.rules.contact_limits import AT_REST, band_of_contact
from temperature.rules.limits import Limits, proposed_bands

STEP = timedelta(minutes=10)
LID_MINUTES = ((Level.WARNING, 5), (Level.ACTION, 20))
MAINS_MINUTES = ((Level.WARNING, 1), (Level.ACTION, 10))
WHY = "Warming with the door open, measured when the units were qualified; longest work there."


def limit_doors(setting: Setting, at: datetime) -> None:
    """Let doors of freezers, lids of tanks and their mains warn, then call for action."""
    lids = [band_of_contact(level, minutes) for level, minutes in LID_MINUTES]
    mains = [band_of_contact(level, minutes) for level, minutes in MAINS_MINUTES]
    doors = list(proposed_bands(Quantity.DOOR, StorageClass.ULT))
    _limit(setting, Quantity.DOOR, StorageClass.ULT, doors, at)
    _limit(setting, Quantity.DOOR, StorageClass.VAPOUR, lids, at)
    _limit(setting, Quantity.POWER, StorageClass.VAPOUR, mains, at)


def _limit(
    setting: Setting, quantity: Quantity, storage_class: StorageClass, bands: list[Band],
    at: datetime,
) -> None:  # fmt: skip
    cast = setting.cast
    profile = add_limit_profile(
        name=f"{quantity.thing}: {storage_class.label}",
        quantity=quantity,
        target=Target(storage_class=storage_class),
        intent=cast.signs("qa", "A door left open must be found", meaning=Meaning.APPROVED),
    )
    set_limits(
        profile_id=profile.pk,
        limits=Limits(setpoint=AT_REST, dead_band=AT_REST, bands=bands, justification=WHY),
        effective_at=at,
        intent=cast.signs("qa", "Delays justified", meaning=Meaning.APPROVED),
        at=at,
    )
    cast.tell()


def past_of_contact(channel: str, *, since: datetime, at: datetime) -> Iterator[Sample]:
    """Yield what a contact said up to now; one door was left open a few minutes ago."""
    for when, value in demo_doors.past(channel, since=since, until=at, every=STEP):
        yield Sample(channel, when, value)
