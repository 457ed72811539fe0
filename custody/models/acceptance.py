"""What QA accepted of a vial's exposure beyond its product's budget."""

from django.conf import settings
from django.db import models

from audit.models import RegulatedModel
from inventory.models import Vial


class ExposureAcceptance(RegulatedModel):
    """
    One signed decision on how much exposure is accepted for one vial; the newest counts.

    most, longest_single, longest_total: up to which the vial's own exposure is accepted, in place
    of its product's limits where they are narrower. warmest_celsius: up to how warm it is accepted
    that it became while it was out, by estimate; absent where that is not accepted.
    valid_until: absent where it has no end.
    seen_times, seen_total, seen_celsius: as they were when it was signed. number: 1, 2, … for each.
    Source: 21 CFR 211.192, 1271.260(d); REQUIREMENTS B5, B7.
    """

    vial = models.ForeignKey(Vial, on_delete=models.PROTECT, related_name="acceptances")
    number = models.PositiveIntegerField()
    most = models.PositiveIntegerField()
    longest_single = models.DurationField()
    longest_total = models.DurationField()
    warmest_celsius = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    seen_times = models.PositiveIntegerField()
    seen_total = models.DurationField()
    seen_celsius = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    reasoning = models.TextField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["vial", "number"], name="custody_each_acceptance_once"),
        ]

    def __str__(self) -> str:
        return f"Acceptance {self.number} for {self.vial_id}"
