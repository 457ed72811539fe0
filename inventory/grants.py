"""Which row of permission stands for which scope of a person, and who holds it."""

from collections.abc import Sequence

from django.contrib.auth.models import Permission
from django.db import models

from accounts.asking import Wanted
from accounts.models import Person, RequestedKind
from audit.errors import NotFound, Refusal
from inventory.models import Program, ProgramUserPermission, Site, SiteUserPermission

UNKNOWN_PERSON = Refusal("UNKNOWN_PERSON", "No such account. Choose it from the list.")
UNKNOWN_SCOPE = Refusal("UNKNOWN_SCOPE", "No such program or site. Choose it from the list.")


class ScopeKind(models.TextChoices):
    """What a scope is about."""

    PROGRAM = "program", "Program"
    SITE = "site", "Site"


class Right(models.TextChoices):
    """What a scope allows; working includes looking."""

    VIEW = "view", "See"
    WORK = "work", "Work"


ScopePermission = ProgramUserPermission | SiteUserPermission

_PERMISSIONS: dict[ScopeKind, type[ProgramUserPermission] | type[SiteUserPermission]] = {
    ScopeKind.PROGRAM: ProgramUserPermission,
    ScopeKind.SITE: SiteUserPermission,
}
_CODENAMES = {
    (ScopeKind.PROGRAM, Right.VIEW): "view_program",
    (ScopeKind.PROGRAM, Right.WORK): "work_on_program",
    (ScopeKind.SITE, Right.VIEW): "view_site",
    (ScopeKind.SITE, Right.WORK): "work_at_site",
}


def scope_named(kind: ScopeKind, scope_id: int) -> Program | Site:
    """
    Return the program or site that is meant.

    Raises NotFound: there is none.
    """
    found: Program | Site | None
    if kind == ScopeKind.PROGRAM:
        found = Program.objects.filter(pk=scope_id).first()
    else:
        found = Site.objects.filter(pk=scope_id).first()
    if found is None:
        raise NotFound([UNKNOWN_SCOPE])
    return found


def held(
    kind: ScopeKind, scope_id: int, person_id: int, rights: Sequence[Right]
) -> list[ScopePermission]:
    """Return the locked rows by which a person holds any of `rights` on the scope."""
    rows = _PERMISSIONS[kind]._default_manager.filter(
        user_id=person_id,
        content_object=scope_id,
        permission__codename__in=[_CODENAMES[kind, right] for right in rights],
    )
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def new_row(kind: ScopeKind, scope_id: int, person_id: int, right: Right) -> ScopePermission:
    """Return the row, not yet saved, by which a person would hold `right` on the scope."""
    return _PERMISSIONS[kind](
        user_id=person_id,
        content_object_id=scope_id,
        permission=Permission.objects.get(codename=_CODENAMES[kind, right]),
    )


def right_of(row: ScopePermission) -> Right:
    """Return which right a row stands for."""
    working = {code for (_, right), code in _CODENAMES.items() if right == Right.WORK}
    return Right.WORK if row.permission.codename in working else Right.VIEW


def scope_wanted(kind: ScopeKind, scope: Program | Site, right: Right) -> Wanted:
    """Describe a right on a scope that somebody is to get."""
    return Wanted(
        kind=RequestedKind(kind.value),
        scope_id=scope.pk,
        right=right.value,
        what=f"{kind.label} {scope}: {right.label.lower()}",
    )


def refusals_to_open(
    person: Person, kind: ScopeKind, scope: Program | Site, right: Right
) -> list[Refusal]:
    """
    Say why a scope may not be opened to somebody; empty when it may.

    Source: URS-14, URS-16.
    """
    refusals = []
    if not person.is_active:
        words = f"{person.full_name}'s account is closed and gets no scopes."
        refusals.append(Refusal("DEACTIVATED", words))
    if held(kind, scope.pk, person.pk, [right]):
        words = f"{person} may “{right.label.lower()}” {scope} already."
        refusals.append(Refusal("SCOPE_ALREADY_HELD", words))
    return refusals


def open_scope(
    person: Person, kind: ScopeKind, scope: Program | Site, right: Right
) -> list[ScopePermission]:
    """Write a right into the open Change; the right to work brings the right to see."""
    wanted = [Right.VIEW, Right.WORK] if right == Right.WORK else [Right.VIEW]
    has = {right_of(row) for row in held(kind, scope.pk, person.pk, wanted)}
    granted = [new_row(kind, scope.pk, person.pk, each) for each in wanted if each not in has]
    for row in granted:
        row.save(force_insert=True)
    return granted
