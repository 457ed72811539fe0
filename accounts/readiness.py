"""Whether somebody is ready to sign, and what is missing when they are not."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Exists, OuterRef, Subquery

from accounts.models import (
    AccountabilityPolicy,
    IdentityVerification,
    Person,
    PolicyAcknowledgement,
    SigningCertification,
)
from accounts.roles import Role
from audit.authors import Author
from audit.errors import Refusal


class Gate(StrEnum):
    """What must be on record before somebody signs."""

    IDENTITY = "identity"
    CERTIFICATION = "certification"
    POLICY = "policy"


ALL_GATES = frozenset(Gate)
SET_UP = frozenset({Gate.IDENTITY})
"""What is asked of those who sign what opens the other gates."""


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """
    What is on record for one person.

    revision: of the policy in force; absent while there is none.
    """

    is_identified: bool = False
    is_certified: bool = False
    revision: int | None = None
    has_acknowledged: bool = False


def readiness_of(person_id: int) -> Readiness:
    """
    Return what is on record for a person now; one query.

    Source: 21 CFR 11.10(j), 11.100(b), (c); URS-12, URS-13, URS-64.
    """
    newest = AccountabilityPolicy.objects.order_by("-revision")
    read = PolicyAcknowledgement.objects.filter(
        person=OuterRef("pk"), policy=Subquery(newest.values("pk")[:1])
    )
    found = Person.objects.filter(pk=person_id).values_list(
        Exists(IdentityVerification.objects.filter(person=OuterRef("pk"))),
        Exists(SigningCertification.objects.all()),
        Subquery(newest.values("revision")[:1]),
        Exists(read),
    )
    row = found.first()
    if row is None:
        return Readiness()
    return Readiness(
        is_identified=row[0], is_certified=row[1], revision=row[2], has_acknowledged=row[3]
    )


def refusals_to_sign(
    name: str, readiness: Readiness, gates: Collection[Gate] = ALL_GATES
) -> list[Refusal]:
    """Say everything that keeps somebody from signing, and what to do; empty when nothing does."""
    found = {
        Gate.IDENTITY: [] if readiness.is_identified else [_not_verified(name)],
        Gate.CERTIFICATION: [] if readiness.is_certified else [NOT_CERTIFIED],
        Gate.POLICY: _policy(name, readiness),
    }
    return [refusal for gate, refusals in found.items() if gate in gates for refusal in refusals]


def what_keeps_from_signing(signer: Author, needs: Collection[str] | None) -> list[Refusal]:
    """
    Answer the ground's question about somebody who was proven, or who opened a sheet.

    needs: names of gates; None for all of them.
    """
    gates = ALL_GATES if needs is None else frozenset(Gate(name) for name in needs)
    return refusals_to_sign(signer.full_name, readiness_of(signer.pk), gates)


NOT_CERTIFIED = Refusal(
    "NOT_CERTIFIED",
    "Signing is off until the organisation’s certification of its electronic signatures is on "
    "record. Ask an administrator to record it: Configure, Signing.",
)
NO_POLICY = Refusal(
    "NO_POLICY",
    "Signing is off until there is an accountability policy. Ask an administrator to publish it: "
    "Configure, Signing.",
)


def _not_verified(name: str) -> Refusal:
    return Refusal(
        "IDENTITY_NOT_VERIFIED",
        f"{name} cannot sign before somebody recorded that their identity was verified. Ask an "
        "administrator: Configure, People, Verify the identity.",
    )


def _policy(name: str, readiness: Readiness) -> list[Refusal]:
    if readiness.revision is None:
        return [NO_POLICY]
    if readiness.has_acknowledged:
        return []
    words = (
        f"{name} has not acknowledged revision {readiness.revision} of the accountability policy. "
        "Read and sign it first: it is under your name, Signing."
    )
    return [Refusal("POLICY_NOT_ACKNOWLEDGED", words)]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Somebody who cannot sign yet, and what is missing besides the certification."""

    person: Person
    is_identified: bool
    has_acknowledged: bool


def not_ready() -> list[Waiting]:
    """List the people with an open account of their own who cannot sign yet; one query."""
    newest = AccountabilityPolicy.objects.order_by("-revision").values("pk")[:1]
    read = PolicyAcknowledgement.objects.filter(person=OuterRef("pk"), policy=Subquery(newest))
    people = Person.objects.filter(is_active=True, is_shared=False).exclude(
        groups__name=Role.SERVICE
    )
    rows = people.annotate(
        identified=Exists(IdentityVerification.objects.filter(person=OuterRef("pk"))),
        acknowledged=Exists(read),
    )
    return [
        Waiting(
            person=row,
            is_identified=vars(row)["identified"],
            has_acknowledged=vars(row)["acknowledged"],
        )
        for row in rows.exclude(identified=True, acknowledged=True).order_by("full_name")
    ]


def newest_policy() -> AccountabilityPolicy | None:
    """Return the revision of the policy that is in force."""
    return AccountabilityPolicy.objects.order_by("-revision").first()


def newest_certification() -> SigningCertification | None:
    """Return the certification that was recorded last."""
    return SigningCertification.objects.order_by("-pk").first()


def acknowledgement_of(person_id: int, policy_id: int) -> PolicyAcknowledgement | None:
    """Return how somebody acknowledged this revision."""
    return PolicyAcknowledgement.objects.filter(person=person_id, policy=policy_id).first()
