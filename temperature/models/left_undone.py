"""Work of the clock that fails for one thing again and again, while all the rest is done."""

from django.db import models

from inventory.models import Container


class Work(models.TextChoices):
    """What the clock does for one thing after the other."""

    READINGS = "readings", "Judging the readings of"
    SILENCE = "silence", "Looking for silence of"
    UNIT = "unit", "Judging whether anything measures"
    CALIBRATION = "calibration", "Judging the calibration of"
    PAUSE = "pause", "Ending the silence of alarms of"
    GAP = "gap", "Reporting the time without measurement of"
    ROOM = "room", "Making room for readings of"
    HOLD = "hold", "Holding what stands in"
    DUE_HOLD = "due hold", "Holding what stood in"
    BLIND = "blind", "Holding what nothing measures in"
    NITROGEN = "nitrogen", "Judging how long the nitrogen lasts of"
    TIME_OUT = "time out", "Judging the time out of storage of"
    CLINIC = "clinic", "Telling the clinic of"


class LeftUndone(models.Model):
    """
    One thing for which one work of the clock failed the last time.

    Not regulated: it goes with the first success. That it began is a system event, that it lasts an
    alarm. key: of the row that the work is done for; what: how people know it; unit: where it is,
    absent where it is nowhere. since: of the first failure in a row; next_at: not tried before.
    fault: the kind of error, without its words: they might hold data. Source: URS-46, URS-108.
    """

    work = models.CharField(max_length=12, choices=Work)
    key = models.BigIntegerField()
    what = models.CharField(max_length=100)
    unit = models.ForeignKey(
        Container, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    since = models.DateTimeField()
    next_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=1)
    fault = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work", "key"], name="temperature_left_undone_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_work_display()} {self.what} fails"
