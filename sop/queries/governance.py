"""The rules that say which procedure governs what, as the configuration shows them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from audit.queries.signatures import blocks_under
from audit.signing import SignatureBlock
from sop.action import Action
from sop.governed import GOVERNED
from sop.models import Follows, Governance, Procedure, ProcedureVersion

ENDED_LISTED = 50


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """
    One rule in words.

    scope: "everywhere", or what it is narrowed to. version: in force now, nothing where none is,
    so that what it governs is refused.
    """

    action: str
    scope: str
    code: str
    title: str
    version: int | None
    is_in_a_run: bool
    ended_at: datetime | None
    signatures: list[SignatureBlock]


@dataclass(frozen=True, kw_only=True)
class ActionRow:
    """
    One action with the rules that stand for it.

    has_rest: whether a rule stands for every scope that has none of its own.
    """

    action: Action
    label: str
    rules: tuple[RuleRow, ...]
    has_rest: bool


def governance_table(*, at: datetime, programs: Collection[int] | None) -> list[ActionRow]:
    """
    List every action that a procedure must govern, with its rules, the widest first.

    programs: keys of those that the viewer may see; nothing means all. Four statements.
    """
    rows = list(_seen(Governance.objects.standing(), programs).order_by("pk"))
    by_action = defaultdict(list)
    shown = dict(zip(rows, _shown(rows, at), strict=True))
    for row in sorted(rows, key=_width, reverse=True):
        by_action[row.action].append(row)
    return [
        ActionRow(
            action=action,
            label=str(action.label),
            rules=tuple(shown[row] for row in by_action[action]),
            has_rest=any(_width(row) == _EVERYWHERE for row in by_action[action]),
        )
        for action in Action
        if action in GOVERNED
    ]


def ended_rules(*, at: datetime, programs: Collection[int] | None) -> list[RuleRow]:
    """List the rules that ended, the last one first; four statements."""
    rows = _seen(Governance.objects.filter(ended_at__isnull=False), programs)
    return _shown(list(rows.order_by("-ended_at", "-pk")[:ENDED_LISTED]), at)


def procedures_to_choose(at: datetime) -> list[tuple[int, str]]:
    """Return the procedures that may govern: keys with their numbers, those not retired."""
    rows = Procedure.objects.exclude(retired_at__lte=at).order_by("code")
    return list(rows.values_list("pk", "code"))


_EVERYWHERE = (True, True, True)


def _width(row: Governance) -> tuple[bool, bool, bool]:
    return (row.product_id is None, row.program_id is None, row.site_id is None)


def _seen(rows: QuerySet[Governance], programs: Collection[int] | None) -> QuerySet[Governance]:
    found = rows.select_related("site", "program", "product", "procedure")
    if programs is None:
        return found
    return found.filter(
        Q(program__isnull=True) | Q(program__in=programs),
        Q(product__isnull=True) | Q(product__program__in=programs),
    )


def _shown(rows: list[Governance], at: datetime) -> list[RuleRow]:
    in_force = {
        version.procedure_id: version
        for version in ProcedureVersion.objects.in_force(at)
        .filter(procedure__in={row.procedure_id for row in rows})
        .defer("document")
    }
    signed = blocks_under((Governance, row.pk) for row in rows)
    found = []
    for row in rows:
        version = in_force.get(row.procedure_id)
        found.append(
            RuleRow(
                action=row.get_action_display(),
                scope=_scope(row),
                code=row.procedure.code,
                title="" if version is None else version.title,
                version=None if version is None else version.number,
                is_in_a_run=row.follows == Follows.RUN,
                ended_at=row.ended_at,
                signatures=signed.get((Governance, row.pk), []),
            )
        )
    return found


def _scope(row: Governance) -> str:
    named = (
        ("product", row.product and row.product.code),
        ("program", row.program and row.program.code),
        ("site", row.site and row.site.name),
    )
    return ", ".join(f"{kind} {name}" for kind, name in named if name) or "everywhere"
