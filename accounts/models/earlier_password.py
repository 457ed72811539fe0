"""The passwords that somebody had, as hashes, so that none of them comes back soon."""

from django.db import models

from accounts.models.person import Person
from audit.triggers import evidence


class EarlierPassword(models.Model):
    """
    The hash of a password as it was set, the present one included.

    Source: 21 CFR 11.300(b); URS-66.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    password = models.CharField(max_length=128)
    change = models.ForeignKey(
        "audit.Change", on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="accounts_earlier_by_person"),
        ]
        triggers = evidence()

    def __str__(self) -> str:
        return f"A password of {self.person}"
