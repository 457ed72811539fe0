"""Taking one of one's own security keys away."""

from datetime import datetime

from accounts.authority import require_own_account
from accounts.models import Person, SecurityKey
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import ActionRefused, Refusal

UNKNOWN = Refusal("UNKNOWN_KEY", "You have no such key, or it is removed already.")


def remove_security_key(
    *, person_id: int, key_id: int, attribution: Attribution, at: datetime
) -> SecurityKey:
    """
    Take one of the keys of this session's person away; it counts no more.

    Raises NotAuthorised; ActionRefused (UNKNOWN_KEY).
    Source: 21 CFR 11.300(c); URS-21, URS-67.
    """
    with attributed_change(attribution, action="remove_security_key") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(user_id=person.user_id, key=key_id)
        require_own_account(attribution.actor, person)
        rows = SecurityKey.objects.filter(person=person, removed_at__isnull=True)
        row = rows.filter(pk=key_id).first()
        if row is None:
            raise ActionRefused([UNKNOWN])
        row.removed_at = at
        row.save(update_fields=["removed_at"])
    return row
