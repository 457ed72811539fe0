"""What a site demands of passwords and sessions: a new version for every change."""

from django.db import models

from audit.models import RegulatedModel


class SecondFactorFor(models.TextChoices):
    """Of whom the site demands a second factor."""

    ADMINISTRATORS = "administrators", "Administrators, before they configure anything"
    EVERYBODY = "everybody", "Everybody, before any page"
    NOBODY = "nobody", "Nobody"


class AccessRules(RegulatedModel):
    """
    One version of a site's rules of access; the newest counts.

    password_days: how long a password may be used, in days. password_history: how many earlier
    ones are refused. password_length: characters at least. idle_minutes: after which a session
    locks. failures: in a row, after which an account locks. review_days: after which access is
    reviewed again. emergency_minutes: how long emergency access lasts. token_test_days: after which
    a badge or key is tested again. second_factor: of whom one is demanded.
    Source: 21 CFR 11.300(b), (d); URS-18, URS-19, URS-21, URS-22, URS-66, URS-68.
    """

    version = models.PositiveIntegerField(unique=True)
    password_days = models.PositiveSmallIntegerField(default=365)
    password_history = models.PositiveSmallIntegerField(default=10)
    password_length = models.PositiveSmallIntegerField(default=12)
    idle_minutes = models.PositiveSmallIntegerField(default=15)
    failures = models.PositiveSmallIntegerField(default=5)
    review_days = models.PositiveSmallIntegerField(default=180, db_default=180)
    emergency_minutes = models.PositiveSmallIntegerField(default=60, db_default=60)
    token_test_days = models.PositiveSmallIntegerField(default=365, db_default=365)
    second_factor = models.CharField(
        max_length=20, choices=SecondFactorFor, default=SecondFactorFor.ADMINISTRATORS
    )

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    password_days__range=(30, 1000),
                    password_history__range=(1, 50),
                    password_length__range=(8, 100),
                    idle_minutes__range=(1, 120),
                    failures__range=(3, 20),
                    review_days__range=(30, 400),
                    emergency_minutes__range=(5, 60),
                    token_test_days__range=(30, 750),
                ),
                name="accounts_access_rules_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"Rules of access, version {self.version}"
