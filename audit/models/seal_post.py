"""How far seals were posted to a receiver outside."""

from django.db import models


class SealPost(models.Model):
    """
    Up to which seal the receiver has taken them, and what happened to the next one.

    Not regulated: it is one row that says of copies, not of records; the seals are the record.
    posted_upto: the number of the newest seal that was taken. tries: of the next one so far.
    failing_since: when the first of them failed; absent while all goes well.
    """

    posted_upto = models.PositiveBigIntegerField()
    posted_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"Posted up to seal {self.posted_upto}"
