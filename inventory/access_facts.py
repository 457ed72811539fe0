"""What everybody may do at this moment: accounts with roles, programs and sites, and tokens."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from accounts.models import AccessEvent, AccessKind, Person, SecondFactor, ServiceToken
from accounts.readiness import not_ready
from accounts.roles import Role
from audit.models import Change
from inventory.grants import Right, right_of
from inventory.models import ProgramUserPermission, SiteUserPermission

CAME = (AccessKind.SIGNED_IN, AccessKind.CAME_BACK)


@dataclass(frozen=True, kw_only=True)
class AccessFact:
    """
    What one account, or one service token, may do now.

    scopes: in words. last_used_at: the last sign-in, or what the account wrote last.
    missing: what keeps the person from signing.
    """

    person: Person
    token: ServiceToken | None
    roles: str
    scopes: tuple[str, ...]
    last_used_at: datetime | None
    has_second_factor: bool
    missing: tuple[str, ...]

    @property
    def words(self) -> str:
        """Give roles and scopes in one line, the same for the same access."""
        return "; ".join([self.roles or "no role", *self.scopes])


def access_facts(*, only: Iterable[int] | None = None) -> list[AccessFact]:
    """
    Return what every open account and every token that counts may do; a fixed number of queries.

    only: keys of people; left out, everybody.
    Source: Annex 11 (2011) section 11; URS-18.
    """
    people = Person.objects.filter(is_active=True).order_by("full_name", "pk")
    if only is not None:
        people = people.filter(pk__in=list(only))
    found = list(people.prefetch_related("groups"))
    keys = [row.pk for row in found]
    scopes, used, missing = _scopes(keys), _last_used(keys), _missing()
    devices = set(
        SecondFactor.objects.filter(removed_at__isnull=True).values_list("person", flat=True)
    )
    tokens = _tokens(keys)
    return [
        AccessFact(
            person=row,
            token=token,
            roles=", ".join(str(Role(name).label) for name in _role_names(row)),
            scopes=tuple(sorted(scopes[row.pk])),
            last_used_at=used.get(row.pk),
            has_second_factor=row.pk in devices,
            missing=missing.get(row.pk, ()),
        )
        for row in found
        for token in (None, *tokens[row.pk])
    ]


def _role_names(person: Person) -> list[str]:
    return sorted(group.name for group in person.groups.all())


def _scopes(keys: list[int]) -> defaultdict[int, set[str]]:
    """Return the programs and sites of each person in words, the strongest right of each."""
    best: dict[tuple[int, str], Right] = {}
    for model in (ProgramUserPermission, SiteUserPermission):
        rows = model._default_manager.filter(user__in=keys)
        for row in rows.select_related("content_object", "permission"):
            named = f"{row.content_object._meta.verbose_name} {row.content_object.code}"
            right = right_of(row)
            if best.get((row.user_id, named)) != Right.WORK:
                best[row.user_id, named] = right
    found: defaultdict[int, set[str]] = defaultdict(set)
    for (person, named), right in best.items():
        found[person].add(f"{named}: {right.label.lower()}")
    return found


def _last_used(keys: list[int]) -> dict[int, datetime]:
    came = AccessEvent.objects.filter(person__in=keys, kind__in=CAME).order_by()
    wrote = Change.objects.filter(actor__in=keys).order_by()
    found: dict[int, datetime] = dict(came.values_list("person").annotate(last=Max("happened_at")))
    for person, last in wrote.values_list("actor").annotate(last=Max("recorded_at")):
        found[person] = max(last, found.get(person, last))
    return found


def _missing() -> dict[int, tuple[str, ...]]:
    return {
        row.person.pk: tuple(
            words
            for words, is_there in (
                ("identity not verified", row.is_identified),
                ("policy not acknowledged", row.has_acknowledged),
            )
            if not is_there
        )
        for row in not_ready()
    }


def _tokens(keys: list[int]) -> defaultdict[int, list[ServiceToken]]:
    found: defaultdict[int, list[ServiceToken]] = defaultdict(list)
    rows = ServiceToken.objects.filter(account__in=keys, revoked_at__isnull=True)
    for row in rows.order_by("name"):
        found[row.account_id].append(row)
    return found
