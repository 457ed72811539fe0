"""Badges, keys and devices by which people are known, and the tests that each must pass."""

from django.db import models
from django.db.models.functions import Upper

from accounts.models.person import Person
from audit.models import RegulatedModel
from audit.triggers import evidence


class TokenKind(models.TextChoices):
    """
    What the thing is.

    A badge says who is at a scanner; it is never a signature (URS-57).
    """

    BADGE = "badge", "Badge"
    KEY = "key", "Security key"
    DEVICE = "device", "Device that generates codes"


class TokenState(models.TextChoices):
    """
    Whether it counts.

    ISSUED: handed over, and waits for its first test. All others but IN_USE count no more.
    """

    ISSUED = "issued", "Issued, waits for its first test"
    IN_USE = "in_use", "In use"
    LOST = "lost", "Lost"
    STOLEN = "stolen", "Stolen"
    FAILED = "failed", "Failed its test"
    RETURNED = "returned", "Returned"


ENDED = (TokenState.LOST, TokenState.STOLEN, TokenState.FAILED, TokenState.RETURNED)


class AccessToken(RegulatedModel):
    """
    One physical thing that somebody carries; its code is never given to another.

    code: as printed or engraved on it. replaces: the one in whose place it was issued, by two
    people. next_test_on: by when it is tested again; empty before its first test.
    Source: 21 CFR 11.300(c), (e); URS-67, URS-70.
    """

    kind = models.CharField(max_length=10, choices=TokenKind)
    code = models.CharField(max_length=60, unique=True)
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=TokenState, default=TokenState.ISSUED)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    issued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    next_test_on = models.DateField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        indexes = [
            models.Index(
                fields=["next_test_on"],
                condition=models.Q(ended_at__isnull=True),
                name="accounts_tokens_to_test",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code=Upper("code")) & ~models.Q(code=""),
                name="accounts_token_code_in_one_spelling",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ENDED, ended_at__isnull=False)
                | (~models.Q(state__in=ENDED) & models.Q(ended_at__isnull=True)),
                name="accounts_token_ended_at_some_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=TokenState.IN_USE) | models.Q(next_test_on__isnull=False),
                name="accounts_token_in_use_is_tested_again",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}"


class TokenTest(models.Model):
    """
    One function and tamper test of a token; who made it and why are those of its Change.

    Source: 21 CFR 11.300(e); URS-70.
    """

    token = models.ForeignKey(AccessToken, on_delete=models.PROTECT, related_name="tests")
    works = models.BooleanField()
    is_intact = models.BooleanField()
    found = models.CharField(max_length=500)
    tested_at = models.DateTimeField()
    change = models.ForeignKey(
        "audit.Change", on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        indexes = [models.Index(fields=["token", "-id"], name="accounts_tests_of_token")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(found=""), name="accounts_token_test_says_what_was_found"
            ),
        ]
        triggers = evidence()

    def __str__(self) -> str:
        return f"Test of {self.token}"
