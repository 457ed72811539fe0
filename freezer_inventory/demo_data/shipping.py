"""What travels: a registered dry shipper, and the logger that goes along with it."""

from datetime import datetime, timedelta
from decimal import Decimal

from freezer_inventory.demo_data.setting import Setting
from inventory.actions.add_container import add_container
from inventory.actions.add_container_type import add_container_type
from inventory.models import Category, Holds, LayoutKind, StorageClass, VialKind
from inventory.rules.designs import Design
from temperature.actions.calibrate_probe import calibrate_probe
from temperature.actions.register_feed import register_feed
from temperature.actions.register_probe import register_probe
from temperature.models import FeedKind, Quantity
from temperature.rules.probes import Certificate, Pace

SHIPPER, LOGGER = "DS-07", "LOG-07"
PROFILE = {
    "time_header": "Time",
    "zone": "UTC",
    "columns": [{"header": "T", "channel": "{serial}"}],
    "serial_label": "S/N",
}


def register(setting: Setting, *, at: datetime) -> None:
    """Register a shipper of vapour storage, whose limits count for it, and a calibrated logger."""
    cast, site = setting.cast, setting.sites["ZRH"].pk
    design = Design(
        category=Category.SHIPPER,
        layout=LayoutKind.COUNTED,
        holds=Holds.VIAL,
        accepts=[VialKind.VIAL, VialKind.BAG],
        limit=20,
        storage_class=StorageClass.VAPOUR,
    )
    intent = cast.signs("admin", "Qualified for ten days")
    kind = add_container_type(name="Dry shipper, 20 places", design=design, intent=intent)
    add_container(type_id=kind.pk, name=SHIPPER, site_id=site, intent=intent)
    cast.tell()
    _register_logger(setting, site, at)


def _register_logger(setting: Setting, site: int, at: datetime) -> None:
    cast = setting.cast
    feed = register_feed(
        site_id=site,
        name="Loggers of shippers",
        kind=FeedKind.LOGGER_FILE,
        settings=PROFILE,
        secret="",
        every=timedelta(hours=1),
        account_id=None,
        intent=cast.signs("admin", "Loggers bought"),
        at=at,
    )
    probe = register_probe(
        code=LOGGER,
        quantity=Quantity.TEMPERATURE,
        feed_id=feed.pk,
        channel="20417",
        pace=Pace(expected_every=timedelta(minutes=5), flat_after=None),
        intent=cast.signs("admin", "Logger bought"),
    )
    certificate = Certificate(
        number="AM-L-07",
        calibrated_at=at - timedelta(days=40),
        due_at=at + timedelta(days=325),
        correction=Decimal(0),
    )
    calibrate_probe(
        probe_id=probe.pk,
        certificate=certificate,
        intent=cast.signs("admin", "Certificate filed"),
        at=at,
    )
    cast.tell()
