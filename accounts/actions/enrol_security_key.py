"""Enrolling one's own security key or passkey."""

from datetime import datetime

from accounts.authority import require_own_account
from accounts.models import Person, SecurityKey, SecurityKeyCount
from accounts.security_keys import NewKey
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.constraints import refused_by
from audit.errors import ActionRefused, Refusal, refuse_if

NOT_PROVEN = Refusal(
    "KEY_NOT_PROVEN", "The browser brought no answer of a key that counts. Begin again."
)
NO_NAME = Refusal("NAME_MISSING", "Give the key a name by which you tell it from your others.")
TAKEN = Refusal("KEY_TAKEN", "This key is enrolled already.")


def enrol_security_key(
    *, person_id: int, name: str, key: NewKey | None, attribution: Attribution, at: datetime
) -> SecurityKey:
    """
    Enrol a key that has just proved itself in this session, as a second factor.

    key: absent when nothing was proven.
    Raises NotAuthorised; ActionRefused (KEY_NOT_PROVEN, NAME_MISSING, KEY_TAKEN).
    Source: draft Annex 11 section 11; URS-21.
    """
    with attributed_change(attribution, action="enrol_security_key") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(user_id=person.user_id)
        require_own_account(attribution.actor, person)
        refuse_if([] if name.strip() else [NO_NAME])
        if key is None:
            raise ActionRefused([NOT_PROVEN])
        row = SecurityKey(
            person=person,
            name=name.strip()[:80],
            credential=key.credential,
            public_key=key.public_key,
            enrolled_at=at,
        )
        with refused_by("accounts_securitykey_credential_key", TAKEN):
            row.save(force_insert=True)
        SecurityKeyCount(key=row, count=key.count).save(force_insert=True)
    return row
