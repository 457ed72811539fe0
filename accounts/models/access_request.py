"""Requests for access: who asked for what, for whom, and who decided."""

from django.db import models

from accounts.models.person import Person
from audit.models import RegulatedModel


class RequestedKind(models.TextChoices):
    """What is asked for."""

    ROLE = "role", "Role"
    PROGRAM = "program", "Program"
    SITE = "site", "Site"


class RequestStatus(models.TextChoices):
    """
    How far a request is.

    ALONE: given by one administrator at once, because nobody was there who could approve.
    """

    REQUESTED = "requested", "Waits for approval"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    ALONE = "alone", "Given alone: nobody could approve"


DECIDED = (RequestStatus.APPROVED, RequestStatus.REJECTED)


class AccessRequest(RegulatedModel):
    """
    One role, program or site that somebody is to get; the reasons are those of its Changes.

    role: of a role. scope_id, right: of a program or site. what: the same in words.
    Three people: the one concerned, the administrator who asks, and the one who decides.
    Source: Annex 11 (2011) section 12.3; URS-16.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="access_requests")
    kind = models.CharField(max_length=10, choices=RequestedKind)
    role = models.CharField(max_length=20, blank=True)
    scope_id = models.BigIntegerField(null=True, blank=True)
    right = models.CharField(max_length=10, blank=True)
    what = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=RequestStatus)
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "role", "scope_id", "right"],
                condition=models.Q(status=RequestStatus.REQUESTED),
                nulls_distinct=False,
                name="accounts_each_access_asked_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(requested_by=models.F("person")),
                name="accounts_nobody_asks_for_themselves",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("person"))
                & ~models.Q(decided_by=models.F("requested_by")),
                name="accounts_somebody_else_decides",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=DECIDED, decided_by__isnull=False, decided_at__isnull=False
                )
                | models.Q(
                    status__in=[RequestStatus.REQUESTED, RequestStatus.ALONE],
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                ),
                name="accounts_decided_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} for {self.person}"
