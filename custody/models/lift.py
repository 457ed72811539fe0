"""Lifts: when a rack or a box was out of its cold place with everything in it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.triggers import evidence
from inventory.models import Container


class Lift(models.Model):
    """
    A part of one lift, for one container that holds vials; appended by what was done there.

    lifted: what was taken out, such as the rack; container: what holds vials in it then.
    series_began_at: when the lift began that this is a part of, the same for all its parts.
    ended_at: absent while it is not known to be back; it counts until the next part of the same
    lift, and at the latest until back_by. Whose vials they were, stays say.
    Source: REQUIREMENTS B3, B5; URS-105, URS-112.
    """

    container = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="lifts")
    lifted = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="+")
    series_began_at = models.DateTimeField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    back_by = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    change = models.ForeignKey("audit.Change", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(series_began_at__lte=F("began_at"), back_by__gte=F("began_at"))
                & (Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at"))),
                name="custody_lift_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["container", "began_at"], name="custody_lift_by_container"),
            models.Index(fields=["lifted", "-id"], name="custody_lift_by_lifted"),
            models.Index(
                fields=["back_by"],
                condition=Q(ended_at__isnull=True),
                name="custody_lift_not_back",
            ),
        ]
        triggers = evidence()

    def __str__(self) -> str:
        return f"{self.container_id} lifted with {self.lifted_id}"
