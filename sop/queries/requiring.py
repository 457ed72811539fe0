"""Who has to be trained for which procedure, as the rules, roles and scopes say."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Value

from accounts.models import RoleMembership
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

WORKS_AT, WORKS_ON = "work_at_site", "work_on_program"


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


def trainees(only: Collection[int] | None = None, *, is_open: bool = True) -> list[Trainee]:
    """
    Return the people with an account of their own and a role that follows procedures.

    only: keys of people; nothing means everybody. is_open: whether the account must be open. By
    name; two statements.
    """
    held = RoleMembership.objects.filter(person__is_shared=False)
    if is_open:
        held = held.filter(person__is_active=True)
    if only is not None:
        held = held.filter(person__in=only)
    names: dict[int, tuple[str, str]] = {}
    roles: dict[int, set[str]] = defaultdict(set)
    rows = held.order_by("person__full_name", "person").values_list(
        "person", "person__user_id", "person__full_name", "group__name"
    )
    for key, user_id, name, role in rows:
        names[key] = (user_id, name)
        roles[key].add(role)
    sites, programs = _scopes(only)
    return [
        Trainee(
            id=key,
            user_id=user_id,
            name=name,
            roles=frozenset(roles[key]),
            sites=frozenset(sites[key]),
            programs=frozenset(programs[key]),
        )
        for key, (user_id, name) in names.items()
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


def _scopes(only: Collection[int] | None) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Return at which sites and in which programs each person works, by themselves or by a role."""
    parts = [
        rows.filter(permission__codename=right, **({} if only is None else {f"{to}__in": only}))
        .annotate(right=Value(right))
        .values_list("right", to, "content_object")
        for rows, right, to in (
            (SiteUserPermission.objects.all(), WORKS_AT, "user"),
            (SiteGroupPermission.objects.all(), WORKS_AT, "group__memberships__person"),
            (ProgramUserPermission.objects.all(), WORKS_ON, "user"),
            (ProgramGroupPermission.objects.all(), WORKS_ON, "group__memberships__person"),
        )
    ]
    sites: dict[int, set[int]] = defaultdict(set)
    programs: dict[int, set[int]] = defaultdict(set)
    for right, person, key in parts[0].union(*parts[1:], all=True):
        (sites if right == WORKS_AT else programs)[person].add(key)
    return sites, programs
