"""Taking a place back into service."""

from accounts.authority import require_role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, Refusal, refuse_if
from inventory.actions.block_position import MAY_BLOCK, UNKNOWN_PLACE
from inventory.models import Position, PositionCondition


def unblock_position(*, position_id: int, intent: SignedIntent) -> Position:
    """
    Take a blocked place back into service; a place in doubt stays so until it has been counted.

    Raises NotFound; NotAuthorised; ActionRefused (NOT_BLOCKED).
    Source: 21 CFR 1271.260(a); URS-106.
    """
    with signed_change(intent, action="unblock_position") as change:
        rows = Position.objects.select_for_update(of=("self",), no_key=True)
        place = rows.select_related("container").filter(pk=position_id).first()
        require_role(intent.signer, MAY_BLOCK)
        if place is None:
            raise NotFound([UNKNOWN_PLACE])
        change.subject.update(place=f"{place.container} {place}")
        refuse_if(_refusals(place))
        place.condition, place.condition_reason = PositionCondition.IN_SERVICE, ""
        place.save(update_fields=["condition", "condition_reason"])
        change.sign([place])
        return place


def _refusals(place: Position) -> list[Refusal]:
    if place.condition == PositionCondition.BLOCKED:
        return []
    condition = place.get_condition_display()
    return [Refusal("NOT_BLOCKED", f"{place.container} {place} is “{condition}”, not blocked.")]
