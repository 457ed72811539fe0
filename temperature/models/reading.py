"""What probes said: every arrival as evidence, every reading as it came."""

from enum import IntFlag

from django.db import models

from audit.triggers import append_only, evidence, never_truncated, only_in_a_change
from temperature.models.feed import Feed
from temperature.models.probe import Probe


class IntakeKind(models.TextChoices):
    """How readings came."""

    POLLED = "polled", "Asked for"
    PUSHED = "pushed", "Sent"
    FILE = "file", "From a file"


class Intake(models.Model):
    """
    One arrival of readings: a poll, a message or a file; the seal of its Change covers it.

    digest: SHA-256 in hex of what came, byte for byte; original: the bytes themselves, for files
    and messages. rows: readings in it; stored: how many were new, repeated: how many were known
    already, refused: how many could not be taken; faults: why, for the first hundred. aside: how
    many are kept as `SetAside`.
    readings_digest: SHA-256 in hex over the stored readings, then those set aside, so that the seal
    covers them too.
    settings: the adapter's or profile's settings of that day. Source: 21 CFR 11.10(e), (h);
    REQUIREMENTS C4; URS-06, URS-28, URS-111.
    """

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="intakes")
    kind = models.CharField(max_length=8, choices=IntakeKind)
    name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    original = models.BinaryField(null=True)
    rows = models.PositiveIntegerField()
    stored = models.PositiveIntegerField()
    repeated = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    aside = models.PositiveIntegerField(default=0, db_default=0)
    faults = models.JSONField(default=list)
    readings_digest = models.CharField(max_length=64)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    settings = models.JSONField(default=dict)
    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["feed", "-id"], name="temperature_intake_by_feed"),
            models.Index(
                fields=["digest"],
                condition=models.Q(kind="file"),
                name="temperature_intake_of_a_file",
            ),
        ]
        triggers = evidence()

    def __str__(self) -> str:
        return f"{self.rows} readings of {self.feed_id}"


class Flag(IntFlag):
    """
    What is known of one reading when it comes; a flagged one never counts as evidence of cold.

    Later doubts (calibration, a flat line, a second probe that disagrees) are not flags: they are
    worked out from readings and records, and can be worked out again.
    """

    NONE = 0
    NO_VALUE = 1  # the source said that there is no reading
    OPEN_CIRCUIT = 2  # the source said that the sensor is broken
    IMPLAUSIBLE = 4  # no probe of this kind can measure such a value
    LATE = 8  # it came much later than it was measured
    AHEAD = 16  # the device's clock was ahead of the server's
    FAULT = 32  # the source said that something else is wrong
    BEHIND = 64  # the device's clock was behind the server's


WRONG_CLOCK = Flag.AHEAD | Flag.BEHIND
UNUSABLE = Flag.NO_VALUE | Flag.OPEN_CIRCUIT | Flag.IMPLAUSIBLE | Flag.FAULT | WRONG_CLOCK
UNUSABLE_BITS = int(UNUSABLE)
"""The same as a plain number: comparing with members of an enumeration is slow for a million."""


class Reading(models.Model):
    """
    One raw reading, unsmoothed; its table is parted by months of `device_at`.

    device_at: by the device's clock; gateway_at: by the gateway's, where there is one;
    received_at: by the server's; their differences are the skew. value: in the unit of the
    probe's quantity, absent where the source gave none. flags: `Flag`.
    Not regulated one by one: its Intake is evidence and holds the digest of all it brought. Its
    foreign keys have no constraint: probes and intakes are never deleted, and checking two keys
    with each of 50,000 rows a second costs more than storing them.
    Source: 21 CFR 11.10(e), (h); URS-75, URS-111.
    """

    pk = models.CompositePrimaryKey("probe_id", "device_at")
    probe = models.ForeignKey(
        Probe, on_delete=models.PROTECT, related_name="readings", db_constraint=False
    )
    device_at = models.DateTimeField()
    value = models.FloatField(null=True)
    flags = models.PositiveSmallIntegerField(default=0)
    gateway_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    intake = models.ForeignKey(
        Intake, on_delete=models.PROTECT, related_name="readings", db_constraint=False
    )

    class Meta:
        triggers = [only_in_a_change(), append_only(), never_truncated()]

    def __str__(self) -> str:
        return f"{self.probe_id} at {self.device_at:%Y-%m-%d %H:%M:%S} UTC: {self.value}"


