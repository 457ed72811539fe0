"""One account: its roles, and the programs and sites that are open to it."""

from dataclasses import dataclass
from itertools import chain

from django.contrib.auth.models import Permission
from django.http import Http404
from django.utils import timezone

from accounts.lockout import is_locked
from accounts.models import Person, ProviderLink, RoleMembership, ServiceToken
from accounts.provider_links import link_of, permission_of
from accounts.queries.requests import waiting_for
from accounts.roles import Role
from accounts.second_factor import has_second_factor
from accounts.sessions import OpenSession, sessions_of
from audit.queries.signatures import blocks_under
from audit.signing import SignatureBlock
from inventory.grants import Right, ScopeKind
from inventory.models import Program, ProgramUserPermission, Site, SiteUserPermission
from web.configuring.gate import is_administrator, may_decide

_WORK = ("work_on_program", "work_at_site")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One program or site that is open to somebody; value names it in forms."""

    kind: ScopeKind
    key: int
    label: str
    right: Right

    @property
    def value(self) -> str:
        """Name the scope in a form."""
        return f"{self.kind.value}:{self.key}"


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account with everything it may do; is_locked: by failures, until it is unlocked."""

    person: Person
    is_locked: bool
    has_second_factor: bool
    provider_link: ProviderLink | None
    roles: tuple[Role, ...]
    scopes: tuple[Scope, ...]
    tokens: tuple[ServiceToken, ...]
    signatures: tuple[SignatureBlock, ...]
    sessions: tuple[OpenSession, ...]
    waiting: tuple[str, ...]


def account_or_404(person_id: int, *, seen_by: Person) -> Account:
    """
    Return the account, with those of its scopes that `seen_by` knows of.

    Raises Http404: there is none.
    """
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise Http404
    return Account(
        person=person,
        is_locked=is_locked(person.user_id),
        has_second_factor=has_second_factor(person),
        provider_link=link_of(person.pk) or permission_of(person.pk),
        roles=tuple(Role(name) for name in person.role_names()),
        scopes=tuple(_scopes(person, seen_by)),
        tokens=tuple(ServiceToken.objects.filter(account=person).order_by("-pk")),
        signatures=tuple(_signatures(person)),
        sessions=tuple(sessions_of(person, at=timezone.now())),
        waiting=tuple(waiting_for(person.pk)) if may_decide(seen_by) else (),
    )


def _signatures(person: Person) -> list[SignatureBlock]:
    """Return who signed for the account and for the roles it holds, oldest first."""
    held = RoleMembership.objects.filter(person=person).values_list("pk", flat=True)
    signed = blocks_under([(Person, person.pk), *((RoleMembership, key) for key in held)])
    return sorted(chain(*signed.values()), key=lambda block: block.signed_at)


def _scopes(person: Person, seen_by: Person) -> list[Scope]:
    """Return what is open, the strongest right once for each."""
    found: dict[tuple[ScopeKind, int], Scope] = {}
    for row in _rows(person, seen_by):
        kept = found.get((row.kind, row.key))
        if kept is None or row.right == Right.WORK:
            found[row.kind, row.key] = row
    return sorted(found.values(), key=lambda row: (row.kind, row.label))


def _rows(person: Person, seen_by: Person) -> list[Scope]:
    programs = ProgramUserPermission.objects.filter(user=person)
    sites = SiteUserPermission.objects.filter(user=person)
    if not is_administrator(seen_by):
        programs = programs.filter(content_object__in=Program.objects.visible_to(seen_by))
        sites = sites.filter(content_object__in=Site.objects.visible_to(seen_by))
    return [
        Scope(
            kind=ScopeKind.PROGRAM,
            key=row.content_object.pk,
            label=f"{row.content_object.code}, {row.content_object.name}",
            right=_right(row.permission),
        )
        for row in programs.select_related("content_object", "permission")
    ] + [
        Scope(
            kind=ScopeKind.SITE,
            key=row.content_object.pk,
            label=f"{row.content_object.code}, {row.content_object.name}",
            right=_right(row.permission),
        )
        for row in sites.select_related("content_object", "permission")
    ]


def _right(permission: Permission) -> Right:
    return Right.WORK if permission.codename in _WORK else Right.VIEW


def all_scopes() -> list[tuple[str, str]]:
    """List every program and site, for the form that opens them."""
    programs = Program.objects.order_by("code").values_list("pk", "code", "name")
    sites = Site.objects.order_by("code").values_list("pk", "code", "name")
    return [
        *((f"program:{key}", f"Program {code}, {name}") for key, code, name in programs),
        *((f"site:{key}", f"Site {code}, {name}") for key, code, name in sites),
    ]
