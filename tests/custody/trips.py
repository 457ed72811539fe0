"""Trips in a registered shipper, reached through the actions."""

from datetime import timedelta

from custody.actions.confirm_arrival import confirm_arrival
from custody.actions.hand_over_retrieval import hand_over_retrieval
from custody.actions.pack_retrieval import pack_retrieval
from custody.models import Retrieval
from inventory.actions.add_container import add_container
from inventory.models import Container, Vial
from temperature.models import Probe
from temperature.watching import judge_readings
from tests.custody.actions.ways import RECEIVER
from tests.factories.inventory import ContainerTypeFactory
from tests.factories.temperature import (
    CalibrationFactory,
    LimitVersionFactory,
    ProbeFactory,
    arrived,
)
from tests.world import NOON, World

MINUTE = timedelta(minutes=1)
LASTS = 60
"""Minutes from the packing to the arrival."""


def registered_shipper(world: World, name: str = "DS-12") -> Container:
    """Return a shipper of the site, with limits."""
    shipper = add_container(
        type_id=ContainerTypeFactory.create(shipper=True).pk,
        name=name,
        site_id=world.site.pk,
        intent=world.signs(world.admin),
    )
    LimitVersionFactory.create(profile__unit=shipper)
    return shipper


def free_logger(world: World, **said: object) -> Probe:
    """Return a calibrated logger that sits nowhere."""
    logger: Probe = ProbeFactory.create(feed__site=world.site, **said)
    CalibrationFactory.create(probe=logger)
    return logger


def packed(
    world: World,
    retrieval: Retrieval,
    vial: Vial,
    *,
    shipper: str = "DS-12",
    logger: Probe | None = None,
    minute: int = 0,
) -> None:
    """Have the two who picked it pack it."""
    pack_retrieval(
        retrieval_id=retrieval.pk,
        codes=[vial.code],
        shipper=shipper,
        seal_number="S-1",
        logger_id=None if logger is None else logger.pk,
        intent=world.signs(world.technician, world.witness),
        at=NOON + minute * MINUTE,
    )


def sent(world: World, retrieval: Retrieval, *, minute: int = 1) -> None:
    """Hand it to the courier."""
    hand_over_retrieval(
        retrieval_id=retrieval.pk,
        receiver=RECEIVER,
        intent=world.signs(world.technician, world.witness),
        at=NOON + minute * MINUTE,
    )


def reached(world: World, vial: Vial, *, minute: int = LASTS) -> None:
    """Record its arrival at the clinic."""
    confirm_arrival(
        vial_ids=[vial.pk],
        receiver="Nora Nurse",
        arrival_celsius="-180.0",
        intent=world.signs(world.technician),
        at=NOON + minute * MINUTE,
    )


def logger_read(
    logger: Probe, *, warm: range = range(0), upto: int = LASTS, minute: int = 120
) -> None:
    """Read the logger: one reading a minute since noon, −140 °C in the warm minutes."""
    values = [-140.0 if step in warm else -190.0 for step in range(upto + 1)]
    at = NOON + minute * MINUTE
    arrived(logger, values, start=NOON, at=at)
    judge_readings(at=at)
