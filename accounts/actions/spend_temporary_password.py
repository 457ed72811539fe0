"""Using a temporary password up, by the first sign-in with it."""

from django.contrib.auth.hashers import make_password

from accounts.authority import require_own_account
from accounts.models import Person, RoleMembership
from accounts.roles import Role
from audit.authors import Attribution
from audit.changes import attributed_change


def spend_temporary_password(*, person_id: int, attribution: Attribution) -> Person:
    """
    Let nobody sign in with this temporary password again; the session stays.

    A lasting one stays as it is, and so does that of the only administrator, whom nobody could
    give another.
    Raises NotAuthorised.
    Source: URS-58.
    """
    with attributed_change(attribution, action="spend_temporary_password") as change:
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
        change.subject.update(user_id=person.user_id)
        require_own_account(attribution.actor, person)
        if person.password_is_temporary and _another_could_reset(person):
            person.password = make_password(None)
            person.save(update_fields=["password"])
    return person


def _another_could_reset(person: Person) -> bool:
    administrators = RoleMembership.objects.filter(
        group__name=Role.ADMINISTRATOR, person__is_active=True
    )
    return administrators.exclude(person=person.pk).exists()
