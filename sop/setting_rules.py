"""Which procedures shall govern which action: what is wanted, and what speaks against it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models

from audit.errors import NotFound, Refusal
from inventory.models import Product
from sop.action import Action
from sop.documents.reading import stored_document
from sop.governed import GOVERNED
from sop.models import Follows, Governance, Procedure, ProcedureVersion, VersionStatus

UNKNOWN_PROCEDURE = Refusal("UNKNOWN_PROCEDURE", "There is no such procedure.")
NOTHING_WANTED = Refusal("NOTHING_WANTED", "Choose at least one action.")
TWICE = Refusal("SCOPE_TWICE", "The same action is named twice for the same scope.")
CONTRADICTS = Refusal(
    "SCOPE_CONTRADICTS", "This product belongs to another program: leave the program out."
)
RULES_CHANGED = Refusal(
    "RULES_CHANGED",
    "Somebody set other rules since this sheet was shown. Look at what stands now, and sign again.",
)
_ONE_AFTER_THE_OTHER = "SELECT pg_advisory_xact_lock(hashtextextended('rules of governance', 0))"

Scope = tuple[str, int | None, int | None, int | None]


class Way(models.TextChoices):
    """What becomes of the rules that stand for the same scope."""

    INSTEAD = "instead", "It takes the place of what stands for this scope"
    BESIDE = "beside", "It stands beside it, as another way to do the same"
    END = "end", "It ends, without another in its place"


@dataclass(frozen=True, kw_only=True)
class WantedRule:
    """One rule to be set or ended; site_id, program_id, product_id: nothing means all."""

    action: Action
    procedure_id: int
    follows: Follows = Follows.RUN
    way: Way = Way.INSTEAD
    site_id: int | None = None
    program_id: int | None = None
    product_id: int | None = None

    @property
    def scope(self) -> Scope:
        """Name what the rule is about."""
        return (self.action.value, self.site_id, self.program_id, self.product_id)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What rules are judged by: procedures locked, their versions, products, what stands."""

    procedures: dict[int, Procedure]
    versions: dict[int, list[ProcedureVersion]]
    programs: dict[int, int]
    standing: dict[Scope, list[Governance]]
    newest: int

    def ends(self, rule: WantedRule) -> list[Governance]:
        """Return the rules that end when this one is set."""
        here = self.standing.get(rule.scope, [])
        is_all = rule.way == Way.INSTEAD
        return [row for row in here if is_all or row.procedure_id == rule.procedure_id]


def newest_rule_change() -> int:
    """Return the number of the newest change to any rule; a sheet is signed for what it showed."""
    rows = Governance.history.order_by("-history_id").values_list("history_id", flat=True)
    return rows.first() or 0


def locked_ground(wanted: Sequence[WantedRule], *, at: datetime) -> Ground:
    """
    Let one person after the other set rules; lock the procedures and read what stands.

    Raises NotFound: a procedure or a product does not exist.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AFTER_THE_OTHER)
    keys = {rule.procedure_id for rule in wanted}
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
        standing=_standing(wanted),
        newest=newest_rule_change(),
    )


def refusals_to_set(
    wanted: Sequence[WantedRule], ground: Ground, *, seen_until: int, at: datetime
) -> list[Refusal]:
    """
    Say every reason why these rules may not be set; empty when they may.

    Source: 21 CFR 211.100(b); URS-23, URS-25.
    """
    refusals = [] if wanted else [NOTHING_WANTED]
    refusals += [] if ground.newest <= seen_until else [RULES_CHANGED]
    if len({rule.scope for rule in wanted}) < len(wanted):
        refusals.append(TWICE)
    for rule in wanted:
        of_product = ground.programs.get(rule.product_id or 0)
        if rule.program_id is not None and of_product not in {None, rule.program_id}:
            refusals.append(CONTRADICTS)
        if rule.way == Way.END:
            refusals += [] if ground.ends(rule) else [_nothing_to_end(rule, ground)]
        else:
            refusals += _refusals_to_follow(rule, ground, at)
    return list(dict.fromkeys(refusals))


def _refusals_to_follow(rule: WantedRule, ground: Ground, at: datetime) -> Iterable[Refusal]:
    procedure = ground.procedures[rule.procedure_id]
    versions = ground.versions[rule.procedure_id]
    if rule.action not in GOVERNED:
        words = f"“{rule.action.label}” is no work in storage: no procedure governs it."
        yield Refusal("NEVER_GOVERNED", words)
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
    here = {(row.procedure_id, row.follows) for row in ground.standing.get(rule.scope, [])}
    is_so = (rule.procedure_id, rule.follows) in here
    if is_so and (rule.way == Way.BESIDE or len(here) == 1):
        yield Refusal("AS_IT_IS", f"“{rule.action.label}” follows {procedure.code} so already.")


def _nothing_to_end(rule: WantedRule, ground: Ground) -> Refusal:
    code = ground.procedures[rule.procedure_id].code
    return Refusal(
        "NO_RULE",
        f"“{rule.action.label}” does not follow {code} in exactly this scope: nothing is to end.",
    )


def _versions(procedure_id: int, at: datetime) -> list[ProcedureVersion]:
    """Return the version in force and those approved for a day to come, the oldest first."""
    rows = ProcedureVersion.objects.filter(procedure=procedure_id)
    coming = rows.filter(status=VersionStatus.APPROVED, effective_at__gt=at)
    return [*rows.in_force(at), *coming.order_by("effective_at", "number")]


def _standing(wanted: Sequence[WantedRule]) -> dict[Scope, list[Governance]]:
    rows = Governance.objects.standing().filter(action__in=[rule.action for rule in wanted])
    scopes = {rule.scope for rule in wanted}
    found: dict[Scope, list[Governance]] = {}
    for row in rows.select_for_update(of=("self",), no_key=True).order_by("pk"):
        scope = (row.action, row.site_id, row.program_id, row.product_id)
        if scope in scopes:
            found.setdefault(scope, []).append(row)
    return found
