"""Security keys and passkeys that people enrolled as their second factor."""

from django.db import models

from accounts.models.person import Person
from audit.models import RegulatedModel


class SecurityKey(RegulatedModel):
    """
    One person's security key or passkey; it proves itself by signing, so nothing here is secret.

    credential: what names it. public_key: what its answers are checked with. Both in base64url.
    removed_at: empty while it counts.
    Source: draft Annex 11 section 11; URS-21.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    credential = models.CharField(max_length=1400, unique=True)
    public_key = models.TextField()
    enrolled_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta(RegulatedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(credential="") & ~models.Q(public_key=""),
                name="accounts_a_security_key_can_be_checked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, security key of {self.person}"


class SecurityKeyCount(models.Model):
    """
    How often a key says that it was used; one that says less than before was copied.

    Not regulated: it counts on at every sign-in, which the access log keeps.
    """

    key = models.OneToOneField(SecurityKey, on_delete=models.PROTECT, related_name="counted")
    count = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"Uses of {self.key}"
