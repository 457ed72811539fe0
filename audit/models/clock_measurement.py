"""What the clocks showed, each time they were compared."""

from django.db import models
from django.db.models.functions import Now

from audit.triggers import append_only, never_truncated


class ClockMeasurement(models.Model):
    """
    One comparison of a worker's clock with its time sources and with the database's clock.

    Not regulated: it is written every minute and says nothing of product; it is only appended.
    offset_seconds: how far the worker's clock is ahead of what its sources agree on; absent when
    no source answered. database_seconds: how far the database's clock is ahead of the worker's.
    sources: for each, its name, how far the worker is ahead of it, or why it did not answer.
    boot, uptime_offset: the machine's start, and its clock less its seconds since then; it jumps
    when the clock is stepped. Source: ISO 17799 section 9.7.3; URS-72.
    """

    measured_at = models.DateTimeField(db_default=Now(), editable=False)
    host = models.CharField(max_length=200)
    offset_seconds = models.FloatField(null=True)
    spread_seconds = models.FloatField(default=0)
    database_seconds = models.FloatField()
    sources = models.JSONField(default=list)
    boot = models.CharField(max_length=60, blank=True)
    uptime_offset = models.FloatField(default=0)

    class Meta:
        indexes = [models.Index(fields=["host", "-id"], name="audit_clock_by_host")]
        triggers = [append_only(), never_truncated()]

    def __str__(self) -> str:
        return f"Clocks of {self.host} at {self.measured_at:%Y-%m-%d %H:%M:%S} UTC"
