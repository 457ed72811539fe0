"""Work without the procedure in an emergency, signed by a supervisor."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.models import RegulatedModel
from inventory.models import Site


class EmergencyWork(RegulatedModel):
    """
    Leave to act at a site without a procedure, for a while; it opened a deviation.

    deviation: its number. Source: 21 CFR 211.100(b); scenario 10.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    deviation = models.CharField(max_length=20)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begun_at")), name="sop_emergency_work_ends_later"
            ),
        ]
        indexes = [models.Index(fields=["site", "-ends_at"], name="sop_emergency_by_site")]

    def __str__(self) -> str:
        return f"emergency work at site {self.site_id}"
