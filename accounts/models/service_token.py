"""Tokens by which other systems prove who they are to the machine door."""

from django.db import models

from accounts.models.person import Person
from audit.models import RegulatedModel


class ServiceToken(RegulatedModel):
    """
    One system's token; only its SHA-256 is kept.

    Source: 21 CFR 11.10(d), (h); URS-28.
    """

    name = models.CharField(max_length=100, unique=True)
    account = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
