"""Letting somebody see, or work in, a program or at a site."""

from accounts.authority import require_role
from accounts.models import Person
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from inventory.grants import (
    UNKNOWN_PERSON,
    Right,
    ScopeKind,
    ScopePermission,
    held,
    new_row,
    right_of,
    scope_named,
)


def grant_scope(
    *, person_id: int, kind: ScopeKind, scope_id: int, right: Right, intent: SignedIntent
) -> list[ScopePermission]:
    """
    Grant a person a right on a program or a site; the right to work brings the right to see.

    Raises NotFound; NotAuthorised; ActionRefused (SCOPE_ALREADY_HELD, DEACTIVATED).
    Source: Annex 11 (2011) section 12.3; 21 CFR 11.10(d); URS-14, URS-16, URS-117.
    """
    with signed_change(intent, action="grant_scope") as change:
        rows = Person.objects.select_for_update(of=("self",), no_key=True)
        person = rows.filter(pk=person_id).first()
        require_role(intent.signer, [Role.ADMINISTRATOR])
        if person is None:
            raise NotFound([UNKNOWN_PERSON])
        scope = scope_named(kind, scope_id)
        change.subject.update(person=person.user_id, scope=str(scope), right=right)
        wanted = [Right.VIEW, Right.WORK] if right == Right.WORK else [Right.VIEW]
        has = {right_of(row) for row in held(kind, scope_id, person_id, wanted)}
        refuse_if(_refusals(person, str(scope), right, already=right in has))
        granted = [new_row(kind, scope_id, person_id, each) for each in wanted if each not in has]
        for row in granted:
            row.save(force_insert=True)
        change.sign(granted)
        return granted


def _refusals(person: Person, scope: str, right: Right, *, already: bool) -> list[Refusal]:
    refusals = []
    if not person.is_active:
        refusals.append(
            Refusal("DEACTIVATED", f"{person.full_name}'s account is closed and gets no scopes.")
        )
    if already:
        refusals.append(
            Refusal("SCOPE_ALREADY_HELD", f"{person} may “{right.label.lower()}” {scope} already.")
        )
    return refusals
