"""Taking a lost second factor away, and every key with it."""

from datetime import datetime

from accounts.authority import require_role
from accounts.models import Person, SecondFactor, SecurityKey
from accounts.roles import Role
from accounts.second_factor import take_devices
from accounts.sessions import end_sessions
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import ActionRefused, Refusal, refuse_if

OWN_ACCOUNT = Refusal(
    "OWN_ACCOUNT", "Nobody resets their own second factor: ask another administrator."
)


def reset_second_factor(
    *, person_id: int, intent: SignedIntent, at: datetime
) -> SecondFactor | None:
    """
    Take somebody's second factor away, so that they enrol another; their sessions end.

    Returns what was removed of one-time codes; None when they had nothing but keys.
    Raises NotAuthorised; ActionRefused (NOT_ENROLLED, OWN_ACCOUNT).
    Source: 21 CFR 11.300(c); URS-21, URS-67.
    """
    with signed_change(intent, action="reset_second_factor") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(user_id=person.user_id)
        factors = list(SecondFactor.objects.filter(person=person, removed_at__isnull=True))
        keys = list(SecurityKey.objects.filter(person=person, removed_at__isnull=True))
        require_role(intent.signer, [Role.ADMINISTRATOR])
        if not factors and not keys:
            raise ActionRefused([Refusal("NOT_ENROLLED", f"{person} has no second factor.")])
        refuse_if([OWN_ACCOUNT] if person.pk == intent.signer.pk else [])
        for factor in factors:
            factor.removed_at = at
            factor.save(update_fields=["removed_at"])
        for key in keys:
            key.removed_at = at
            key.save(update_fields=["removed_at"])
        take_devices(person)
        end_sessions(person, note="The second factor was reset")
        change.sign(factors)
        change.sign(keys)
    return factors[0] if factors else None
