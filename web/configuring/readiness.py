"""Setting up that people may sign: identities, the certification, the accountability policy."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from accounts.actions.publish_policy import publish_policy
from accounts.actions.record_certification import record_certification
from accounts.actions.verify_identity import verify_identity
from accounts.models import (
    AccountabilityPolicy,
    IdentityVerification,
    Person,
    SigningCertification,
)
from accounts.readiness import SET_UP, Waiting, newest_certification, newest_policy, not_ready
from accounts.roles import Role
from audit.models import Meaning
from audit.signing import SignatureBlock, signature_blocks
from web.configuring.person import Account
from web.configuring.setups import SetUp, sheet
from web.forms import readiness as forms
from web.signing import SignAs

Posted = QueryDict | None
PUBLISHERS = (Role.ADMINISTRATOR, Role.QA)


@dataclass(frozen=True, kw_only=True)
class SigningReadiness:
    """What the page about signing shows: each record with its signatures, and who waits."""

    certification: SigningCertification | None
    certified: list[SignatureBlock]
    policy: AccountabilityPolicy | None
    published: list[SignatureBlock]
    waiting: list[Waiting]


def signing_readiness() -> SigningReadiness:
    """Gather what is on record, and who cannot sign yet."""
    certification, policy = newest_certification(), newest_policy()
    return SigningReadiness(
        certification=certification,
        certified=_signatures(certification),
        policy=policy,
        published=_signatures(policy),
        waiting=not_ready(),
    )


def _signatures(
    row: SigningCertification | AccountabilityPolicy | IdentityVerification | None,
) -> list[SignatureBlock]:
    return [] if row is None else signature_blocks(type(row), row.pk)


@dataclass(frozen=True, kw_only=True)
class Verified:
    """One verification of an identity with its signatures."""

    row: IdentityVerification
    signatures: list[SignatureBlock]


def verifications_of(person: Person) -> list[Verified]:
    """List how and by whom somebody's identity was verified, newest first."""
    rows = IdentityVerification.objects.filter(person=person).order_by("-pk")
    return [Verified(row=row, signatures=_signatures(row)) for row in rows]


def verifying(posted: Posted, account: Account) -> SetUp:
    """Record that somebody's identity was verified."""
    person, form = account.person, forms.IdentityForm(posted)
    return SetUp(
        form=form,
        sheet=sheet(
            f"Verify the identity of {person.full_name}",
            under="people",
            words="Nobody signs before this is on record. Look at the document yourself.",
            statement=f"I verified that {person.user_id} is the account of {person.full_name}.",
            covers=((Person, person.pk),),
        ),
        act=lambda intent: verify_identity(
            person_id=person.pk,
            method=form.cleaned_data["method"],
            verified_on=form.cleaned_data["verified_on"],
            intent=intent,
        ),
        done=f"The identity of {person.full_name} is verified.",
        done_url=reverse("configure:person", args=[person.pk]),
    )


def certifying(posted: Posted) -> SetUp:
    """Record the organisation's certification."""
    form = forms.CertificationForm(posted)
    return SetUp(
        form=form,
        sheet=sheet(
            "Record the certification",
            under="signing",
            words="The letter tells the agency that your electronic signatures bind as those by "
            "hand do. Signing is off for everybody until it is on record.",
            statement="The organisation sent this certification of its electronic signatures.",
        ),
        act=lambda intent: record_certification(
            reference=form.cleaned_data["reference"],
            sent_on=form.cleaned_data["sent_on"],
            intent=intent,
        ),
        done="The certification is on record.",
        done_url=reverse("configure:signing"),
        signs=SignAs(meaning=Meaning.CERTIFIED, needs=SET_UP),
    )


def publishing(posted: Posted) -> SetUp:
    """Publish a revision of the accountability policy."""
    form = forms.PolicyForm(posted)
    return SetUp(
        form=form,
        sheet=sheet(
            "Publish the policy",
            under="signing",
            words="The new revision is in force at once: everybody reads and acknowledges it "
            "before they sign anything else.",
            statement="This is the approved accountability policy.",
        ),
        act=lambda intent: publish_policy(text=form.cleaned_data["text"], intent=intent),
        done="The policy is in force. Acknowledge it yourself next.",
        done_url=reverse("signing:policy"),
        roles=PUBLISHERS,
        signs=SignAs(meaning=Meaning.APPROVED, needs=SET_UP),
    )
