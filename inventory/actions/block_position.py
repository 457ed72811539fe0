"""Taking a place out of service."""

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from inventory.models import Position, PositionCondition

UNKNOWN_PLACE = Refusal("UNKNOWN_PLACE", "No such place. Choose it from the map.")
MAY_BLOCK = (Role.SUPERVISOR, Role.QA)


def block_position(*, position_id: int, intent: SignedIntent) -> Position:
    """
    Block an empty place, for the reason that is signed; nothing is placed there until unblocked.

    Raises NotFound; NotAuthorised; ActionRefused (ALREADY_BLOCKED, POSITION_OCCUPIED,
    POSITION_RESERVED).
    Source: 21 CFR 1271.260(a); URS-106.
    """
    with signed_change(intent, action="block_position") as change:
        rows = Position.objects.select_for_update(of=("self",), no_key=True)
        place = rows.select_related("container").filter(pk=position_id).first()
        require_role(intent.signer, MAY_BLOCK)
        if place is None:
            raise NotFound([UNKNOWN_PLACE])
        change.subject.update(place=f"{place.container} {place}")
        refuse_if(_refusals(place))
        place.condition = PositionCondition.BLOCKED
        place.condition_reason = intent.reason[:200]
        place.save(update_fields=["condition", "condition_reason"])
        change.sign([place])
        return place


def _refusals(place: Position) -> list[Refusal]:
    refusals = []
    name = f"{place.container} {place}"
    if place.condition != PositionCondition.IN_SERVICE:
        refusals.append(
            Refusal("ALREADY_BLOCKED", f"{name} is “{place.get_condition_display()}” already.")
        )
    if place.vials.exists() or place.containers.exists():
        refusals.append(
            Refusal("POSITION_OCCUPIED", f"Something stands at {name}. Move it first, then block.")
        )
    if place.reserved_for_id is not None:
        refusals.append(
            Refusal("POSITION_RESERVED", f"{name} is kept for a vial that was checked out.")
        )
    return refusals
