"""Emergency access: what two others gave somebody beyond their own, for an hour at most."""

from datetime import timedelta

from django.db import models

from accounts.models.person import Person
from accounts.roles import Role
from audit.models import RegulatedModel

LONGEST = timedelta(minutes=60)
GIVEN_ROLES = (Role.TECHNICIAN, Role.SUPERVISOR, Role.ADMINISTRATOR)
"""What an emergency may give; judging and releasing product waits for whoever may."""


class EmergencyAccess(RegulatedModel):
    """
    One request for emergency access, and what became of it; the reasons are those of its Changes.

    role, program_key, site_key: what it gives, any of them together. what: the same in words.
    It lasts from started_at until expires_at, or until somebody ends it; the database's clock
    says whether it does, so nothing has to run for it to end.
    reviewed_changes: how many Changes quality looked at afterwards.
    Source: 21 CFR 11.200(a)(3), 11.300(d); URS-22.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, blank=True)
    program_key = models.BigIntegerField(null=True, blank=True)
    site_key = models.BigIntegerField(null=True, blank=True)
    what = models.CharField(max_length=400)
    requested_at = models.DateTimeField()
    first_approver = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_approved_at = models.DateTimeField(null=True, blank=True)
    second_approver = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_changes = models.PositiveIntegerField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        indexes = [
            models.Index(
                fields=["person"],
                condition=models.Q(started_at__isnull=False, ended_at__isnull=True),
                name="accounts_emergencies_of_person",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=["", *(str(role.value) for role in GIVEN_ROLES)])
                & (
                    ~models.Q(role="")
                    | models.Q(program_key__isnull=False)
                    | models.Q(site_key__isnull=False)
                ),
                name="accounts_emergency_gives_something",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(first_approver__isnull=True)
                    | ~models.Q(first_approver=models.F("person"))
                )
                & (
                    models.Q(second_approver__isnull=True)
                    | ~models.Q(second_approver=models.F("person"))
                    & ~models.Q(second_approver=models.F("first_approver"))
                ),
                name="accounts_emergency_takes_two_others",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    second_approver__isnull=True, started_at__isnull=True, expires_at__isnull=True
                )
                | models.Q(
                    first_approver__isnull=False,
                    second_approver__isnull=False,
                    started_at__isnull=False,
                    expires_at__isnull=False,
                ),
                name="accounts_emergency_starts_with_two",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__isnull=True)
                | models.Q(
                    expires_at__gt=models.F("started_at"),
                    expires_at__lte=models.F("started_at") + LONGEST,
                ),
                name="accounts_emergency_lasts_an_hour_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(
                    started_at__isnull=False, ended_at__isnull=False, ended_by__isnull=False
                ),
                name="accounts_emergency_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    reviewed_by__isnull=True,
                    reviewed_at__isnull=True,
                    reviewed_changes__isnull=True,
                )
                | models.Q(
                    started_at__isnull=False,
                    reviewed_by__isnull=False,
                    reviewed_at__isnull=False,
                    reviewed_changes__isnull=False,
                )
                & ~models.Q(reviewed_by=models.F("person")),
                name="accounts_emergency_reviewed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"Emergency access {self.pk} of {self.person}"
