"""That somebody has a second factor: when it was enrolled, and when it was taken away."""

from django.db import models

from accounts.models.person import Person
from audit.models import RegulatedModel


class SecondFactor(RegulatedModel):
    """
    A person's device for one-time codes; django-otp keeps its secret, this row that it is theirs.

    removed_at: empty while it counts.
    Source: draft Annex 11 section 11; URS-21.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(removed_at__isnull=True),
                name="accounts_one_second_factor_for_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"Second factor of {self.person}"
