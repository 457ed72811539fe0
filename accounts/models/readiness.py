"""What must be on record before anybody signs: verified identities, certification and policy."""

from django.db import models

from accounts.models.person import Person
from audit.models import RegulatedModel


class IdentityVerification(RegulatedModel):
    """
    Who verified that a person is who the account says, how, and on which day.

    verified_by: absent for the first administrator, whom whoever installs the portal verifies.
    Source: 21 CFR 11.100(b); URS-12.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="identity_verifications"
    )
    verified_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    verifier_name = models.CharField(max_length=200)
    method = models.CharField(max_length=200)
    verified_on = models.DateField()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(verifier_name="") & ~models.Q(method=""),
                name="accounts_verification_says_who_and_how",
            ),
            models.CheckConstraint(
                condition=models.Q(verified_by__isnull=True)
                | ~models.Q(verified_by=models.F("person")),
                name="accounts_nobody_verifies_themselves",
            ),
        ]

    def __str__(self) -> str:
        return f"Identity of {self.person}"


class SigningCertification(RegulatedModel):
    """
    The organisation's letter to the agency: its electronic signatures are meant to bind.

    reference: under which the letter is filed. sent_on: the day it was sent.
    Source: 21 CFR 11.100(c); URS-13.
    """

    reference = models.CharField(max_length=200)
    sent_on = models.DateField()

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reference=""), name="accounts_certification_has_a_reference"
            ),
        ]

    def __str__(self) -> str:
        return f"Certification {self.reference}"


class AccountabilityPolicy(RegulatedModel):
    """
    One revision of the policy by which people answer for what is done under their signature.

    The newest revision is in force from the moment it is signed.
    Source: 21 CFR 11.10(j); URS-64.
    """

    revision = models.PositiveIntegerField(unique=True)
    text = models.TextField()

    class Meta(RegulatedModel.Meta):
        verbose_name_plural = "accountability policies"
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="accounts_policy_has_a_text"),
        ]

    def __str__(self) -> str:
        return f"Accountability policy, revision {self.revision}"


class PolicyAcknowledgement(RegulatedModel):
    """
    One person's signature that they read one revision of the policy.

    Source: 21 CFR 11.10(j); URS-64.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acknowledgements")
    policy = models.ForeignKey(
        AccountabilityPolicy, on_delete=models.PROTECT, related_name="acknowledgements"
    )

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["person", "policy"], name="accounts_each_revision_read_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} on revision {self.policy.revision}"
