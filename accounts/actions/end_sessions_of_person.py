"""Ending the sessions of somebody else."""

from accounts.authority import require_role
from accounts.models import AccessEvent, Person
from accounts.roles import Role
from accounts.sessions import end_sessions
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import Refusal, refuse_if

NO_SESSION = Refusal("NO_SESSION", "This session has ended already.")


def end_sessions_of_person(
    *, person_id: int, handle: str, intent: SignedIntent
) -> list[AccessEvent]:
    """
    End one session of a person, or all of them, at their next request.

    handle: of the session; empty for all.
    Raises NotAuthorised; ActionRefused (NO_SESSION).
    Source: 21 CFR 11.10(d); URS-17, URS-20.
    """
    with signed_change(intent, action="end_sessions_of_person") as change:
        person = Person.objects.get(pk=person_id)
        change.subject.update(user_id=person.user_id)
        require_role(intent.signer, [Role.ADMINISTRATOR])
        note = f"By {intent.signer.full_name}: {intent.reason}"
        entries = end_sessions(person, note=note, only=[handle] if handle else None)
        refuse_if([] if entries else [NO_SESSION])
        change.sign(entries)
    return entries
