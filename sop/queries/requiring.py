"""Who has to be trained for which procedure, as the rules, roles and scopes say."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from accounts.models import Person, RoleMembership
from inventory.models import (
    ProgramGroupPermission,
    ProgramUserPermission,
    SiteGroupPermission,
    SiteUserPermission,
)
from sop.action import Action
from sop.authority import AUTHORITY
from sop.models import Governance
from sop.training import MAY_READ


@dataclass(frozen=True, kw_only=True)
class Trainee:
    """
    Somebody who may follow procedures.

    roles: that they hold for good; what an emergency gives is not among them. sites, programs:
    keys of those where they work.
    """

    id: int
    user_id: str
    name: str
    roles: frozenset[str]
    sites: frozenset[int]
    programs: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One standing rule, as far as it says who follows its procedure."""

    action: Action
    procedure_id: int
    site_id: int | None
    program_id: int | None
    product_id: int | None
    program_of_product_id: int | None


def trainees(only: Collection[int] | None = None) -> list[Trainee]:
    """
    Return the people with an open account of their own and a role that follows procedures.

    only: keys of people; nothing means everybody. By name; six statements at most.
    """
    people = Person.objects.filter(is_active=True, is_shared=False)
    if only is not None:
        people = people.filter(pk__in=only)
    roles = _roles(only)
    sites = _scopes(SiteUserPermission, SiteGroupPermission, "work_at_site", only, roles)
    programs = _scopes(
        ProgramUserPermission, ProgramGroupPermission, "work_on_program", only, roles
    )
    return [
        Trainee(
            id=key,
            user_id=user_id,
            name=name,
            roles=frozenset(roles[key]),
            sites=frozenset(sites[key]),
            programs=frozenset(programs[key]),
        )
        for key, user_id, name in people.order_by("full_name", "pk").values_list(
            "pk", "user_id", "full_name"
        )
        if not MAY_READ.isdisjoint(roles[key])
    ]


def standing_rules() -> list[Rule]:
    """Return the rules that count now; one statement."""
    rows = Governance.objects.standing().select_related("product")
    return [
        Rule(
            action=Action(row.action),
            procedure_id=row.procedure_id,
            site_id=row.site_id,
            program_id=row.program_id,
            product_id=row.product_id,
            program_of_product_id=None if row.product is None else row.product.program_id,
        )
        for row in rows
    ]


def required_of(person: Trainee, rules: Iterable[Rule]) -> set[int]:
    """
    Return the keys of the procedures that somebody has to follow at their sites and programs.

    A rule for everywhere counts for nobody at whose every site a narrower one stands.
    Source: 21 CFR 211.25(a); URS-07.
    """
    listed = list(rules)
    narrower = defaultdict(set)
    for rule in listed:
        narrower[rule.action, rule.program_id, rule.product_id].add(rule.site_id)
    return {
        rule.procedure_id
        for rule in listed
        if not AUTHORITY[rule.action].isdisjoint(person.roles)
        and _reaches(person, rule, narrower[rule.action, rule.program_id, rule.product_id])
    }


def _reaches(person: Trainee, rule: Rule, sites_with_a_rule: set[int | None]) -> bool:
    for program in (rule.program_id, rule.program_of_product_id):
        if program is not None and program not in person.programs:
            return False
    if rule.site_id is not None:
        return rule.site_id in person.sites
    return not person.sites or not person.sites <= sites_with_a_rule


def _roles(only: Collection[int] | None) -> dict[int, set[str]]:
    rows = RoleMembership.objects.all()
    if only is not None:
        rows = rows.filter(person__in=only)
    found: dict[int, set[str]] = defaultdict(set)
    for person, role in rows.values_list("person", "group__name"):
        found[person].add(role)
    return found


def _scopes(
    to_people: type[SiteUserPermission] | type[ProgramUserPermission],
    to_groups: type[SiteGroupPermission] | type[ProgramGroupPermission],
    right: str,
    only: Collection[int] | None,
    roles: dict[int, set[str]],
) -> dict[int, set[int]]:
    """Return where each person has a right, by themselves or by a role."""
    own = to_people._default_manager.filter(permission__codename=right)
    if only is not None:
        own = own.filter(user__in=only)
    found: dict[int, set[int]] = defaultdict(set)
    for person, key in own.values_list("user", "content_object"):
        found[person].add(key)
    by_role = to_groups._default_manager.filter(permission__codename=right)
    for role, key in by_role.values_list("group__name", "content_object"):
        for person, held in roles.items():
            if role in held:
                found[person].add(key)
    return found
