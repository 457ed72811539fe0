"""Opening an account."""

from collections.abc import Collection
from contextlib import AbstractContextManager

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts.authority import require_role
from accounts.models import Person, RoleMembership, fold
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import OpenChange, machine_change, signed_change
from audit.errors import Refusal, refuse_if

ACTION = "create_person"


def create_person(
    *,
    user_id: str,
    full_name: str,
    password: str,
    roles: Collection[Role],
    intent: SignedIntent | None,
    badge_code: str | None = None,
    is_shared: bool = False,
) -> Person:
    """
    Open an account with its roles.

    intent: of the administrator; without one only the very first account can be opened.
    Raises NotAuthorised; ActionRefused (USER_ID_TAKEN, FULL_NAME_MISSING, INTENT_MISSING).
    Source: 21 CFR 11.100(a), 11.300(a); URS-11, URS-65.
    """
    with _door(intent) as change:
        if change.actor is not None:
            require_role(change.actor, [Role.ADMINISTRATOR])
        refuse_if(_refusals(fold(user_id), full_name, intent))
        person = Person(
            user_id=fold(user_id),
            full_name=full_name.strip(),
            badge_code=badge_code,
            is_shared=is_shared,
            password=make_password(password),
        )
        person.save(force_insert=True)
        for group in Group.objects.filter(name__in=list(roles)):
            RoleMembership(person=person, group=group).save(force_insert=True)
        if intent is not None:
            change.sign([person])
    return person


def _door(intent: SignedIntent | None) -> AbstractContextManager[OpenChange]:
    if intent is None:
        return machine_change("setup", action=ACTION, reason="The first administrator's account")
    return signed_change(intent, action=ACTION)


def _refusals(user_id: str, full_name: str, intent: SignedIntent | None) -> list[Refusal]:
    refusals = []
    if intent is None and Person.objects.exists():
        refusals.append(Refusal("INTENT_MISSING", "An administrator must sign for a new account."))
    if Person.objects.filter(user_id=user_id).exists():
        refusals.append(
            Refusal("USER_ID_TAKEN", f"{user_id} was given out before; ids are never reused.")
        )
    if not full_name.strip():
        refusals.append(Refusal("FULL_NAME_MISSING", "Enter the full legal name."))
    return refusals
