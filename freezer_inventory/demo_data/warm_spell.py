"""A lid that stood open while vials were put away: it was too warm, it is over, quality decides."""

from django.db.models import Max
from django.utils import timezone

from custody.models import Stay
from freezer_inventory.demo_data.floor import Floor
from temperature.actions.acknowledge_alarm import acknowledge_alarm
from temperature.actions.take_readings import take_readings
from temperature.arrivals import Arrival, Sample
from temperature.models import Alarm, IntakeKind, Level, Probe
from temperature.watching import judge_readings

PROBE = "P-LN2-03-LID"
READ = (-133.4, -129.8, -127.1, -126.4, -128.2, -131.0, -133.9, -158.0, -181.5, -190.7)
"""What the probe under the lid read, in °C, from when the last vial stood there until now."""
CAUSE = "The lid stayed open until the last cane was in. It is closed, and cold again."


def happen(floor: Floor) -> None:
    """Take in what the probe's own logger kept of that time, and judge it as any reading."""
    at = timezone.now()
    probe = Probe.objects.select_related("feed").get(code=PROBE)
    unit = floor.storehouse.containers["LN2-03"]
    since = Stay.objects.filter(unit=unit).aggregate(last=Max("began_at"))["last"]
    step = (at - since) / len(READ)
    samples = [
        Sample(probe.channel, since + number * step, value) for number, value in enumerate(READ)
    ]
    body = "\n".join(f"{sample.at.isoformat()};{sample.value}" for sample in samples).encode()
    arrival = Arrival(kind=IntakeKind.FILE, body=body, samples=samples, name="lid-LN2-03.csv")
    take_readings(feed_id=probe.feed_id, arrival=arrival, at=at)
    judge_readings(at=at)
    for alarm in Alarm.objects.unacknowledged().filter(unit=unit):
        acknowledge_alarm(
            alarm_id=alarm.pk,
            shown=Level(alarm.level),
            by=floor.cast.says("supervisor", CAUSE),
            at=timezone.now(),
        )
    floor.cast.tell()
