"""Which procedure shall govern which action: what is wanted, and what speaks against it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.errors import NotFound, Refusal
from inventory.models import Product
from sop.action import Action
from sop.documents.reading import stored_document
from sop.models import Follows, Governance, Procedure, ProcedureVersion, VersionStatus

UNKNOWN_PROCEDURE = Refusal("UNKNOWN_PROCEDURE", "There is no such procedure.")
NOTHING_WANTED = Refusal("NOTHING_WANTED", "Choose at least one action.")
TWICE = Refusal("SCOPE_TWICE", "The same action is named twice for the same scope.")
CONTRADICTS = Refusal(
    "SCOPE_CONTRADICTS", "This product belongs to another program: leave the program out."
)

Scope = tuple[str, int | None, int | None, int | None]


@dataclass(frozen=True, kw_only=True)
class WantedRule:
    """
    One rule as it shall stand.

    site_id, program_id, product_id: nothing means all. procedure_id: nothing ends the rule, and
    puts none in its place.
    """

    action: Action
    procedure_id: int | None
    follows: Follows
    site_id: int | None = None
    program_id: int | None = None
    product_id: int | None = None

    @property
    def scope(self) -> Scope:
        """Name what the rule is about; one rule stands for each."""
        return (self.action.value, self.site_id, self.program_id, self.product_id)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What rules are judged by: procedures locked, their approved versions, products, old rules."""

    procedures: dict[int, Procedure]
    versions: dict[int, list[ProcedureVersion]]
    programs: dict[int, int]
    standing: dict[Scope, Governance]


def locked_ground(wanted: Sequence[WantedRule], *, at: datetime) -> Ground:
    """
    Lock the procedures, then the standing rules of the same scopes.

    Raises NotFound: a procedure or a product does not exist.
    """
    keys = {rule.procedure_id for rule in wanted if rule.procedure_id is not None}
    rows = Procedure.objects.filter(pk__in=keys).order_by("pk")
    procedures = {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}
    products = {rule.product_id for rule in wanted if rule.product_id is not None}
    programs = dict(Product.objects.filter(pk__in=products).values_list("pk", "program"))
    if procedures.keys() != keys or programs.keys() != products:
        raise NotFound([UNKNOWN_PROCEDURE])
    return Ground(
        procedures=procedures,
        versions={key: _versions(key, at) for key in keys},
        programs=programs,
        standing=_locked_rules(wanted),
    )


def refusals_to_set(wanted: Sequence[WantedRule], ground: Ground, *, at: datetime) -> list[Refusal]:
    """
    Say every reason why these rules may not stand; empty when they may.

    Source: 21 CFR 211.100(b); URS-23, URS-25.
    """
    refusals = [] if wanted else [NOTHING_WANTED]
    if len({rule.scope for rule in wanted}) < len(wanted):
        refusals.append(TWICE)
    for rule in wanted:
        refusals += _scope_refusals(rule, ground)
        if rule.procedure_id is None:
            refusals += [] if rule.scope in ground.standing else [_nothing_to_end(rule)]
        else:
            refusals += _procedure_refusals(rule, rule.procedure_id, ground, at)
    return list(dict.fromkeys(refusals))


def _scope_refusals(rule: WantedRule, ground: Ground) -> Iterable[Refusal]:
    of_product = ground.programs.get(rule.product_id or 0)
    if rule.program_id is not None and of_product not in {None, rule.program_id}:
        yield CONTRADICTS


def _procedure_refusals(
    rule: WantedRule, procedure_id: int, ground: Ground, at: datetime
) -> Iterable[Refusal]:
    procedure, versions = ground.procedures[procedure_id], ground.versions[procedure_id]
    if procedure.retired_at is not None and procedure.retired_at <= at:
        yield Refusal("PROCEDURE_RETIRED", f"{procedure.code} is retired. Choose another one.")
    if not versions:
        words = f"{procedure.code} has no version in force or to come. Approve one first."
        yield Refusal("NO_APPROVED_VERSION", words)
    for version in versions:
        acts = stored_document(version.document).actions()
        if rule.follows == Follows.RUN and rule.action not in acts:
            yield Refusal(
                "NO_SUCH_STEP",
                f"{procedure.code} version {version.number} has no step that does "
                f"“{rule.action.label}”: nobody could do it in a run. Let it follow on its own "
                "screen, or add the step.",
            )
    old = ground.standing.get(rule.scope)
    if old is not None and (old.procedure_id, old.follows) == (procedure_id, rule.follows):
        words = f"“{rule.action.label}” follows {procedure.code} so already."
        yield Refusal("AS_IT_IS", words)


def _nothing_to_end(rule: WantedRule) -> Refusal:
    words = f"No rule stands for “{rule.action.label}” in exactly this scope: nothing is to end."
    return Refusal("NO_RULE", words)


def _versions(procedure_id: int, at: datetime) -> list[ProcedureVersion]:
    """Return the version in force and those approved for a day to come, the oldest first."""
    rows = ProcedureVersion.objects.filter(procedure=procedure_id)
    coming = rows.filter(status=VersionStatus.APPROVED, effective_at__gt=at)
    return [*rows.in_force(at), *coming.order_by("effective_at", "number")]


def _locked_rules(wanted: Sequence[WantedRule]) -> dict[Scope, Governance]:
    rows = Governance.objects.standing().filter(action__in=[rule.action for rule in wanted])
    scopes = {rule.scope for rule in wanted}
    locked = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = {(row.action, row.site_id, row.program_id, row.product_id): row for row in locked}
    return {scope: row for scope, row in found.items() if scope in scopes}
