"""Keeping the access log: the one place that writes who came, went, failed and was locked out."""

from accounts.models import AccessEvent, AccessKind, Person, fold


def record_access(
    kind: AccessKind,
    *,
    device: str,
    typed: str = "",
    person: Person | None = None,
    address: str = "",
    purpose: str = "",
    note: str = "",
) -> AccessEvent:
    """
    Append one entry to the access log.

    typed: the user id as it was typed; left out, it is the person's own.
    Source: 21 CFR 11.300(d); URS-20, URS-59.
    """
    return AccessEvent.objects.create(
        kind=kind,
        typed=(typed or (person.user_id if person else ""))[:150],
        account=(person.user_id if person else fold(typed))[:150],
        person=person,
        person_name=person.full_name if person else "",
        role=person.roles_recorded()[:200] if person else "",
        purpose=purpose,
        device=device[:200],
        address=address[:60],
        note=note,
    )
