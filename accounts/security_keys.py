"""Security keys and passkeys: what their holder's browser is asked for, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.lockout import count_failure, is_locked
from accounts.models import Person, SecurityKey, SecurityKeyCount
from audit.proofs import ProofRequest

PORTAL = "Freezer inventory"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the portal is for browsers: the name that keys are bound to, and the whole origin."""

    name: str
    origin: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a browser is asked for, as JSON, and the challenge that its answer must be to."""

    options: str
    challenge: str


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """
    A key that has just proved itself; texts in base64url.

    count: how often it says that it was used.
    """

    credential: str
    public_key: str
    count: int


def keys_of(person: Person) -> Sequence[SecurityKey]:
    """Return somebody's keys that count, the oldest first."""
    rows = SecurityKey.objects.filter(person=person, removed_at__isnull=True)
    return list(rows.order_by("pk"))


def ask_to_enrol(person: Person, place: Place) -> Asked:
    """Ask for a new key of somebody; those that they have are not taken again."""
    options = generate_registration_options(
        rp_id=place.name,
        rp_name=PORTAL,
        user_id=f"person {person.pk}".encode(),
        user_name=person.user_id,
        user_display_name=person.full_name,
        exclude_credentials=_descriptors(person),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.DISCOURAGED,
        ),
    )
    challenge = bytes_to_base64url(options.challenge)
    return Asked(options=options_to_json(options), challenge=challenge)


def ask_to_prove(person: Person, place: Place) -> Asked:
    """Ask for one of somebody's keys; the password before it is what they know."""
    options = generate_authentication_options(
        rp_id=place.name,
        allow_credentials=_descriptors(person),
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    challenge = bytes_to_base64url(options.challenge)
    return Asked(options=options_to_json(options), challenge=challenge)


def new_key(answer: str, *, challenge: str, place: Place) -> NewKey | None:
    """Return the key that a browser made for this challenge, here; None when it did not."""
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.name,
            expected_origin=place.origin,
        )
    except (WebAuthnException, ValueError):
        return None
    return NewKey(
        credential=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        count=made.sign_count,
    )


def is_theirs_by_key(
    person: Person, answer: str, *, challenge: str, place: Place, proof: ProofRequest
) -> bool:
    """
    Say whether one of somebody's keys signed this challenge, here.

    A wrong answer is a failure like a wrong password; while the account is locked none is looked
    at.
    Source: draft Annex 11 section 11; 21 CFR 11.300(d); URS-21, URS-68.
    """
    if not is_locked(person.user_id) and challenge and _spend(person, answer, challenge, place):
        return True
    count_failure(person.user_id, proof)
    return False


@transaction.atomic
def _spend(person: Person, answer: str, challenge: str, place: Place) -> bool:
    """Check an answer, and keep its count under the lock of the key's own."""
    try:
        named = parse_authentication_credential_json(answer).id
        rows = SecurityKeyCount.objects.select_for_update(of=("self",)).select_related("key")
        found = rows.get(key__person=person, key__removed_at__isnull=True, key__credential=named)
        checked = verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=place.name,
            expected_origin=place.origin,
            credential_public_key=base64url_to_bytes(found.key.public_key),
            credential_current_sign_count=found.count,
        )
    except (WebAuthnException, SecurityKeyCount.DoesNotExist, ValueError):
        return False
    found.count = checked.new_sign_count
    found.save(update_fields=["count"])
    return True


def _descriptors(person: Person) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential))
        for key in keys_of(person)
    ]
