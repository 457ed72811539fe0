"""Taking a program or a site away from somebody."""

from accounts.authority import require_role
from accounts.models import Person
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from inventory.grants import UNKNOWN_PERSON, Right, ScopeKind, held, right_of, scope_named


def revoke_scope(
    *, person_id: int, kind: ScopeKind, scope_id: int, right: Right, intent: SignedIntent
) -> None:
    """
    Take a right on a program or a site back; who may not see it cannot work there either.

    The closing history row says who did it, when and why.
    Raises NotFound; NotAuthorised; ActionRefused (SCOPE_NOT_HELD).
    Source: Annex 11 (2011) section 12.3; URS-16, URS-117.
    """
    with signed_change(intent, action="revoke_scope") as change:
        people = Person.objects.select_for_update(of=("self",), no_key=True)
        person = people.filter(pk=person_id).first()
        require_role(intent.signer, [Role.ADMINISTRATOR])
        if person is None:
            raise NotFound([UNKNOWN_PERSON])
        scope = scope_named(kind, scope_id)
        change.subject.update(person=person.user_id, scope=str(scope), right=right)
        ending = [Right.WORK] if right == Right.WORK else [Right.WORK, Right.VIEW]
        rows = held(kind, scope_id, person_id, ending)
        refuse_if([] if right in map(right_of, rows) else [_not_held(person, str(scope), right)])
        change.sign(rows)
        for row in rows:
            row.delete()


def _not_held(person: Person, scope: str, right: Right) -> Refusal:
    return Refusal(
        "SCOPE_NOT_HELD",
        f"{person} has no right to “{right.label.lower()}” {scope} in their own name.",
    )
