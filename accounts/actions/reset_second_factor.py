"""Taking a lost second factor away."""

from datetime import datetime

from accounts.authority import require_role
from accounts.models import Person, SecondFactor
from accounts.roles import Role
from accounts.second_factor import take_devices
from accounts.sessions import end_sessions
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import ActionRefused, Refusal, refuse_if

OWN_ACCOUNT = Refusal(
    "OWN_ACCOUNT", "Nobody resets their own second factor: ask another administrator."
)


def reset_second_factor(*, person_id: int, intent: SignedIntent, at: datetime) -> SecondFactor:
    """
    Take somebody's second factor away, so that they enrol another; their sessions end.

    Raises NotAuthorised; ActionRefused (NOT_ENROLLED, OWN_ACCOUNT).
    Source: 21 CFR 11.300(c); URS-21, URS-67.
    """
    with signed_change(intent, action="reset_second_factor") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(user_id=person.user_id)
        factor = SecondFactor.objects.filter(person=person, removed_at__isnull=True).first()
        require_role(intent.signer, [Role.ADMINISTRATOR])
        if factor is None:
            raise ActionRefused([Refusal("NOT_ENROLLED", f"{person} has no second factor.")])
        refuse_if([OWN_ACCOUNT] if person.pk == intent.signer.pk else [])
        factor.removed_at = at
        factor.save(update_fields=["removed_at"])
        take_devices(person)
        end_sessions(person, note="The second factor was reset")
        change.sign([factor])
    return factor
