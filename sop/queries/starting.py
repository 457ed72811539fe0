"""What somebody can start a run of, by what they want to do; and why not, where they cannot."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounts.roles import Role
from audit.authors import Author
from sop.action import Action
from sop.authority import AUTHORITY, FLOOR_OR_QUALITY
from sop.documents.document import ProcedureDocument
from sop.documents.steps import ActStep
from sop.models import ProcedureVersion
from sop.queries.standing import stands_of, versions_to_know
from sop.runs import document_of
from sop.training import GAPS, MAY_READ, Judged, Stand


class Aim(StrEnum):
    """What somebody wants to do, in the order in which a vial goes through storage."""

    COMING_IN = "Coming in"
    PUTTING_AWAY = "Putting away"
    MOVING = "Moving"
    TAKING_OUT = "Taking out"
    HANDING_OVER = "Handing over"
    DISCARDING = "Discarding"
    FREEZERS = "Looking after freezers"
    OTHER = "Holds, labels and decisions"


_ACTS = {
    Aim.COMING_IN: {Action.REGISTER_BATCHES, Action.RECEIVE_BATCH, Action.RETURN_VIALS},
    Aim.PUTTING_AWAY: {Action.PLACE_VIALS, Action.PUT_BACK_VIALS, Action.STORE_LATE},
    Aim.MOVING: {Action.MOVE_VIALS, Action.MOVE_CONTAINER},
    Aim.TAKING_OUT: {
        *(Action.REQUEST_RETRIEVAL, Action.CLAIM_VIALS, Action.RELEASE_CLAIM, Action.WITNESS_PICK),
        *(Action.SCAN_PICK, Action.CHECK_OUT_VIALS, Action.CONSUME_VIALS, Action.SPLIT_VIAL),
    },
    Aim.HANDING_OVER: {
        *(Action.PACK_VIALS, Action.HAND_OVER_VIALS, Action.CONFIRM_ARRIVAL),
        *(Action.RECORD_ADMINISTRATION, Action.TRANSFER_VIALS),
    },
    Aim.DISCARDING: {Action.DISCARD_VIALS},
}


@dataclass(frozen=True, kw_only=True)
class Startable:
    """
    A procedure that is in force, and why this person may not start it; empty when they may.

    roles: of which one is needed, where theirs do not do. lacks: what of their training is
    missing. reads: whether they may read it here, to be trained.
    """

    procedure_id: int
    code: str
    title: str
    number: int
    version_id: int
    aim: Aim
    roles: tuple[Role, ...] = ()
    lacks: tuple[Stand, ...] = ()
    reads: bool = False

    @property
    def is_open(self) -> bool:
        """Say whether the person may start it now."""
        return not self.roles and not self.lacks


def startable(person: Author, *, at: datetime) -> list[Startable]:
    """
    List the procedures in force, by aim and number, with what each still takes of somebody.

    Three statements, and one for each version that this process has not read yet.
    """
    in_force = [row for row in versions_to_know(at) if _is_in_force(row, at)]
    stands = stands_of([person.pk], in_force, at=at)
    rows = [_row(person, row, stands[person.pk, row.pk].judged) for row in in_force]
    return sorted(rows, key=lambda row: (list(Aim).index(row.aim), row.code))


def aim_of(document: ProcedureDocument) -> Aim:
    """Say what a procedure is for: what its first act does, or the checks that it records."""
    acts = [step.action for step in document.steps if isinstance(step, ActStep)]
    if not acts:
        return Aim.FREEZERS
    return next((aim for aim, actions in _ACTS.items() if acts[0] in actions), Aim.OTHER)


def _is_in_force(version: ProcedureVersion, at: datetime) -> bool:
    return version.effective_at is not None and version.effective_at <= at


def _row(person: Author, version: ProcedureVersion, judged: Judged) -> Startable:
    document = document_of(version.pk)
    held = set(person.role_names())
    wanted = _roles_for(document.actions())
    missing = () if held & wanted else tuple(role for role in Role if role in wanted)
    lacks = [stand for stand in (judged.stand, judged.also) if stand in GAPS]
    return Startable(
        procedure_id=version.procedure_id,
        code=version.procedure.code,
        title=version.title,
        number=version.number,
        version_id=version.pk,
        aim=aim_of(document),
        roles=missing,
        lacks=tuple(lacks),
        reads=bool(held & MAY_READ),
    )


def _roles_for(actions: Collection[Action]) -> frozenset[Role]:
    """Return the roles of which somebody needs one, to do any of the acts of a run."""
    acts = frozenset(role for action in actions for role in AUTHORITY[action])
    return FLOOR_OR_QUALITY & acts if actions else FLOOR_OR_QUALITY
