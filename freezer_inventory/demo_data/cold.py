"""How cold the demo's units are: sources, probes, limits, and the thirty days before today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from audit.models import Meaning
from freezer_inventory import demo_doors, demo_freezers, demo_modbus, demo_mqtt
from freezer_inventory.demo_data.doors import limit_doors, past_of_contact
from freezer_inventory.demo_data.setting import Setting
from freezer_inventory.demo_data.storehouse import Storehouse
from inventory.models import StorageClass
from temperature.actions.acknowledge_alarm import acknowledge_alarm
from temperature.actions.add_limit_profile import Target, add_limit_profile
from temperature.actions.calibrate_probe import calibrate_probe
from temperature.actions.fit_probe import fit_probe
from temperature.actions.register_feed import register_feed
from temperature.actions.register_probe import register_probe
from temperature.actions.set_limits import set_limits
from temperature.actions.start_drill import start_drill
from temperature.actions.take_readings import take_readings
from temperature.arrivals import Arrival, Sample
from temperature.models import (
    Alarm,
    AlarmCause,
    Feed,
    FeedKind,
    IntakeKind,
    Level,
    Probe,
    Quantity,
    Side,
    Zone,
)
from temperature.rules.bands import Band
from temperature.rules.filling import FillRules
from temperature.rules.limits import Limits, proposed_bands, proposed_level_bands
from temperature.rules.probes import Certificate, Pace, Place
from temperature.telling import tell_what_is_due
from temperature.watching import judge_readings

HISTORY = timedelta(days=30)
STEP = timedelta(minutes=10)
SILENT_SINCE = timedelta(hours=2)
SOURCES = (
    ("ZRH", ("LN2-01", "LN2-03", "ULT-01"), FeedKind.HTTP_JSON),
    ("ZRH", (demo_freezers.MODBUS_UNIT,), FeedKind.MODBUS_TCP),
    ("BOS", (demo_freezers.MQTT_UNIT,), FeedKind.MQTT),
    ("BOS", ("LN2-12",), FeedKind.HTTP_JSON),
)
NAMES = (*demo_freezers.NORMAL, *demo_doors.CONTACTS)
LOW, RESERVE = 30.0, 20.0
MAPPED_OFFSETS = {"LN2-01-lid": Decimal(6)}
ZONES = {
    "lid": Zone.LID,
    "bottom": Zone.BOTTOM,
    "air": Zone.AIR,
    "buffered": Zone.BUFFERED,
    "level": Zone.LEVEL,
    "door": Zone.DOOR,
    "mains": Zone.MAINS,
    "filling": Zone.FILLING,
}
QUANTITIES = {
    Zone.LEVEL: Quantity.LEVEL,
    Zone.DOOR: Quantity.DOOR,
    Zone.MAINS: Quantity.POWER,
    Zone.FILLING: Quantity.FILLING,
}
SETPOINTS = {StorageClass.VAPOUR: -185.0, StorageClass.LIQUID: -192.0, StorageClass.ULT: -80.0}


@dataclass(frozen=True)
class _Channel:
    """One channel such as `LN2-01-lid`."""

    name: str

    @property
    def unit(self) -> str:
        """The unit it belongs to."""
        return self.name.rpartition("-")[0]

    @property
    def zone(self) -> Zone:
        """Where its probe sits."""
        return ZONES[self.name.rpartition("-")[2]]

    @property
    def quantity(self) -> Quantity:
        """What it measures."""
        return QUANTITIES.get(self.zone, Quantity.TEMPERATURE)


def connect(setting: Setting, storehouse: Storehouse) -> None:
    """Register the sources and probes of both sites, set limits, and take in the past."""
    at = timezone.now()
    for storage_class, setpoint in SETPOINTS.items():
        _limit(setting, storage_class, setpoint, at)
    _limit_the_level(setting, storehouse, at)
    limit_doors(setting, at)
    for site, units, kind in SOURCES:
        feed = _source(setting, site, units, kind, at)
        channels = [each for each in map(_Channel, NAMES) if each.unit in units]
        for channel in channels:
            _fit(setting, storehouse, feed, channel, at)
        samples = [sample for channel in channels for sample in _past(channel, at)]
        body = f"{len(samples)} readings of the old system".encode()
        arrival = Arrival(kind=IntakeKind.FILE, body=body, samples=samples, name="old-system.csv")
        take_readings(feed_id=feed.pk, arrival=arrival, at=at)
        setting.cast.tell()
    judge_readings(at=at)
    _drill(setting, at)
    _take_on(setting, at)
    setting.cast.tell()


def _drill(setting: Setting, at: datetime) -> None:
    """Let each site pass its weekly drill: told first, then acknowledged by whom it reached."""
    for site in setting.sites.values():
        intent = setting.cast.signs("qa", "Weekly drill")
        drill = start_drill(site_id=site.pk, intent=intent, at=at)
        tell_what_is_due(at=timezone.now())
        acknowledge_alarm(
            alarm_id=drill.alarm_id,
            shown=Level(drill.alarm.level),
            by=setting.cast.says("supervisor", "It came by e-mail at once"),
            at=timezone.now(),
        )


def _take_on(setting: Setting, at: datetime) -> None:
    """Let somebody have acknowledged that a probe is silent; what comes later calls."""
    words = "Gateway port dead. A logger sits in the tank; the electrician comes at two."
    for alarm in Alarm.objects.open().filter(cause=AlarmCause.GAP).order_by("pk"):
        acknowledge_alarm(
            alarm_id=alarm.pk,
            shown=Level(alarm.level),
            by=setting.cast.says("harbor", words),
            at=at,
        )


def _limit(setting: Setting, storage_class: StorageClass, setpoint: float, at: datetime) -> None:
    cast = setting.cast
    profile = add_limit_profile(
        name=storage_class.label,
        quantity=Quantity.TEMPERATURE,
        target=Target(storage_class=storage_class),
        intent=cast.signs("qa", "One profile for each class", meaning=Meaning.APPROVED),
    )
    bands = proposed_bands(Quantity.TEMPERATURE, storage_class)
    set_limits(
        profile_id=profile.pk,
        limits=Limits(
            setpoint=setpoint,
            dead_band=2.0,
            bands=bands,
            justification="Mapping of the units in spring, and stability data of all products.",
        ),
        effective_at=at,
        intent=cast.signs("qa", "Limits justified", meaning=Meaning.APPROVED),
        at=at,
    )
    cast.tell()


def _limit_the_level(setting: Setting, storehouse: Storehouse, at: datetime) -> None:
    """Set limits of the level that one tank measures, and for how long its nitrogen must last."""
    cast = setting.cast
    unit = storehouse.containers[_Channel(demo_freezers.LEVEL).unit]
    profile = add_limit_profile(
        name=f"Level of {unit.name}",
        quantity=Quantity.LEVEL,
        target=Target(unit_id=unit.pk),
        intent=cast.signs("qa", "The tank has a gauge", meaning=Meaning.APPROVED),
    )
    proposed = [band for band in proposed_level_bands(LOW) if band.level != Level.CRITICAL]
    reserve = Band(Level.CRITICAL, Side.BELOW, RESERVE, timedelta(0))
    set_limits(
        profile_id=profile.pk,
        limits=Limits(
            setpoint=70.0,
            dead_band=2.0,
            bands=[*proposed, reserve],
            justification="Low level of the maker, and the reserve measured when it was qualified.",
            least_hours=72,
            critical_hours=24,
            filling=FillRules(every=timedelta(seconds=demo_doors.FILLED_EVERY)),
        ),
        effective_at=at,
        intent=cast.signs("qa", "Limits justified", meaning=Meaning.APPROVED),
        at=at,
    )
    cast.tell()


def _source(
    setting: Setting, site: str, units: tuple[str, ...], kind: FeedKind, at: datetime
) -> Feed:
    """Register a source; what would publish is read over HTTP where no broker is installed."""
    if kind == FeedKind.MQTT and not demo_mqtt.is_served():
        kind = FeedKind.HTTP_JSON
    name = f"Freezer gateway {site}" if len(units) > 1 else f"Freezer {units[0]}"
    feed = register_feed(
        site_id=setting.sites[site].pk,
        name=name,
        kind=kind,
        settings=_settings(kind, units),
        secret="",
        every=timedelta(seconds=30),
        account_id=None,
        intent=setting.cast.signs("admin", "Gateway installed"),
        at=at,
    )
    setting.cast.tell()
    return feed


def _settings(kind: FeedKind, units: tuple[str, ...]) -> dict[str, object]:
    host = demo_freezers.HOST
    if kind == FeedKind.MODBUS_TCP:
        return {
            "host": host,
            "port": demo_freezers.modbus_port(),
            "device_id": demo_modbus.DEVICE,
            "map_name": "Tank of the demo",
            "map_version": "1",
            "registers": demo_modbus.register_map(),
        }
    if kind == FeedKind.MQTT:
        port = demo_freezers.broker_port()
        return {"host": host, "port": port, "tls": False, "client_id": "freezer-inventory-demo"}
    address = f"http://{host}:{demo_freezers.port()}/{','.join(units)}"
    contacts = [name for name in demo_doors.CONTACTS if _Channel(name).unit in units]
    return {
        "url": address,
        "authorisation": "none",
        "contacts": [{"channel": name, "open_is": "contact"} for name in contacts],
    }


def _fit(
    setting: Setting, storehouse: Storehouse, feed: Feed, channel: _Channel, at: datetime
) -> None:
    """Register, fit and calibrate the probe of a channel; a contact is not calibrated."""
    flat_after = None if channel.quantity.is_contact else timedelta(hours=2)
    cast = setting.cast
    probe = register_probe(
        code=f"P-{channel.name}".upper(),
        quantity=channel.quantity,
        feed_id=feed.pk,
        channel=channel.name,
        pace=Pace(expected_every=timedelta(minutes=5), flat_after=flat_after),
        intent=cast.signs("admin", "Probe installed"),
    )
    fit_probe(
        probe_id=probe.pk,
        place=Place(
            unit_id=storehouse.containers[channel.unit].pk,
            zone=channel.zone,
            mapped_offset=MAPPED_OFFSETS.get(channel.name, Decimal(0)),
        ),
        began_at=at - HISTORY,
        intent=cast.signs("admin", "Fitted where the unit was mapped"),
        at=at,
    )
    if not channel.quantity.is_contact:
        _calibrate(setting, probe, at)
    cast.tell()


def _calibrate(setting: Setting, probe: Probe, at: datetime) -> None:
    calibrate_probe(
        probe_id=probe.pk,
        certificate=Certificate(
            number=f"AM-P-{probe.pk:03d}",
            calibrated_at=at - timedelta(days=100),
            due_at=at + timedelta(days=265),
            correction=Decimal(0),
        ),
        intent=setting.cast.signs("admin", "Certificate filed"),
        at=at,
    )


def _past(channel: _Channel, at: datetime) -> Iterator[Sample]:
    """Yield what a channel read in the thirty days before; one fell silent two hours ago."""
    if channel.quantity.is_contact:
        yield from past_of_contact(channel.name, since=at - HISTORY, at=at)
        return
    ends = at - SILENT_SINCE if channel.name == demo_freezers.FALLEN_SILENT else at
    when = at - HISTORY
    while when <= ends:
        yield Sample(channel.name, when, demo_freezers.normal(channel.name, when))
        when += STEP
