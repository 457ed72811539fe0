"""Taking another password for oneself."""

from datetime import datetime

from accounts.authority import require_own_account
from accounts.models import EarlierPassword, Person
from accounts.passwords import refusals_to_take, set_password
from accounts.provider_links import AT_THE_PROVIDER, link_of
from accounts.sessions import end_sessions
from audit.authors import Attribution
from audit.changes import attributed_change
from audit.errors import refuse_if


def change_password(
    *,
    person_id: int,
    password: str,
    attribution: Attribution,
    at: datetime,
    this_session: str = "",
) -> Person:
    """
    Give the person of this session the password they chose; all their other sessions end.

    password: the new one; who proved the present one, or signed in with a temporary one, asks.
    this_session: the handle of the session that goes on.
    Raises NotAuthorised; ActionRefused (PASSWORD_TOO_SHORT, PASSWORD_GUESSABLE,
    PASSWORD_USED_BEFORE, AT_THE_PROVIDER).
    Source: 21 CFR 11.300(b); URS-58, URS-66.
    """
    refusals = refusals_to_take(Person.objects.get(pk=person_id), password)
    with attributed_change(attribution, action="change_password") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(user_id=person.user_id)
        require_own_account(attribution.actor, person)
        refuse_if([AT_THE_PROVIDER] if link_of(person.pk) else refusals)
        set_password(person, password, lasts_from=at)
        person.save(update_fields=["password", "password_set_at", "password_is_temporary"])
        EarlierPassword(person=person, password=person.password).save(force_insert=True)
        end_sessions(person, note="The password was changed", but=this_session)
    return person
