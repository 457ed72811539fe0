"""Asking for emergency access, for oneself."""

from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from accounts.authority import require_role
from accounts.emergencies import ASKERS, Wanted, refusals_to_ask
from accounts.held import held_by
from accounts.models import EmergencyAccess, Person
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, refuse_if
from inventory.grants import UNKNOWN_SCOPE
from inventory.models import Program, Site

Scope = TypeVar("Scope", Program, Site)


def ask_emergency_access(
    *,
    role: Role | None,
    program_code: str,
    site_code: str,
    intent: SignedIntent,
    at: datetime,
) -> EmergencyAccess:
    """
    Ask for a role, a program and a site, any of them, that the signer does not hold.

    It gives nothing before two others approved it; the reason says what the emergency is.
    program_code, site_code: empty for none. They are typed: nobody reads here which other sponsors
    there are.
    Raises NotFound; NotAuthorised; ActionRefused (NOTHING_ASKED, ROLE_NEVER_GIVEN,
    ROLE_ALREADY_HELD, ALREADY_ASKED).
    Source: 21 CFR 11.200(a)(3), 11.300(d); URS-22.
    """
    with signed_change(intent, action="ask_emergency_access") as change:
        people = Person.objects.select_for_update(of=("self",), no_key=True)
        person = people.get(pk=intent.signer.pk)
        change.subject.update(person=person.user_id)
        require_role(intent.signer, ASKERS)
        wanted = _wanted(role, program_code.strip(), site_code.strip())
        refuse_if(refusals_to_ask(person, held_by(person.pk).roles, wanted, at=at))
        row = EmergencyAccess(
            person=person,
            role=wanted.role,
            program_key=wanted.program_key,
            site_key=wanted.site_key,
            what=wanted.what,
            requested_at=at,
        )
        row.save(force_insert=True)
        change.sign([row])
    return row


def _wanted(role: Role | None, program_code: str, site_code: str) -> Wanted:
    program = _named(Program.objects.filter(code=program_code), program_code)
    site = _named(Site.objects.filter(code=site_code), site_code)
    words = [] if role is None else [f"role {str(role.label).lower()}"]
    words += [] if program is None else [f"work on program {program}"]
    words += [] if site is None else [f"work at site {site}"]
    return Wanted(
        role="" if role is None else role.value,
        program_key=None if program is None else program.pk,
        site_key=None if site is None else site.pk,
        what=", ".join(words)[:400],
    )


def _named(rows: QuerySet[Scope], code: str) -> Scope | None:
    if not code:
        return None
    found = rows.first()
    if found is None:
        raise NotFound([UNKNOWN_SCOPE])
    return found
