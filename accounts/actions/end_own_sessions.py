"""Ending sessions of one's own, at other devices."""

from collections.abc import Collection

from accounts.authority import require_own_account
from accounts.models import Person
from accounts.sessions import end_sessions
from audit.authors import Attribution
from audit.changes import attributed_change


def end_own_sessions(*, person_id: int, handles: Collection[str], attribution: Attribution) -> int:
    """
    End these sessions of one's own; return how many there were.

    Raises NotAuthorised.
    Source: URS-17, URS-20.
    """
    with attributed_change(attribution, action="end_own_sessions"):
        person = Person.objects.get(pk=person_id)
        require_own_account(attribution.actor, person)
        return len(end_sessions(person, note="By themselves", only=handles))