class SetAside(models.Model):
    """
    One raw reading whose time cannot be true, because the clock of its device was wrong.

    Kept as it came, flagged, never used: no reading of the true time stands in its way. Columns as
    of `Reading`; the difference of received_at and device_at is the skew.
    Source: 21 CFR 11.10(e), (h); URS-75, URS-111.
    """

    pk = models.CompositePrimaryKey("intake_id", "probe_id", "device_at")
    probe = models.ForeignKey(Probe, on_delete=models.PROTECT, related_name="readings_aside")
    device_at = models.DateTimeField()
    value = models.FloatField(null=True)
    flags = models.PositiveSmallIntegerField()
    gateway_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="readings_aside")

    class Meta:
        triggers = [only_in_a_change(), append_only(), never_truncated()]
        constraints = [
            models.UniqueConstraint(
                fields=["probe", "device_at", "value"],
                nulls_distinct=False,
                name="temperature_set_aside_once",
            ),
        ]
        indexes = [
            models.Index(fields=["probe", "received_at"], name="temperature_set_aside_by_probe")
        ]

    def __str__(self) -> str:
        return f"{self.probe_id} at {self.device_at:%Y-%m-%d %H:%M:%S} UTC, set aside"


class Period(models.TextChoices):
    """Over how long readings are gathered."""

    HOUR = "hour", "Hour"
    DAY = "day", "Day"


class Rollup(models.Model):
    """
    The usable readings of one probe in one hour or day, gathered for drawing and reports.

    Not regulated: it is worked out from raw readings and may be at any time again. readings: how
    many there are; usable: how many of them carry a value without a doubt of its own. lowest,
    highest, mean: of the usable ones, unweighted; absent where there is none. method: names how.
    Source: PI 041 section 9; URS-111.
    """

    probe = models.ForeignKey(Probe, on_delete=models.PROTECT, related_name="rollups")
    period = models.CharField(max_length=4, choices=Period)
    began_at = models.DateTimeField()
    readings = models.PositiveIntegerField()
    usable = models.PositiveIntegerField()
    lowest = models.FloatField(null=True)
    highest = models.FloatField(null=True)
    mean = models.FloatField(null=True)
    method = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["probe", "period", "began_at"], name="temperature_one_rollup_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} of {self.probe_id} from {self.began_at:%Y-%m-%d %H:%M} UTC"


class ProbeState(models.Model):
    """
    Where a probe stands now, and from when on its readings are still to be judged.

    Not regulated: it is worked out from readings. last_at, last_value, last_flags: of the newest
    reading by the device's clock; usable_at, usable_value: of the newest usable one. clock_at,
    clock_heard_at: the newest time in what it sent last as it measured, by its own clock, and when
    that came; their difference is the skew. dirty_from:
    the earliest reading that no judging has seen; set with the readings, in one transaction, so
    that a worker that dies leaves nothing out. arrivals: how many brought readings of it, so that
    what comes while it is judged is judged too. judged_at: when all of them were.
    """

    probe = models.OneToOneField(Probe, on_delete=models.PROTECT, related_name="state")
    last_at = models.DateTimeField(null=True)
    last_value = models.FloatField(null=True)
    last_flags = models.PositiveSmallIntegerField(default=0)
    usable_at = models.DateTimeField(null=True)
    usable_value = models.FloatField(null=True)
    heard_at = models.DateTimeField(null=True)
    clock_at = models.DateTimeField(null=True)
    clock_heard_at = models.DateTimeField(null=True)
    dirty_from = models.DateTimeField(null=True)
    arrivals = models.PositiveBigIntegerField(default=0)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["dirty_from"],
                condition=models.Q(dirty_from__isnull=False),
                name="temperature_to_be_judged",
            ),
        ]

    def __str__(self) -> str:
        return f"State of {self.probe_id}"
