"""The gate of every action: who may, where, and by which procedure; asked inside the write."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

from accounts.roles import Role
from audit.authors import Author
from audit.changes import OpenChange
from audit.errors import ActionRefused, DomainError, Refusal
from inventory.models import Vial
from sop.action import Action
from sop.advancing import record_act
from sop.authority import AUTHORITY, insist_on_standing, require_second_person
from sop.governed import GOVERNED
from sop.governing import Governed, Rule, governing
from sop.models import Follows
from sop.runner import not_trained
from sop.runs import document_of, lock_run


@dataclass(frozen=True, kw_only=True)
class Scope:
    """
    What an action touches: programs and sites by key, and the vials, where it has any.

    vials: with their batch read, whose product may have a procedure of its own. touched: the vials
    that a step is done for, where they are others than those. run_of: at whose hands the run is,
    where a second person does one of its steps. is_beside: that person accompanies the run, and
    what they do is no step of it, such as the witness's own scan.
    """

    programs: Collection[int]
    sites: Collection[int] = ()
    vials: Sequence[Vial] = ()
    touched: Sequence[Vial] = ()
    run_of: int | None = None
    is_beside: bool = False

    def pairs(self) -> set[tuple[int, int | None]]:
        """Return each program with each product that is known of it."""
        known: set[tuple[int, int | None]] = {
            (vial.program_id, vial.batch.product_id) for vial in self.vials
        }
        with_vials = {program for program, _ in known}
        return known | {(program, None) for program in set(self.programs) - with_vials}


def admit(change: OpenChange, action: Action, scope: Scope) -> None:
    """
    Insist that the action may be done: the people's roles and scopes, and the procedure's order.

    Call it once, with every row locked. Where a run of the procedure is at the person's hands, its
    step is recorded here, in the same transaction.
    Raises NotAuthorised (also NOT_TRAINED); ActionRefused (NO_PROCEDURE, NOT_IN_FORCE,
    PROCEDURES_DIFFER, NOT_IN_A_RUN, OUT_OF_ORDER); RuntimeError when no person acts.
    Source: 21 CFR 11.10(f), (g), (i), 211.100(b); URS-07, URS-14, URS-23, URS-25, URS-27.
    """
    actor = change.actor
    if actor is None:
        raise RuntimeError(f"{action} is done by people")
    stands, found = governing(
        action,
        actor.pk,
        programs=scope.programs,
        sites=scope.sites,
        scopes=scope.pairs(),
        holder_id=scope.run_of,
    )
    insist_on_standing(stands, AUTHORITY[action])
    if change.second_person is not None:
        require_second_person(change.second_person, programs=scope.programs, sites=scope.sites)
    if action not in GOVERNED or Role.SERVICE in stands.roles:
        return
    try:
        _follow(change, actor, action, found, scope)
    except DomainError:
        if not _is_emergency(change, scope):
            raise


def _follow(
    change: OpenChange, actor: Author, action: Action, found: Governed, scope: Scope
) -> None:
    rules = found.rules
    if not rules:
        raise ActionRefused([PROCEDURES_DIFFER if found.is_ruled else _no_procedure(action)])
    at_hand = next((rule for rule in rules if rule.run_id is not None), None)
    if at_hand is not None:
        _follow_run(change, actor, action, at_hand, scope)
        return
    on_screen = [rule for rule in rules if rule.follows == Follows.SCREEN]
    if not on_screen:
        raise ActionRefused([_not_in_a_run(action, rules)])
    in_force = [rule for rule in on_screen if rule.version_id is not None]
    if not in_force:
        raise ActionRefused([_not_in_force(action, on_screen)])
    trained = next((rule for rule in in_force if rule.is_qualified), None)
    if trained is None:
        raise not_trained(in_force[0].code, in_force[0].number)
    change.followed = {"procedure": {"code": trained.code, "version": trained.number}}


def _follow_run(
    change: OpenChange, actor: Author, action: Action, rule: Rule, scope: Scope
) -> None:
    """Do the step of a run, or act beside its steps where the procedure has none for this."""
    if rule.run_id is None or rule.run_version_id is None:
        raise RuntimeError("a rule without a run has no step")
    if not rule.is_qualified:
        raise not_trained(rule.code, rule.run_number)
    said = {"code": rule.code, "version": rule.run_number, "run": rule.run_id}
    if action in document_of(rule.run_version_id).actions() and not scope.is_beside:
        run = lock_run(rule.run_id)
        said["step"] = record_act(
            change, run, action, actor=actor, vials=scope.touched or scope.vials
        )
    elif rule.follows == Follows.RUN and not scope.is_beside:
        raise ActionRefused([_not_in_a_run(action, [rule])])
    change.followed = {"procedure": said}


_EMERGENCY = """
    SELECT count(DISTINCT w.site_id), min(w.deviation) FROM sop_emergencywork w
    WHERE w.site_id = ANY(%s) AND w.ends_at > statement_timestamp()
"""


def _is_emergency(change: OpenChange, scope: Scope) -> bool:
    """Say whether a supervisor's leave to work without the procedure covers all these sites."""
    sites = sorted(set(scope.sites))
    if not sites:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_EMERGENCY, [sites])
        covered, deviation = cursor.fetchone()
    if covered < len(sites):
        return False
    change.followed = {"emergency": deviation}
    return True


PROCEDURES_DIFFER = Refusal(
    "PROCEDURES_DIFFER",
    "These vials follow different procedures. Do them apart, one product after the other.",
)


def _no_procedure(action: Action) -> Refusal:
    return Refusal(
        "NO_PROCEDURE",
        f"No procedure governs “{action.label}” here. Ask QA to name one under Configure, "
        "Procedures.",
    )


def _not_in_force(action: Action, rules: Sequence[Rule]) -> Refusal:
    codes = " or ".join(rule.code for rule in rules)
    return Refusal(
        "NOT_IN_FORCE",
        f"{codes}, which governs “{action.label}”, has no version in force. Ask QA.",
    )


def _not_in_a_run(action: Action, rules: Sequence[Rule]) -> Refusal:
    codes = " or ".join(rule.code for rule in rules)
    return Refusal(
        "NOT_IN_A_RUN",
        f"“{action.label}” is done step by step. Start {codes} under Runs, or go on with your run.",
    )
