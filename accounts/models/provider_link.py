"""That somebody proves who they are at the site's identity provider, and as whom."""

from django.db import models

from accounts.models.person import Person
from audit.models import RegulatedModel


class ProviderLink(RegulatedModel):
    """
    The binding of one account to one identity at the provider.

    An administrator permits it; the person takes it up, and from then on their password counts no
    more. issuer, subject: what names the identity for good; empty before it is taken up.
    known_as: their name there, by which the provider is asked for them.
    Source: 21 CFR 11.100(a), 11.200(a)(2); URS-57, URS-58, URS-62.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    issuer = models.CharField(max_length=255, blank=True)
    subject = models.CharField(max_length=255, blank=True)
    known_as = models.CharField(max_length=255, blank=True)
    permitted_at = models.DateTimeField()
    linked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(ended_at__isnull=True),
                name="accounts_one_provider_link_for_a_person",
            ),
            models.UniqueConstraint(
                fields=["issuer", "subject"],
                condition=models.Q(ended_at__isnull=True, linked_at__isnull=False),
                name="accounts_one_person_for_an_identity",
            ),
            models.CheckConstraint(
                condition=models.Q(linked_at__isnull=True, issuer="", subject="")
                | (
                    models.Q(linked_at__isnull=False) & ~models.Q(issuer="") & ~models.Q(subject="")
                ),
                name="accounts_a_taken_up_link_names_an_identity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} at the identity provider"
